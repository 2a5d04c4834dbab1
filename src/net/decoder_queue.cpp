// DecoderQueue: a list whose links lie in the sessions.
#include <net/decoder_queue.hpp>

#include <net/session.hpp>

#include <new>

namespace planish::net {

void DecoderQueue::push(Session& session) noexcept {
  ::new (&session.wait_.link) QueueLink{last_, nullptr};
  (last_ == nullptr ? first_ : last_->wait_.link.behind) = &session;
  last_ = &session;
}

Session& DecoderQueue::pop() noexcept {
  Session& session = *first_;
  remove(session);
  return session;
}

void DecoderQueue::remove(Session& session) noexcept {
  const QueueLink link = session.wait_.link;
  (link.before == nullptr ? first_ : link.before->wait_.link.behind) = link.behind;
  (link.behind == nullptr ? last_ : link.behind->wait_.link.before) = link.before;
}

}  // namespace planish::net

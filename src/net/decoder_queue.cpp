// DecoderQueue: a list whose links lie in the connections.
#include <net/decoder_queue.hpp>

#include <net/connection.hpp>

#include <new>

namespace planish::net {

void DecoderQueue::push(Connection& connection) noexcept {
  ::new (&connection.wait_.link) QueueLink{last_, nullptr};
  (last_ == nullptr ? first_ : last_->wait_.link.behind) = &connection;
  last_ = &connection;
}

Connection& DecoderQueue::pop() noexcept {
  Connection& connection = *first_;
  remove(connection);
  return connection;
}

void DecoderQueue::remove(Connection& connection) noexcept {
  const QueueLink link = connection.wait_.link;
  (link.before == nullptr ? first_ : link.before->wait_.link.behind) = link.behind;
  (link.behind == nullptr ? last_ : link.behind->wait_.link.before) = link.before;
}

}  // namespace planish::net

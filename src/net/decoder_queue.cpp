// DecoderQueue: a list whose links lie in the connections.
#include <net/decoder_queue.hpp>

namespace planish::net {

void DecoderQueue::push(QueueLink& link) noexcept {
  link.before = last_;
  link.behind = nullptr;
  (last_ == nullptr ? first_ : last_->behind) = &link;
  last_ = &link;
}

QueueLink& DecoderQueue::pop() noexcept {
  QueueLink& link = longest_is_next_ ? *first_ : shortest();
  longest_is_next_ = !longest_is_next_;
  remove(link);
  return link;
}

// Of several as short the one that has waited longest.
QueueLink& DecoderQueue::shortest() const noexcept {
  QueueLink* least = first_;
  int looks = 1;
  for (QueueLink* link = first_->behind; link != nullptr && looks < kLooksMax; link = link->behind, ++looks) {
    if (link->bytes < least->bytes) least = link;
  }
  return *least;
}

void DecoderQueue::remove(QueueLink& link) noexcept {
  (link.before == nullptr ? first_ : link.before->behind) = link.behind;
  (link.behind == nullptr ? last_ : link.behind->before) = link.before;
}

}  // namespace planish::net

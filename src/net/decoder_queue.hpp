// DecoderQueue: the connections that wait for their thread's decoder of large bodies. Their memory is their own.
#pragma once

#include <cstddef>

namespace planish::net {

class Connection;

// A connection's place in the queue.
struct QueueLink {
  Connection* connection;
  std::size_t bytes;  // of its body: what decoding may cost grows with them
  QueueLink* before;
  QueueLink* behind;
};

// Who is next: in turns the one with the shortest body, and the one that has waited longest; a body may have the
// decoder for a hundred turns. So of those that stand in the queue already one is served before the shortest at most,
// beside who has the decoder now, however many there are and whatever they hold; and who has n others before it is
// served after 2 n + 1 others at most, however many shorter ones come after it.
class DecoderQueue {
 public:
  // The shortest of so many at the front: looking at them takes less than a microsecond, and each that is served brings
  // one more of them to the front.
  static constexpr int kLooksMax = 64;

  [[nodiscard]] bool empty() const noexcept { return first_ == nullptr; }
  void push(QueueLink&) noexcept;
  // Precondition: it is not empty.
  [[nodiscard]] QueueLink& pop() noexcept;
  // Precondition: it stands in the queue.
  void remove(QueueLink&) noexcept;

 private:
  [[nodiscard]] QueueLink& shortest() const noexcept;

  QueueLink* first_ = nullptr;
  QueueLink* last_ = nullptr;
  bool longest_is_next_ = false;  // the one that has waited longest
};

}  // namespace planish::net

// DecoderQueue: the connections that wait for their thread's decoder, in order. Their memory is their own.
#pragma once

namespace planish::net {

class Session;

// A session's place in the queue.
struct QueueLink {
  Session* before;
  Session* behind;
};

class DecoderQueue {
 public:
  [[nodiscard]] bool empty() const noexcept { return first_ == nullptr; }
  void push(Session&) noexcept;
  // Precondition: it is not empty.
  [[nodiscard]] Session& pop() noexcept;
  // Precondition: it stands in the queue.
  void remove(Session&) noexcept;

 private:
  Session* first_ = nullptr;
  Session* last_ = nullptr;
};

}  // namespace planish::net

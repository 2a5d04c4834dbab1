// DecoderQueue: the connections that wait for their thread's decoder, in order. Their memory is their own.
#pragma once

namespace planish::net {

class Connection;

// A connection's place in the queue.
struct QueueLink {
  Connection* before;
  Connection* behind;
};

class DecoderQueue {
 public:
  [[nodiscard]] bool empty() const noexcept { return first_ == nullptr; }
  void push(Connection&) noexcept;
  // Precondition: it is not empty.
  [[nodiscard]] Connection& pop() noexcept;
  // Precondition: it stands in the queue.
  void remove(Connection&) noexcept;

 private:
  Connection* first_ = nullptr;
  Connection* last_ = nullptr;
};

}  // namespace planish::net

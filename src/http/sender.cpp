// Sender: one piece of the outbox an answer.
#include <http/sender.hpp>

namespace planish::http {

void Sender::send(const To& to, const Response& response, Outbox& outbox) {
  const Request* const request = to.request;
  Delivery delivery;
  if (request != nullptr) delivery.origin = request->origin;
  if (to.closes) {
    delivery.connection = Delivery::Connection::close;
  } else if (request != nullptr && request->http_1_0) {
    delivery.connection = Delivery::Connection::keep_alive;
  }
  const std::size_t head_bytes = heads_.write_before(response.content.data(), response, delivery);
  const bool head_only = request != nullptr && request->method == Method::head;
  const std::span<const char> sent(response.content.data() - head_bytes,
                                   head_bytes + (head_only ? 0 : response.content.size()));
  outbox.push(sent);

  const bool timed = response.answered_at.count() != 0;
  answered_at_ = timed ? response.answered_at : now_();
  const std::chrono::nanoseconds elapsed = answered_at_ - to.received_at;
  const Endpoint* const endpoint = to.routed.endpoint;
  const RouteRow& row = *to.routed.row;
  counters_->answered(row.route, endpoint != nullptr ? endpoint->counted_as : 0, response.status);
  counters_->request_duration.record(elapsed);
  counters_->response_bytes.add(sent.size());
  if (observer_) {
    observer_({request != nullptr ? request->method : Method::other, endpoint != nullptr ? endpoint->name() : row.name,
               response.status, response.request_id, response.request_bytes, sent.size(), elapsed});
  }
}

}  // namespace planish::http

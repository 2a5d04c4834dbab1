// ServerConnection: head, content, answer, and again. A step that must wait leaves everything such that it can be taken
// again.
#include <http/fault_table.hpp>
#include <http/server_connection.hpp>

#include <algorithm>
#include <cstring>
#include <memory>

namespace planish::http {
namespace {

constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";

// An empty outbox has room for every answer.
bool has_room(Outbox& outbox, std::size_t bytes) noexcept {
  return outbox.empty() || outbox.free().size() >= bytes;
}

constexpr std::string_view kEmptyLine = "\r\n";

// The beginning of a request does not stand here: at most the empty line that would be skipped before it.
bool is_nothing(std::string_view rest) noexcept {
  return kEmptyLine.starts_with(rest);
}

bool has_content(const Request& request) noexcept {
  return request.framing == Framing::chunked || request.content_length != 0;
}

}  // namespace

ServerConnection::Progress ServerConnection::advance(Input input, bool end_of_stream,
                                                     std::chrono::nanoseconds received_at, Budget& budget,
                                                     const Parts& parts) {
  Turn turn{input.bytes, input.head, received_at, budget, parts};
  Step step;
  while (!step) {
    const std::size_t before = turn.at;
    const std::size_t answers_before = parts.outbox.bytes();
    switch (phase_) {
      case Phase::idle:
      case Phase::head:
        step = read_head(turn);
        break;
      case Phase::body:
        step = read_content(turn);
        break;
      case Phase::discard:
        step = discard(turn);
        break;
      case Phase::asked:
      case Phase::closed:
        step = Next::close;
        break;
    }
    if (step) break;
    budget.spend(turn.at - before + parts.outbox.bytes() - answers_before);
    if (budget.over(parts.service.sender().answered_at()) && !turn.rest().empty()) step = Next::yield;
  }
  const bool over = end_of_stream || (draining_ && phase_ == Phase::idle);
  if (*step == Next::read && over) step = close(Next::close);
  return progress(turn, *step);
}

ServerConnection::Next ServerConnection::refuse(Fault fault, std::chrono::nanoseconds now, const Parts& parts,
                                                std::string_view kept, const RequestHead& head) {
  const bool answered = phase_ == Phase::discard || phase_ == Phase::closed;
  const bool asked = phase_ != Phase::idle || (fault != Fault::timeout_head && fault != Fault::timeout_body);
  // Of a head that has begun, what its lines so far say.
  const std::size_t read = phase_ == Phase::head ? parser_.bytes_read() : phase_ == Phase::body ? head_bytes_ : 0;
  const bool known = read != 0 && kept.size() >= read;
  const Request request = known ? head.over(kept.substr(0, read)) : Request{};
  abandon(parts);
  if (!answered && asked) {
    const bool in_content = known && phase_ == Phase::body && row_of(fault).found == FaultRow::Found::content;
    const Routed routed = in_content ? parts.service.route(request) : Service::unrouted();
    send_refusal(fault, {known ? &request : nullptr, routed, now, true}, parts);
  }
  return close(asked ? Next::refuse : Next::close);
}

ServerConnection::Step ServerConnection::read_head(Turn& turn) {
  // RFC 9112, section 2.2: one empty line may stand before a request. It begins nothing, so nothing of it is kept and
  // no timeout begins anew; its bytes count with those of the head.
  if (empty_line_ == EmptyLine::none && turn.rest().starts_with('\r')) {
    turn.pass(turn.end + 1);
    empty_line_ = EmptyLine::begun;
  }
  if (empty_line_ == EmptyLine::begun && !turn.rest().empty()) {
    const Request none;
    if (turn.rest().front() != '\n') return refuse(turn, none, Service::unrouted(), Fault::bad_request_line);
    turn.pass(turn.end + 1);
    empty_line_ = EmptyLine::passed;
  }
  phase_ = turn.rest().empty() ? Phase::idle : Phase::head;
  if (phase_ == Phase::idle) return Next::read;
  Limits limits = turn.parts.limits;
  if (empty_line_ == EmptyLine::passed) limits.head_bytes_max -= std::min(limits.head_bytes_max, kEmptyLine.size());
  if (parser_.bytes_read() == 0) turn.head = {};  // whosever it was before
  const RequestParser::Result head = parser_.read(turn.rest(), limits, turn.head);
  if (head.kind == RequestParser::Result::Kind::need_more) return Next::read;
  head_bytes_ = static_cast<std::uint32_t>(parser_.bytes_read());
  const Request request = request_in(turn);
  if (head.kind == RequestParser::Result::Kind::fault) return refuse(turn, request, Service::unrouted(), head.fault);
  const bool waits = request.expect_continue && has_content(request) && turn.rest().size() == head_bytes_;
  const Routed routed = turn.parts.service.route(request);
  if (routed.fault) return refuse_route(turn, request, routed, waits);
  return begin_content(turn, request, routed, waits);
}

// `waits`: the client holds its content back until it reads an interim answer.
ServerConnection::Step ServerConnection::begin_content(Turn& turn, const Request& request, const Routed& routed,
                                                       bool waits) {
  uses_content_ = Service::uses_content(request, routed);
  if (waits && !uses_content_) {
    if (!has_room(turn.parts.outbox, turn.parts.service.answer_bytes_max(request, routed, 0))) return Next::flush;
    send_answer(turn, request, routed, turn.body(head_bytes_, 0), true);
    return close(Next::refuse);
  }
  if (waits) {
    if (!has_room(turn.parts.outbox, kContinue.size())) return Next::flush;
    const std::span<char> room = turn.parts.outbox.free().first(kContinue.size());
    std::copy(kContinue.begin(), kContinue.end(), room.begin());
    turn.parts.outbox.push(room);
  }
  begin_framing(turn.head);
  turn.head.complete_at = turn.received_at;
  phase_ = Phase::body;
  if (!take_content(turn)) return Next::read;
  return content_taken(turn, request, routed);
}

// What was begun in a turn before.
ServerConnection::Step ServerConnection::read_content(Turn& turn) {
  if (!take_content(turn)) return Next::read;
  const Request request = request_in(turn);
  return content_taken(turn, request, turn.parts.service.route(request));
}

// False: more is needed.
bool ServerConnection::take_content(Turn& turn) noexcept {
  //   input: ... | head | content so far | raw bytes, to be closed up | ...
  //              ^ at                    ^ from
  const std::size_t from = turn.at + head_bytes_ + content_kept();
  char* const to = uses_content_ ? turn.input.data() + from : nullptr;
  turn.taken = framing_.take(turn.input.subspan(from), to, turn.parts.limits.body_bytes_max);
  turn.kept_end = from + turn.taken.written;
  turn.end = from + turn.taken.read;
  return turn.taken.kind != BodyFraming::Result::Kind::need_more;
}

ServerConnection::Step ServerConnection::content_taken(Turn& turn, const Request& request, const Routed& routed) {
  if (turn.taken.kind == BodyFraming::Result::Kind::fault) return refuse(turn, request, routed, turn.taken.fault);
  const Service& service = turn.parts.service;
  const PaddedView body = turn.body(head_bytes_, content_kept());
  if (uses_content_) {
    const auto codings = Service::codings_of(request, routed, body.text());
    if (!codings.empty()) return answer_coded(turn, request, routed, codings);
    abandon(turn.parts);  // it may have had the decoder, until a reload changed what its endpoint decodes
  }
  const bool closes = closes_after(turn, request);
  if (!has_room(turn.parts.outbox, service.answer_bytes_max(request, routed, body.size()))) return Next::flush;
  if (!send_answer(turn, request, routed, body, closes)) return ask(turn, request);
  return finish(turn, closes);
}

// The outbox is empty then: there is room for whatever comes of it, so nothing is decoded twice, and the decoder is
// never held while a client has to read first.
ServerConnection::Step ServerConnection::answer_coded(Turn& turn, const Request& request, const Routed& routed,
                                                      std::span<const Coding> codings) {
  if (!turn.parts.outbox.empty()) return Next::flush;
  Decoders& decoders = turn.parts.decoders;
  const std::string_view encoded = turn.body(head_bytes_, content_kept()).text();
  if (!decoders.in_turns().held_by(this)) {
    const auto small = decoders.decode_at_once(codings, encoded, turn.budget);
    if (small) return answer_decoded(turn, request, routed, decoders.at_once(), *small);
    if (decoders.in_turns().held()) return Next::queue;
    decoders.in_turns().hold(this);
  }
  const auto progress = decoders.decode_in_turns(codings, encoded, turn.received_at, turn.budget);
  if (progress.kind == ContentDecoder::Progress::Kind::more) return Next::yield;
  turn.received_at = decoders.in_turns().received_at();
  return answer_decoded(turn, request, routed, decoders.in_turns(), progress);
}

// `progress`: it is through, or refused.
ServerConnection::Step ServerConnection::answer_decoded(Turn& turn, const Request& request, const Routed& routed,
                                                        ContentDecoder& decoder,
                                                        const ContentDecoder::Progress& progress) {
  const bool refused = progress.kind == ContentDecoder::Progress::Kind::fault;
  const bool closes = closes_after(turn, request);
  const bool answered = !refused && send_answer(turn, request, routed, decoder.body(), closes);
  decoder.release();
  if (!refused) return answered ? finish(turn, closes) : ask(turn, request);
  if (row_of(progress.fault).closes) return refuse(turn, request, routed, progress.fault);
  send_refusal(progress.fault, {&request, routed, turn.received_at, closes}, turn.parts);
  return finish(turn, closes);
}

// False: it is an upstream's to give.
bool ServerConnection::send_answer(const Turn& turn, const Request& request, const Routed& routed, PaddedView body,
                                   bool closes) {
  const auto& [limits, service, decoders, outbox] = turn.parts;
  const std::span<char> room = outbox.free().subspan(Service::headroom(request, routed));
  const Response response = service.answer(request, routed, body, turn.received_at, room);
  if (service.forward() != nullptr) return false;
  service.sender().send({&request, routed, turn.received_at, closes}, response, outbox);
  return true;
}

void ServerConnection::send_refusal(Fault fault, const Sender::To& to, const Parts& parts) {
  const std::span<char> room = parts.outbox.free().subspan(kHeadBytesMax);
  parts.service.sender().send(to, parts.service.refuse(fault, to.request, to.routed, room), parts.outbox);
}

// Answers at once; what comes of the content is read and dropped.
ServerConnection::Step ServerConnection::refuse_route(Turn& turn, const Request& request, const Routed& routed,
                                                      bool waits) {
  if (!has_room(turn.parts.outbox, Service::kRefusalBytesMax)) return Next::flush;
  begin_framing(turn.head);
  const std::size_t from = turn.at + head_bytes_;
  const auto result = framing_.take(turn.input.subspan(from), nullptr, turn.parts.limits.body_bytes_max);
  turn.pass(from + result.read);
  const bool done = result.kind == BodyFraming::Result::Kind::done;
  const bool closes = waits || (done ? closes_after(turn, request) : draining_ || !request.keep_alive);
  send_refusal(*routed.fault, {&request, routed, turn.received_at, closes}, turn.parts);
  if (done) return finish(turn, closes);
  if (closes || result.kind == BodyFraming::Result::Kind::fault) return close(Next::refuse);
  phase_ = Phase::discard;
  return Next::read;
}

ServerConnection::Step ServerConnection::discard(Turn& turn) {
  const auto result = framing_.take(turn.input.subspan(turn.end), nullptr, turn.parts.limits.body_bytes_max);
  turn.pass(turn.end + result.read);
  if (result.kind == BodyFraming::Result::Kind::need_more) return Next::read;
  if (result.kind == BodyFraming::Result::Kind::fault) return close(Next::refuse);
  return finish(turn, false);
}

// A fault that closes.
ServerConnection::Next ServerConnection::refuse(Turn& turn, const Request& request, const Routed& routed, Fault fault) {
  if (!has_room(turn.parts.outbox, Service::kRefusalBytesMax)) return Next::flush;
  send_refusal(fault, {&request, routed, turn.received_at, true}, turn.parts);
  return close(Next::refuse);
}

// The request in hand is answered.
ServerConnection::Step ServerConnection::finish(Turn& turn, bool closes) {
  if (closes) return close(is_nothing(turn.rest()) ? Next::close : Next::refuse);
  turn.pass(turn.end);
  begin_anew();
  return std::nullopt;
}

void ServerConnection::begin_framing(const RequestHead& head) noexcept {
  const bool chunked = head.framing == Framing::chunked;
  std::construct_at(&framing_, chunked ? BodyFraming::chunked() : BodyFraming::length(head.content_length));
}

void ServerConnection::begin_anew() noexcept {
  std::construct_at(&parser_);
  empty_line_ = EmptyLine::none;
  uses_content_ = false;
  phase_ = Phase::idle;
}

// All that the answer needs of the request is in the forward.
ServerConnection::Step ServerConnection::ask(Turn& turn, const Request& request) noexcept {
  turn.pass(turn.end);
  keeps_alive_ = request.keep_alive;
  phase_ = Phase::asked;
  return Next::ask;
}

ServerConnection::Next ServerConnection::answer(const Owed& owed, std::string_view answer, const UpstreamSaid& said,
                                                std::string_view rest, const Parts& parts) {
  const bool closes = !keeps_alive_ || (draining_ && is_nothing(rest));
  const Request request = request_of(owed);
  const Response response = parts.service.answer(owed, answer, said, parts.outbox.free().subspan(kHeadBytesMax));
  const Routed routed{&row_of(Route::transform), owed.endpoint};
  parts.service.sender().send({&request, routed, owed.received_at, closes}, response, parts.outbox);
  if (closes) return close(is_nothing(rest) ? Next::close : Next::refuse);
  begin_anew();
  return Next::yield;
}

ServerConnection::Next ServerConnection::refuse_asked(Fault fault, const Owed& owed, const Parts& parts) {
  const Request request = request_of(owed);
  send_refusal(fault, {&request, {&row_of(Route::transform), owed.endpoint}, owed.received_at, true}, parts);
  return close(Next::refuse);
}

// What is left of it: its head has gone.
Request ServerConnection::request_of(const Owed& owed) noexcept {
  Request request;
  request.method = Method::post;
  request.http_1_0 = owed.http_1_0;
  request.request_id = owed.request_id();
  request.origin = owed.origin();
  return request;
}

ServerConnection::Next ServerConnection::close(Next next) noexcept {
  phase_ = Phase::closed;
  return next;
}

bool ServerConnection::closes_after(const Turn& turn, const Request& request) const noexcept {
  return !request.keep_alive || (draining_ && is_nothing(turn.rest()));
}

std::size_t ServerConnection::content_kept() const noexcept {
  return uses_content_ ? static_cast<std::size_t>(framing_.content_bytes()) : 0;
}

ServerConnection::Progress ServerConnection::progress(const Turn& turn, Next next) noexcept {
  if (next == Next::close || next == Next::refuse) return {turn.input.size(), 0, next};
  const std::string_view rest = turn.rest();
  char* const to = turn.input.data() + turn.kept_end;
  if (to != rest.data()) std::memmove(to, rest.data(), rest.size());
  return {turn.at, turn.kept_end - turn.at + rest.size(), next};
}

}  // namespace planish::http

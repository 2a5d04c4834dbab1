// wasi:http/incoming-handler around the module's own functions: a request's body goes to where the core reads it, and
// its answer to the host. By hand to the component model's canonical ABI; the types are those of world.wit.
#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#define IMPORT(interface, name) __attribute__((import_module("wasi:" interface "@0.2.0"), import_name(name)))

using Handle = std::int32_t;

// A result that does not fit a register: the tag (0 is ok), then the value, where its alignment wants it.
struct alignas(8) Result {
  std::uint8_t tag;
  Handle value;
  std::uint32_t size;
  std::array<std::uint32_t, 13> rest;  // of the largest error
};

namespace host {

IMPORT("clocks/monotonic-clock", "now") std::uint64_t now();
IMPORT("http/types", "[method]incoming-request.method") void request_method(Handle, Result*);
IMPORT("http/types", "[method]incoming-request.consume") void request_consume(Handle, Result*);
IMPORT("http/types", "[resource-drop]incoming-request") void request_drop(Handle);
IMPORT("http/types", "[method]incoming-body.stream") void body_stream(Handle, Result*);
IMPORT("http/types", "[resource-drop]incoming-body") void body_drop(Handle);
IMPORT("io/streams", "[method]input-stream.blocking-read") void read(Handle, std::uint64_t size, Result*);
IMPORT("io/streams", "[resource-drop]input-stream") void input_drop(Handle);
IMPORT("io/error", "[resource-drop]error") void error_drop(Handle);
IMPORT("http/types", "[constructor]fields") Handle fields();
IMPORT("http/types", "[method]fields.append")
void fields_append(Handle, const char* name, std::size_t, const char* value, std::size_t, Result*);
IMPORT("http/types", "[constructor]outgoing-response") Handle response(Handle fields);
IMPORT("http/types", "[method]outgoing-response.set-status-code") std::int32_t response_status(Handle, std::int32_t);
IMPORT("http/types", "[method]outgoing-response.body") void response_body(Handle, Result*);
IMPORT("http/types", "[method]outgoing-body.write") void body_write(Handle, Result*);
IMPORT("http/types", "[static]outgoing-body.finish") void body_finish(Handle, std::int32_t, Handle, Result*);
IMPORT("io/streams", "[method]output-stream.blocking-write-and-flush")
void write(Handle, const char*, std::size_t, Result*);
IMPORT("io/streams", "[resource-drop]output-stream") void output_drop(Handle);
IMPORT("http/types", "[static]response-outparam.set")
void outparam_set(Handle, std::int32_t tag, Handle, std::int32_t, std::int64_t, std::int32_t, std::int32_t,
                  std::int32_t, std::int32_t);

}  // namespace host

// module.cpp's
extern "C" {
void configure(unsigned hash, unsigned canonical, unsigned timestamp_unit, std::size_t body_bytes_max, unsigned events);
char* body_address();
unsigned transform(std::size_t body_bytes, unsigned invalid_events, bool has_trace_id);
std::size_t finish(std::uint32_t elapsed_ms);
char* answer_address();
}

namespace {

constexpr std::size_t kBodyBytesMax = 1 << 20;
constexpr std::size_t kWriteBytesMax = 4096;  // what WASI allows at once
constexpr std::uint8_t kPost = 2;
constexpr std::array<unsigned, 4> kStatus{200, 400, 422, 422};  // by verdict

constexpr std::array<std::string_view, 4> kProblems{
    "", R"({"type":"/problems/not-json","title":"Not JSON","status":400})",
    R"({"type":"/problems/invalid-request","title":"The request is invalid","status":422})",
    R"({"type":"/problems/invalid-events","title":"Some events are invalid","status":422})"};
constexpr std::string_view kTooLarge = R"({"type":"/problems/content-too-large","status":413})";

struct Answer {
  unsigned status;
  std::string_view text;
};

// Where the host's next list of bytes goes: straight into the core's buffer.
char* place = nullptr;

Handle value(const Result& result) {
  if (result.tag != 0) __builtin_trap();
  return result.value;
}

// Returns the body's size, one more than the largest if it is too large.
std::size_t receive(Handle request) {
  Result result;
  host::request_consume(request, &result);
  const Handle body = value(result);
  host::body_stream(body, &result);
  const Handle stream = value(result);
  std::size_t size = 0;
  while (size <= kBodyBytesMax) {
    place = body_address() + size;
    host::read(stream, kBodyBytesMax + 1 - size, &result);
    if (result.tag != 0) {
      if (static_cast<std::uint8_t>(result.value) == 0) host::error_drop(static_cast<Handle>(result.size));
      break;
    }
    size += result.size;
  }
  host::input_drop(stream);
  host::body_drop(body);
  return size;
}

Answer answer(Handle request) {
  Result method;
  place = body_address();  // of a method that has no number
  host::request_method(request, &method);
  if (method.tag != kPost) return {404, "POST /"};
  const auto size = receive(request);
  if (size > kBodyBytesMax) return {413, kTooLarge};
  const auto start = host::now();
  const auto verdict = transform(size, 0, false);
  if (verdict != 0) return {kStatus.at(verdict), kProblems.at(verdict)};
  const auto answer_size = finish(static_cast<std::uint32_t>((host::now() - start) / 1'000'000));
  return {200, {answer_address(), answer_size}};
}

void append(Handle headers, std::string_view name, std::string_view text) {
  Result result;
  host::fields_append(headers, name.data(), name.size(), text.data(), text.size(), &result);
}

void send(Handle out, const Answer& answer) {
  const Handle headers = host::fields();
  append(headers, "content-type", answer.status == 200 ? "application/json" : "application/problem+json");
  append(headers, "content-length", std::to_string(answer.text.size()));
  const Handle answered = host::response(headers);
  host::response_status(answered, static_cast<std::int32_t>(answer.status));
  Result result;
  host::response_body(answered, &result);
  const Handle body = value(result);
  host::outparam_set(out, 0, answered, 0, 0, 0, 0, 0, 0);  // before the body: the host sends while we write
  host::body_write(body, &result);
  const Handle stream = value(result);
  for (auto rest = answer.text; !rest.empty(); rest.remove_prefix(std::min(rest.size(), kWriteBytesMax))) {
    host::write(stream, rest.data(), std::min(rest.size(), kWriteBytesMax), &result);
    if (result.tag != 0) {  // the client has gone
      if (static_cast<std::uint8_t>(result.value) == 0) host::error_drop(static_cast<Handle>(result.size));
      break;
    }
  }
  host::output_drop(stream);
  host::body_finish(body, 0, 0, &result);
}

const bool configured = [] {
  configure(3, 1, 0, kBodyBytesMax, 10'000);  // prefix8 of the payload as sent
  return true;
}();

}  // namespace

extern "C" __attribute__((export_name("cabi_realloc"))) void* cabi_realloc(void*, std::size_t, std::size_t,
                                                                           std::size_t) {
  return place;
}

extern "C" __attribute__((export_name("wasi:http/incoming-handler@0.2.0#handle"))) void handle(Handle request,
                                                                                               Handle out) {
  const auto answered = answer(request);
  host::request_drop(request);
  send(out, answered);
}

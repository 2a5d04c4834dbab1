// planish's core as a WebAssembly module without imports: a Transformer, its buffers, and their addresses as exports.
// A host calls _initialize, configure, and for each request: body, transform, finish, answer.
#include <planish/transformer.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <span>
#include <string_view>

using namespace planish;

namespace {

// A host copies faults as they are.
static_assert(sizeof(void*) != 4 || (sizeof(std::string_view) == 8 && sizeof(Fault) == 72 &&
                                     offsetof(Fault, number) == 8 && offsetof(Fault, words) == 52));

struct Module {
  Module(const Options& options, const Limits& limits)
      : transform(options),
        transformer(limits),
        body_bytes_max(limits.body_bytes_max),
        body(std::make_unique_for_overwrite<char[]>(body_bytes_max + kPadding)),
        out_bytes(transformer.answer_bytes_max(transform, body_bytes_max)),
        out(std::make_unique_for_overwrite<char[]>(out_bytes)) {
    transformer.prepare(transform);
  }

  Transform transform;
  Transformer transformer;
  Outcome outcome;
  std::size_t body_bytes_max;
  std::unique_ptr<char[]> body;
  std::size_t out_bytes;
  std::unique_ptr<char[]> out;
  char trace_id[32] = {};
  std::span<char> answer;
};

Module* module = nullptr;  // never destroyed: the instance is

}  // namespace

#define EXPORT(name) extern "C" __attribute__((export_name(#name)))

EXPORT(configure)
void configure(unsigned hash, unsigned canonical, unsigned timestamp_unit, std::size_t body_bytes_max,
               std::uint32_t events_max) {
  Options options;
  options.hash = static_cast<HashAlgorithm>(hash);
  options.canonical = static_cast<Canonical>(canonical);
  options.timestamp_unit = static_cast<TimestampUnit>(timestamp_unit);
  Limits limits;
  limits.body_bytes_max = body_bytes_max;
  limits.events_max = events_max;
  module = new Module(options, limits);
}

// Where the host puts a body, at most the configured number of bytes. Always the same address.
EXPORT(body) char* body_address() {
  return module->body.get();
}

// Of a W3C traceparent: 32 digits.
EXPORT(trace_id) char* trace_id_address() {
  return module->trace_id;
}

EXPORT(transform) unsigned transform(std::size_t body_bytes, unsigned invalid_events, bool has_trace_id) {
  const PaddedView body({module->body.get(), module->body_bytes_max + kPadding}, body_bytes);
  Context context;
  context.invalid_events = static_cast<InvalidEvents>(invalid_events);
  if (has_trace_id) context.trace_id = {module->trace_id, sizeof module->trace_id};
  const std::span<char> out(module->out.get(), module->out_bytes);
  module->outcome = module->transformer.transform(module->transform, body, context, out);
  return static_cast<unsigned>(module->outcome.verdict);
}

// Returns the size of the answer's JSON.
EXPORT(finish) std::size_t finish(std::uint32_t elapsed_ms) {
  module->answer = module->transformer.finish(std::chrono::milliseconds(elapsed_ms));
  return module->answer.size();
}

EXPORT(answer) char* answer_address() {
  return module->answer.data();
}

EXPORT(faults) const Fault* faults() {
  return module->outcome.faults.data();
}
EXPORT(faults_size) std::size_t faults_size() {
  return module->outcome.faults.size();
}
EXPORT(fault_count) std::uint32_t fault_count(unsigned code) {
  return module->outcome.counted(static_cast<Errc>(code));
}
EXPORT(answer_bytes_max) std::size_t answer_bytes_max(std::size_t body_bytes, unsigned invalid_events) {
  return module->transformer.answer_bytes_max(module->transform, body_bytes,
                                              static_cast<InvalidEvents>(invalid_events));
}

EXPORT(syntax_offset) std::size_t syntax_offset() {
  return module->outcome.syntax_offset;
}
EXPORT(events_total) std::uint32_t events_total() {
  return module->outcome.events_total;
}
EXPORT(events_invalid) std::uint32_t events_invalid() {
  return module->outcome.events_invalid;
}
EXPORT(request_faults) std::uint32_t request_faults() {
  return module->outcome.request_faults;
}

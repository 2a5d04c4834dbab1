// planish's core as a WebAssembly module without imports: a Transformer, its buffers, and their addresses as exports.
// A host calls _initialize, configure, and for each request: body, transform, finish, answer.
#include <planish/transformer.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <optional>
#include <span>
#include <string_view>

using namespace planish;

namespace {

struct Module {
  explicit Module(const Options& options)
      : transformer(options),
        body_bytes_max(options.body_bytes_max),
        body(std::make_unique_for_overwrite<char[]>(body_bytes_max + kPadding)),
        out_bytes(transformer.answer_bytes_max(body_bytes_max, InvalidEvents::skip)),
        out(std::make_unique_for_overwrite<char[]>(out_bytes)) {}

  Transformer transformer;
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
  options.body_bytes_max = body_bytes_max;
  options.events_max = events_max;
  module = new Module(options);
}

// Where the host puts a body, at most the configured number of bytes. Always the same address.
EXPORT(body) char* body_address() {
  return module->body.get();
}

// Of a W3C traceparent: 32 digits.
EXPORT(trace_id) char* trace_id_address() {
  return module->trace_id;
}

EXPORT(transform) unsigned transform(std::size_t body_bytes, unsigned invalid_events) {
  const PaddedView body({module->body.get(), module->body_bytes_max + kPadding}, body_bytes);
  return static_cast<unsigned>(module->transformer.transform(body, {module->out.get(), module->out_bytes},
                                                             static_cast<InvalidEvents>(invalid_events)));
}

// Returns the size of the answer's JSON.
EXPORT(finish) std::size_t finish(std::uint32_t elapsed_ms, bool has_trace_id) {
  const std::optional<std::string_view> trace_id =
      has_trace_id ? std::optional(std::string_view(module->trace_id, 32)) : std::nullopt;
  module->answer = module->transformer.finish(std::chrono::milliseconds(elapsed_ms), trace_id);
  return module->answer.size();
}

EXPORT(answer) char* answer_address() {
  return module->answer.data();
}

EXPORT(faults) const Fault* faults() {
  return module->transformer.faults().data();
}
EXPORT(faults_size) std::size_t faults_size() {
  return module->transformer.faults().size();
}
EXPORT(fault_count) std::uint32_t fault_count(unsigned code) {
  return module->transformer.fault_count(static_cast<Errc>(code));
}
EXPORT(answer_bytes_max) std::size_t answer_bytes_max(std::size_t body_bytes, unsigned invalid_events) {
  return module->transformer.answer_bytes_max(body_bytes, static_cast<InvalidEvents>(invalid_events));
}

EXPORT(syntax_offset) std::size_t syntax_offset() {
  return module->transformer.syntax_offset();
}
EXPORT(events_total) std::uint32_t events_total() {
  return module->transformer.events_total();
}
EXPORT(events_invalid) std::uint32_t events_invalid() {
  return module->transformer.events_invalid();
}

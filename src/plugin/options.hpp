// Options: what an endpoint says of its plugin. Plain values; the defaults are the contract's.
#pragma once

#include <plugin/code_map.hpp>
#include <plugin/limits.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

namespace planish::plugin {

// What becomes of an event that the plugin failed on.
enum class Errors : std::uint8_t { refuse, skip, pass };
// Where a request begins: as the plugin was after its init, or as the last request of its thread left it.
enum class State : std::uint8_t { request, thread };

class LogSink;

struct Options {
  std::string path;                                    // of the .cwasm
  std::optional<Digest> pinned;                        // plugin_sha256
  std::string config = "{}";                           // the table plugin_config, as JSON text
  std::size_t memory_bytes_max = kMemoryBytesDefault;  // a multiple of 64 KiB
  std::chrono::milliseconds deadline = kDeadlineDefault;
  Errors errors = Errors::refuse;
  State state = State::request;
  std::shared_ptr<LogSink> log{};  // null: nobody listens
};

}  // namespace planish::plugin

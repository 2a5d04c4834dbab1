// Module: a compiled plugin, checked and loaded, shared by the threads that run it. Immutable.
#pragma once

#include <plugin/code_map.hpp>
#include <plugin/wasi.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

struct PlanishEngine;
struct PlanishModule;

namespace planish::plugin {

class Ticker;

// The order is engine/src/lib.rs's.
enum class Function : std::uint32_t { abi, init, fields, buffer, events };

class Module {
 public:
  // Null with a reason in `error`, which does not name the path. From any thread.
  static std::shared_ptr<const Module> load(const std::string& path, const std::optional<Digest>& pinned,
                                            std::string& error);
  ~Module();
  Module(const Module&) = delete;
  Module& operator=(const Module&) = delete;

  [[nodiscard]] const Digest& digest() const noexcept { return map_.digest(); }
  [[nodiscard]] std::size_t file_bytes() const noexcept { return map_.size(); }
  [[nodiscard]] bool has(Function) const noexcept;
  [[nodiscard]] const std::vector<Import>& imports() const noexcept { return imports_; }

  [[nodiscard]] const PlanishModule* engine_module() const noexcept { return module_; }

 private:
  explicit Module(CodeMap map) noexcept : map_(std::move(map)) {}

  CodeMap map_;
  PlanishModule* module_ = nullptr;
  std::vector<Import> imports_;
};

// Of the process: made at the first load, with its signal handlers and its thread.
[[nodiscard]] Ticker& ticker();
// Which compiled plugins this engine takes, such as "wasmtime-48/1".
[[nodiscard]] std::string engine_agreement();

}  // namespace planish::plugin

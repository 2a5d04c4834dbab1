// Instance: a plugin that can be called, by the thread that made it. Each request finds it as it was after its init.
#pragma once

#include <plugin/guest_memory.hpp>
#include <plugin/module.hpp>
#include <plugin/options.hpp>
#include <plugin/ticker.hpp>
#include <plugin/wasi.hpp>

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

struct PlanishInstance;
struct PlanishGlobals;

namespace planish::plugin {

enum class Ended : std::uint8_t { returned, trap, deadline, stack };

class Instance {
 public:
  // Runs init. Null with a reason in `error`.
  static std::unique_ptr<Instance> make(std::shared_ptr<const Module>, const Options&, LogSink*, std::string& error);
  ~Instance();
  Instance(const Instance&) = delete;
  Instance& operator=(const Instance&) = delete;

  // The pointers that planish_fields named, in its order.
  [[nodiscard]] const std::vector<std::string>& fields() const noexcept { return fields_; }
  [[nodiscard]] const Module& module() const noexcept { return *module_; }
  [[nodiscard]] GuestMemory& memory() noexcept { return memory_; }
  [[nodiscard]] const GuestMemory& memory() const noexcept { return memory_; }
  [[nodiscard]] Wasi& wasi() noexcept { return wasi_; }

  // The area that planish_buffer gave after init: kBufferBytes, free again after each put_back(). 0: it gave none.
  [[nodiscard]] std::uint32_t buffer() const noexcept { return buffer_; }

  // Before anything of a request is written into its memory. It is made anew where it must be: after a failure, or when
  // its memory has grown. False: it cannot be had again, and nothing may be called.
  [[nodiscard]] bool begin() noexcept;
  // Then puts back what earlier requests dirtied, but for [from, to) of the memory, which the caller has written over.
  // With State::thread it does nothing.
  void put_back(std::size_t from, std::size_t to) noexcept;

  // When the calls from now on must be over, together.
  void set_deadline(Ticker::Clock::time_point until) noexcept {
    pulse_.until.store(until.time_since_epoch().count(), std::memory_order_relaxed);
  }
  // After anything but `returned`, only its memory may be read until begin().
  [[nodiscard]] Ended call(Function, std::int32_t first, std::int32_t second, std::int32_t& result) noexcept;
  // For the engine: the module called its import of this number.
  [[nodiscard]] int import_called(std::uint32_t import, std::span<const std::uint64_t> arguments) noexcept {
    return wasi_.call(module_->imports()[import], arguments, memory_);
  }
  // For the engine: whether the call under way must end.
  [[nodiscard]] bool is_late() const noexcept { return Ticker::is_late(pulse_, Ticker::Clock::now()); }
  // Of the last call that did not return.
  [[nodiscard]] std::string_view message() const noexcept;

 private:
  Instance(std::shared_ptr<const Module>, const Options&, LogSink*);
  [[nodiscard]] bool instantiate(std::string& error) noexcept;
  [[nodiscard]] bool renew() noexcept;
  [[nodiscard]] bool check_abi(std::string& error);
  [[nodiscard]] bool init(const std::string& config, std::string& error);
  [[nodiscard]] bool ask_for_fields(std::string& error);
  [[nodiscard]] bool ask_for_buffer(std::string& error);
  [[nodiscard]] bool returned(Function, std::int32_t first, std::int32_t second, std::int32_t& result,
                              std::string& error);

  std::shared_ptr<const Module> module_;
  GuestMemory memory_;
  Wasi wasi_;
  State state_;
  PlanishInstance* instance_ = nullptr;
  PlanishGlobals* globals_ = nullptr;
  bool globals_change_ = false;  // in a request
  bool broken_ = false;          // must be made anew
  std::uint32_t buffer_ = 0;
  std::vector<std::string> fields_;
  Ticker& ticker_;
  Ticker::Pulse pulse_;
};

}  // namespace planish::plugin

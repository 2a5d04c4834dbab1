// Instance: see its header.
#include <plugin/engine.hpp>
#include <plugin/instance.hpp>

#include <algorithm>
#include <cstring>
#include <utility>

namespace planish::plugin {
namespace {

constexpr std::size_t kErrorBytes = 512;

[[nodiscard]] std::size_t whole_pages(std::size_t bytes) noexcept {
  return bytes / kWasmPageBytes * kWasmPageBytes;
}

constexpr std::string_view name(Function function) noexcept {
  constexpr std::string_view kNames[] = {"planish_abi", "planish_init", "planish_fields", "planish_buffer",
                                         "planish_events"};
  return kNames[static_cast<std::size_t>(function)];
}

}  // namespace

Instance::Instance(std::shared_ptr<const Module> module, const Options& options, LogSink* sink)
    : module_(std::move(module)),
      memory_(whole_pages(options.memory_bytes_max)),
      state_(options.state),
      ticker_(ticker()) {
  wasi_.set_log(sink);
  ticker_.add(pulse_, std::min<Ticker::Clock::duration>(options.deadline, kInitDeadline));
}

Instance::~Instance() {
  if (globals_ != nullptr) planish_globals_free(globals_);
  if (instance_ != nullptr) planish_instance_free(instance_);
  ticker_.remove(pulse_);
}

std::unique_ptr<Instance> Instance::make(std::shared_ptr<const Module> module, const Options& options, LogSink* sink,
                                         std::string& error) {
  std::unique_ptr<Instance> made(new Instance(std::move(module), options, sink));
  const GuestMemory::Use use(made->memory_);
  made->wasi_.begin(0, {}, Ticker::Clock::now());
  if (!made->instantiate(error)) return nullptr;
  made->set_deadline(Ticker::Clock::now() + kInitDeadline);
  if (!made->check_abi(error) || !made->init(options.config, error) || !made->ask_for_fields(error) ||
      !made->ask_for_buffer(error)) {
    return nullptr;
  }
  made->memory_.mark();
  made->globals_ = planish_globals_of(made->instance_);
  made->globals_change_ = planish_globals_change(made->instance_);
  return made;
}

bool Instance::instantiate(std::string& error) noexcept {
  char why[kErrorBytes] = {};
  set_deadline(Ticker::Clock::now() + kInitDeadline);
  ticker_.begin(pulse_);
  instance_ = planish_instance_new(module_->engine_module(), this, memory_.bytes_max(), why, sizeof why);
  Ticker::end(pulse_);
  if (instance_ == nullptr) error = "cannot be started: " + std::string(why);
  return instance_ != nullptr;
}

bool Instance::returned(Function function, std::int32_t first, std::int32_t second, std::int32_t& result,
                        std::string& error) {
  const Ended ended = call(function, first, second, result);
  if (ended == Ended::returned) return true;
  error = std::string(name(function)) + " did not return: " + std::string(message());
  return false;
}

bool Instance::check_abi(std::string& error) {
  std::int32_t version = 0;
  if (!returned(Function::abi, 0, 0, version, error)) return false;
  if (version != 1) error = "is of ABI version " + std::to_string(version) + "; this planish has version 1";
  return version == 1;
}

// The text of the configuration lies where planish_buffer says, and the guest copies what it wants to keep.
bool Instance::init(const std::string& config, std::string& error) {
  if (!module_->has(Function::init)) return true;
  std::int32_t at = 0;
  if (!returned(Function::buffer, static_cast<std::int32_t>(config.size()), 0, at, error)) return false;
  const std::size_t address = static_cast<std::uint32_t>(at);
  if (address == 0 || address > memory_.size() || config.size() > memory_.size() - address ||
      !memory_.open(address, config.size())) {
    error = "has no room for its configuration: planish_buffer(" + std::to_string(config.size()) + ") gave " +
            std::to_string(address);
    return false;
  }
  std::memcpy(memory_.data() + address, config.data(), config.size());
  std::int32_t result = 0;
  if (!returned(Function::init, at, static_cast<std::int32_t>(config.size()), result, error)) return false;
  if (result != 0) error = "refuses to start: planish_init returned " + std::to_string(result);
  return result == 0;
}

bool Instance::ask_for_fields(std::string& error) {
  if (!module_->has(Function::fields)) return true;
  std::int32_t at = 0;
  if (!returned(Function::fields, 0, 0, at, error)) return false;
  const std::size_t address = static_cast<std::uint32_t>(at);
  const std::size_t room = address < memory_.size() ? std::min(memory_.size() - address, kFieldsTextBytesMax + 1) : 0;
  if (room == 0 || !memory_.open(address, room)) {
    error = "planish_fields gave an address outside of its memory";
    return false;
  }
  std::string_view text(memory_.data() + address, room);
  if (text.find('\0') == std::string_view::npos) {
    error = "planish_fields gave a text without an end, or one of over 16 KiB";
    return false;
  }
  text = text.substr(0, text.find('\0'));
  while (!text.empty()) {
    const std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    if (line.empty()) continue;
    if (line.front() != '/') {
      error = "planish_fields: a line is no JSON pointer; it begins with a /";
      return false;
    }
    fields_.emplace_back(line);
  }
  if (fields_.size() > kFieldsMax) error = "planish_fields asks for more than 64 fields";
  return fields_.size() <= kFieldsMax;
}

bool Instance::ask_for_buffer(std::string& error) {
  std::int32_t at = 0;
  if (!returned(Function::buffer, static_cast<std::int32_t>(kBufferBytes), 0, at, error)) return false;
  const std::size_t address = static_cast<std::uint32_t>(at);
  const bool usable =
      address != 0 && address % 16 == 0 && address <= memory_.size() && kBufferBytes <= memory_.size() - address;
  buffer_ = usable ? static_cast<std::uint32_t>(address) : 0;
  return true;
}

Ended Instance::call(Function function, std::int32_t first, std::int32_t second, std::int32_t& result) noexcept {
  ticker_.begin(pulse_);
  const int ended = planish_instance_call(instance_, static_cast<std::uint32_t>(function), first, second, &result);
  Ticker::end(pulse_);
  broken_ = broken_ || ended != 0;
  return static_cast<Ended>(ended);
}

std::string_view Instance::message() const noexcept {
  std::size_t size = 0;
  const char* const text = planish_instance_message(instance_, &size);
  return {text, size};
}

bool Instance::begin() noexcept {
  if (broken_) return renew();
  if (state_ == State::thread) return true;
  if (memory_.size() != memory_.size_at_mark()) return renew();
  memory_.begin();
  return true;
}

void Instance::put_back(std::size_t from, std::size_t to) noexcept {
  if (state_ == State::thread) return;
  memory_.put_back(from, to);
  if (globals_change_) planish_globals_put_back(globals_, instance_, false);
}

// A new instance in the same memory, made to hold what the first one held after its init. It costs some microseconds.
bool Instance::renew() noexcept {
  broken_ = true;
  if (instance_ != nullptr) planish_instance_free(std::exchange(instance_, nullptr));
  std::string error;
  if (!instantiate(error)) return false;
  if (memory_.size() > memory_.size_at_mark()) return false;
  const std::size_t missing = memory_.size_at_mark() - memory_.size();
  if (missing != 0 && !planish_instance_grow(instance_, missing / kWasmPageBytes)) return false;
  memory_.close(true);
  planish_globals_put_back(globals_, instance_, true);
  broken_ = false;
  return true;
}

}  // namespace planish::plugin

extern "C" int planish_import_called(void* host, std::uint32_t import, const std::uint64_t* arguments,
                                     std::uint32_t count) {
  return static_cast<planish::plugin::Instance*>(host)->import_called(import, {arguments, count});
}

extern "C" bool planish_call_is_late(const void* host) {
  return static_cast<const planish::plugin::Instance*>(host)->is_late();
}

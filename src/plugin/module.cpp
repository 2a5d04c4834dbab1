// Module: see its header. Also the engine of the process.
#include <plugin/module.hpp>

#include <plugin/engine.hpp>
#include <plugin/ticker.hpp>

#include <mutex>
#include <utility>

namespace planish::plugin {
namespace {

constexpr std::size_t kErrorBytes = 512;

struct Engine {
  Engine() {
    engine = planish_engine_new(error, sizeof error);
    if (engine != nullptr) ticker.emplace(engine);
  }
  char error[kErrorBytes] = {};
  PlanishEngine* engine;
  std::optional<Ticker> ticker;
};

// Never destroyed: a reload may be loading a plugin, on a thread of its own, when the process ends.
Engine& the_engine() {
  static auto* const engine = new Engine;
  return *engine;
}

struct Seen {
  std::vector<Import>& imports;
  std::string stranger;  // the first import that planish does not have

  void take(std::string_view from, std::string_view name) {
    imports.push_back(find_import(from, name));
    if (imports.back() == Import::unknown && stranger.empty()) stranger.append(from).append(".").append(name);
  }
};

// Loads are rare: at the start and on SIGHUP.
std::mutex& loading() {
  static std::mutex mutex;
  return mutex;
}

}  // namespace

Ticker& ticker() {
  return *the_engine().ticker;
}

std::string engine_agreement() {
  return planish_engine_agreement();
}

std::shared_ptr<const Module> Module::load(const std::string& path, const std::optional<Digest>& pinned,
                                           std::string& error) {
  const std::lock_guard lock(loading());
  const Engine& engine = the_engine();
  if (engine.engine == nullptr) {
    error = "cannot be run here: " + std::string(engine.error);
    return nullptr;
  }
  std::optional<CodeMap> map = CodeMap::load(path, engine_agreement(), pinned, error);
  if (!map) return nullptr;
  std::shared_ptr<Module> module(new Module(std::move(*map)));
  const CodeMap::Publishing publishing(module->map_);
  const std::span<char> image = module->map_.image();
  char why[kErrorBytes] = {};
  module->module_ = planish_module_new(engine.engine, image.data(), image.size(), why, sizeof why);
  if (module->module_ == nullptr) {
    error = "cannot be run: " + std::string(why);
    return nullptr;
  }
  Seen seen{module->imports_, {}};
  planish_module_imports(
      module->module_, &seen,
      [](void* to, const char* from, std::size_t from_size, const char* name, std::size_t name_size) {
        static_cast<Seen*>(to)->take({from, from_size}, {name, name_size});
      });
  if (!seen.stranger.empty()) {
    error = "imports " + seen.stranger + ": a plugin needs no import, and is given WASI preview 1 alone";
    return nullptr;
  }
  return module;
}

Module::~Module() {
  if (module_ != nullptr) planish_module_free(module_);
}

bool Module::has(Function function) const noexcept {
  return planish_module_has(module_, static_cast<std::uint32_t>(function));
}

}  // namespace planish::plugin

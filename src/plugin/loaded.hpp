// Loaded: a plugin that was seen to start, ready to be given to each thread that transforms.
#pragma once

#include <planish/batch.hpp>

#include <plugin/batch.hpp>
#include <plugin/module.hpp>
#include <plugin/options.hpp>
#include <plugin/tally.hpp>

#include <memory>
#include <string>

namespace planish::plugin {

class Loaded final : public BatchMaker {
 public:
  // Loads it, and starts it once to see that it does. Null with a reason in `error`, which names no path.
  static std::shared_ptr<const Loaded> load(const Options&, bool numbers_finite, std::string& error);

  [[nodiscard]] std::unique_ptr<BatchStage> make(const Limits&) const override;

  [[nodiscard]] std::size_t memory_bytes_max(const Limits&) const noexcept override;

  [[nodiscard]] const Module& module() const noexcept { return *module_; }
  [[nodiscard]] const Options& options() const noexcept { return options_; }

 private:
  Loaded(std::shared_ptr<const Module> module, const Options& options, bool numbers_finite)
      : module_(std::move(module)), options_(options), numbers_finite_(numbers_finite), name_(hex(module_->digest())) {}

  std::shared_ptr<const Module> module_;
  Options options_;
  bool numbers_finite_;
  LoadedName name_;
};

}  // namespace planish::plugin

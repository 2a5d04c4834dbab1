// Trial: one body through a transform with a plugin, or with none, again and again. For who measures what that takes.
#pragma once

#include <planish/padded_view.hpp>
#include <planish/transformer.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace planish::plugin {

class Trial {
 public:
  // Without `batch`: what a request takes anyway.
  Trial(std::shared_ptr<const BatchMaker> batch, std::string_view body)
      : transform_(options(std::move(batch))), body_(body), size_(body.size()) {
    body_.resize(size_ + kPadding);
    out_.resize(transformer_.answer_bytes_max(transform_, size_));
  }

  // The answer; empty where the request is refused.
  std::string_view run() {
    const Outcome& outcome = transformer_.transform(transform_, PaddedView(body_, size_), Context{}, out_);
    events_ok_ = outcome.verdict == Verdict::ok ? outcome.events_ok() : 0;
    if (outcome.verdict != Verdict::ok) return {};
    const std::span<const char> content = transformer_.finish(std::chrono::nanoseconds{0});
    return {content.data(), content.size()};
  }
  // Of the last run; 0 where the request was refused.
  [[nodiscard]] std::uint32_t events_ok() const noexcept { return events_ok_; }

 private:
  static planish::Options options(std::shared_ptr<const BatchMaker> batch) {
    planish::Options options;
    options.batch = std::move(batch);
    return options;
  }

  Transform transform_;
  Transformer transformer_;
  std::string body_;
  std::size_t size_;
  std::vector<char> out_;
  std::uint32_t events_ok_ = 0;
};

}  // namespace planish::plugin

// A compiled guest behind a Batch, and requests that are quick to write.
#pragma once

#include <plugin/batch.hpp>
#include <plugin/module.hpp>

#include <gtest/gtest.h>

#include <array>
#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace planish::plugin {

inline std::string guest(std::string_view name) {
  return std::string(PLANISH_GUESTS "/") + std::string(name) + ".cwasm";
}

// Events whose texts lie in one body, as they do in a request: {"type":"T","payload":P},…
class Events {
 public:
  Events& add(std::string_view type, std::string_view payload = "null") {
    items_.emplace_back(type, payload);
    return *this;
  }

  // Valid until the next call or add(). Told from where the batch has its text, or from where no guest has it.
  BatchRequest request(std::uint32_t text_base = kNowhere) {
    body_.clear();
    std::vector<std::array<std::size_t, 4>> places;
    for (const auto& [type, payload] : items_) {
      const std::size_t event = body_.size();
      body_ += "{\"type\":\"";
      const std::size_t type_at = body_.size();
      body_ += type + "\",\"payload\":";
      const std::size_t payload_at = body_.size();
      body_ += payload + "},";
      places.push_back({event, type_at, payload_at, body_.size() - 1});
    }
    events_.clear();
    const auto text = [text_base](std::size_t at, std::size_t bytes) {
      return BatchText{text_base + static_cast<std::uint32_t>(at), static_cast<std::uint32_t>(bytes)};
    };
    for (std::size_t i = 0; i < items_.size(); ++i) {
      const auto [event, type_at, payload_at, end] = places[i];
      BatchEvent in;
      in.type = text(type_at, items_[i].first.size());
      in.time = static_cast<std::int64_t>(i);
      in.payload = text(payload_at, items_[i].second.size());
      in.event = text(event, end - event);
      events_.push_back(in);
    }
    BatchRequest in;
    in.text_base = text_base;
    in.events = BatchEvents(events_);
    in.sent = body_;
    in.added = kAdded;
    in.added_at = (body_.size() + 15) / 16 * 16;
    in.context = text(in.added_at, kAdded.size() - 1);
    in.endpoint = text(in.added_at + kAdded.size() - 1, 1);
    in.body_bytes = body_.size();
    return in;
  }

 private:
  static constexpr std::uint32_t kNowhere = 1 << 20;
  static constexpr std::string_view kAdded = R"({"user_id":7,"trace_id":null,"request_id":"r"}/)";

  std::vector<std::pair<std::string, std::string>> items_;
  std::string body_;
  std::vector<BatchEvent> events_;
};

inline constexpr Batch::Bounds kBounds{.body_bytes_max = std::size_t{1} << 20, .events_max = 10'000};

// Where the machine is busy a thread may not run for longer than the default deadline.
inline Options patient() {
  Options options;
  options.deadline = kDeadlineMax;
  return options;
}

inline std::unique_ptr<Batch> make_batch(std::string_view name, const Options& options = patient(),
                                         const Batch::Bounds& bounds = kBounds) {
  std::string error;
  const std::shared_ptr<const Module> module = Module::load(guest(name), {}, error);
  EXPECT_NE(module, nullptr) << error;
  if (!module) return nullptr;
  std::unique_ptr<Instance> instance = Instance::make(module, options, nullptr, error);
  EXPECT_NE(instance, nullptr) << error;
  if (!instance) return nullptr;
  return std::make_unique<Batch>(std::move(instance), options, bounds);
}

}  // namespace planish::plugin

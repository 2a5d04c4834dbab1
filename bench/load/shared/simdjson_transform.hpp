// The real work as a C++ service would write it with simdjson's on-demand front end: parse, validate, transform (the
// hash is the payload's first 8 code points, as sent), serialise. Shared by the contenders that are C++ servers. As in
// most such programs, what on-demand skips is not validated: the inside of a payload.
#pragma once

#include <simdjson.h>

#include <charconv>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace peers {

inline constexpr std::size_t events_max = 10'000;
inline constexpr std::size_t event_type_bytes_max = 256;

// 200 with the answer in `text`, or the status of a refusal with the reason in it.
struct Outcome {
  int status;
  std::string text;
};

class Transform {
 public:
  // `body` needs no padding: it is copied into a padded buffer that is kept.
  Outcome operator()(std::string_view body) {
    const auto start = std::chrono::steady_clock::now();
    padded_.assign(body);
    padded_.append(simdjson::SIMDJSON_PADDING, '\0');
    answer_.clear();
    events_.clear();
    try {
      return read(simdjson::padded_string_view(padded_.data(), body.size(), padded_.size()), start);
    } catch (const simdjson::simdjson_error& e) {
      const bool is_type = e.error() == simdjson::INCORRECT_TYPE || e.error() == simdjson::NO_SUCH_FIELD;
      return {is_type ? 422 : 400, "refused"};
    }
  }

 private:
  Outcome read(simdjson::padded_string_view view, std::chrono::steady_clock::time_point start) {
    auto document = parser_.iterate(view);
    std::optional<std::uint64_t> user_id;
    std::optional<std::string> trace_id;
    bool has_events = false;
    for (auto field : document.get_object()) {
      const std::string_view name = field.unescaped_key();
      if (name == "user_id") {
        user_id = field.value().get_uint64();
      } else if (name == "events") {
        has_events = events(field.value().get_array().value());
        if (!has_events) return {422, "invalid events"};
      } else if (name == "metadata" && !field.value().is_null()) {
        auto members = field.value().get_object();
        [[maybe_unused]] const std::string_view source = members["source"].get_string();
        trace_id = std::string_view(members["trace_id"].get_string());
      }
    }
    if (document.current_location().error() != simdjson::OUT_OF_BOUNDS) return {400, "trailing content"};
    if (!user_id || !has_events) return {422, "a member is missing"};
    std::swap(events_, answer_);
    answer_ += R"({"user_id":)";
    number(*user_id);
    answer_ += R"(,"processed_events":[)";
    answer_ += events_;
    answer_ += R"(],"total_duration_ms":)";
    const auto elapsed = std::chrono::steady_clock::now() - start;
    number(std::chrono::duration_cast<std::chrono::milliseconds>(elapsed).count());
    answer_ += R"(,"trace_id":)";
    trace_id ? quoted(*trace_id) : void(answer_ += "null");
    answer_ += '}';
    return {200, answer_};
  }

  bool events(simdjson::ondemand::array elements) {
    std::size_t count = 0;
    for (auto element : elements) {
      if (++count > events_max || !event(element.get_object())) return false;
    }
    if (count > 0) answer_.pop_back();
    return true;
  }

  bool event(simdjson::ondemand::object event) {
    const std::string_view type = event["event_type"].get_string();
    if (type.empty() || type.size() > event_type_bytes_max) return false;
    answer_ += R"({"event_type":)";
    quoted(type);
    answer_ += R"(,"normalized_timestamp":)";
    number(std::int64_t(event["timestamp"].get_int64()));
    answer_ += R"(,"hash":)";
    quoted(prefix8(simdjson::to_json_string(event["payload"].value())));
    answer_ += "},";
    return true;
  }

  static std::string_view prefix8(std::string_view text) {
    std::size_t end = 0;
    for (int points = 0; end < text.size() && points < 8; ++points) {
      do ++end;
      while (end < text.size() && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U);
    }
    return text.substr(0, end);
  }

  template <typename Integer>
  void number(Integer value) {
    char digits[24];
    const auto end = std::to_chars(digits, digits + sizeof digits, value).ptr;
    answer_.append(digits, end);
  }

  void quoted(std::string_view text) {
    static constexpr char hex[] = "0123456789abcdef";
    answer_ += '"';
    for (const char c : text) {
      const auto byte = static_cast<unsigned char>(c);
      if (c == '"' || c == '\\') {
        answer_ += '\\';
        answer_ += c;
      } else if (byte < 0x20) {
        answer_ += "\\u00";
        answer_ += hex[byte >> 4U];
        answer_ += hex[byte & 15U];
      } else {
        answer_ += c;
      }
    }
    answer_ += '"';
  }

  simdjson::ondemand::parser parser_;
  std::string padded_;
  std::string answer_;
  std::string events_;  // what stands between the answer's head and tail
};

}  // namespace peers

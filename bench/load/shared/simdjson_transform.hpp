// The real work as a C++ service would write it with simdjson's on-demand front end: parse, validate, transform (the
// hash is the payload's first 8 code points, as sent), serialise. Shared by the contenders that are C++ servers. As in
// most such programs, what on-demand skips is not validated: the inside of a payload. Strings are views of the parser's
// own buffers, and the answer is written once, into memory that is kept.
#pragma once

#include <simdjson.h>

#include <array>
#include <charconv>
#include <chrono>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace peers {

inline constexpr std::size_t events_max = 10'000;
inline constexpr std::size_t event_type_bytes_max = 256;

// 200 with the answer in `text`, or the status of a refusal with the reason in it; valid until the next call.
struct Outcome {
  int status;
  std::string_view text;
};

class Transform {
 public:
  // A body without padding behind it: copied once, into a buffer that is kept.
  Outcome operator()(std::string_view body) {
    padded_.assign(body);
    return in_place(padded_);
  }

  // One that is ours: padded where it lies.
  Outcome in_place(std::string& body) {
    const auto start = std::chrono::steady_clock::now();
    body.reserve(body.size() + simdjson::SIMDJSON_PADDING);
    try {
      return read(simdjson::padded_string_view(body.data(), body.size(), body.capacity()), start);
    } catch (const simdjson::simdjson_error& e) {
      const bool is_type = e.error() == simdjson::INCORRECT_TYPE || e.error() == simdjson::NO_SUCH_FIELD;
      return {is_type ? 422 : 400, "refused"};
    }
  }

  // The last answer with a head in front of it, for which room is kept: nothing is put together a second time.
  std::string_view behind(std::string_view head) {
    char* const begin = out_.data() + head_room - head.size();
    std::memcpy(begin, head.data(), head.size());
    return {begin, head.size() + out_.size() - head_room};
  }

 private:
  static constexpr std::size_t head_room = 256;

  struct Event {
    std::string_view type;
    std::int64_t timestamp;
    std::string_view prefix;
  };

  Outcome read(simdjson::padded_string_view view, std::chrono::steady_clock::time_point start) {
    auto document = parser_.iterate(view);
    std::optional<std::uint64_t> user_id;
    std::optional<std::string_view> trace_id;
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
    write(*user_id, trace_id, start);
    return {200, std::string_view(out_).substr(head_room)};
  }

  void write(std::uint64_t user_id, std::optional<std::string_view> trace_id,
             std::chrono::steady_clock::time_point start) {
    out_.resize(head_room);
    out_ += R"({"user_id":)";
    number(user_id);
    out_ += R"(,"processed_events":[)";
    std::string_view separator = R"({"event_type":)";
    for (const auto& [type, timestamp, prefix] : events_) {
      out_ += separator;
      separator = R"(,{"event_type":)";
      quoted(type);
      out_ += R"(,"normalized_timestamp":)";
      number(timestamp);
      out_ += R"(,"hash":)";
      quoted(prefix);
      out_ += '}';
    }
    out_ += R"(],"total_duration_ms":)";
    const auto elapsed = std::chrono::steady_clock::now() - start;
    number(std::chrono::duration_cast<std::chrono::milliseconds>(elapsed).count());
    out_ += R"(,"trace_id":)";
    trace_id ? quoted(*trace_id) : void(out_ += "null");
    out_ += '}';
  }

  bool events(simdjson::ondemand::array elements) {
    events_.clear();
    for (auto element : elements) {
      if (events_.size() == events_max) return false;
      simdjson::ondemand::object event = element.get_object();
      const std::string_view type = event["event_type"].get_string();
      if (type.empty() || type.size() > event_type_bytes_max) return false;
      const std::int64_t timestamp = event["timestamp"].get_int64();
      events_.push_back({type, timestamp, prefix8(simdjson::to_json_string(event["payload"].value()))});
    }
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
    std::array<char, 24> digits;
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
    out_.append(digits.data(), end);
  }

  static bool needs_escape(char c) { return c == '"' || c == '\\' || static_cast<unsigned char>(c) < 0x20; }

  // What needs no escape goes in one piece.
  void quoted(std::string_view text) {
    static constexpr char hex[] = "0123456789abcdef";
    out_ += '"';
    while (!text.empty()) {
      std::size_t plain = 0;
      while (plain < text.size() && !needs_escape(text[plain])) ++plain;
      out_.append(text.substr(0, plain));
      if (plain == text.size()) break;
      const auto byte = static_cast<unsigned char>(text[plain]);
      if (byte >= 0x20) {
        out_ += '\\';
        out_ += text[plain];
      } else {
        out_ += "\\u00";
        out_ += hex[byte >> 4U];
        out_ += hex[byte & 15U];
      }
      text.remove_prefix(plain + 1);
    }
    out_ += '"';
  }

  simdjson::ondemand::parser parser_;
  std::string padded_;
  std::vector<Event> events_;
  std::string out_ = std::string(head_room, ' ');
};

}  // namespace peers

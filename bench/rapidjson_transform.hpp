// The same transform as somebody would write it with RapidJSON: a DOM, and RFC 8785 over it. What planish is compared
// with.
#pragma once

#include <rapidjson/document.h>
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>
#define XXH_INLINE_ALL
#include <xxhash.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <string>
#include <string_view>
#include <vector>

namespace planish::bench {

class RapidjsonTransform {
 public:
  // The answer; empty where the body is none that it takes.
  const std::string& operator()(std::string_view body) {
    answer_.clear();
    rapidjson::Document request;
    request.Parse<rapidjson::kParseFullPrecisionFlag | rapidjson::kParseValidateEncodingFlag>(body.data(), body.size());
    if (request.HasParseError() || !request.IsObject() || !request.HasMember("events")) return answer_;
    answer_.append(R"({"user_id":)").append(std::to_string(request["user_id"].GetUint64()));
    answer_.append(R"(,"processed_events":[)");
    bool first = true;
    for (const Value& event : request["events"].GetArray()) {
      if (!first) answer_ += ',';
      first = false;
      append_event(event);
    }
    return answer_ += "]}";
  }

 private:
  using Value = rapidjson::Value;

  void append_event(const Value& event) {
    const Value& time = event["timestamp"];
    canonical_.Clear();
    append_canonical(event["payload"]);
    const XXH128_hash_t hash = XXH3_128bits(canonical_.GetString(), canonical_.GetSize());
    std::array<char, 33> digits;
    std::snprintf(digits.data(), digits.size(), "%016llx%016llx", static_cast<unsigned long long>(hash.high64),
                  static_cast<unsigned long long>(hash.low64));
    answer_.append(R"({"event_type":")").append(event["event_type"].GetString());
    answer_.append(R"(","normalized_timestamp":)");
    answer_.append(time.IsInt64() ? std::to_string(time.GetInt64()) : std::string("0"));  // a text's is not read here
    answer_.append(R"(,"hash":")").append(digits.data()).append("\"}");
  }

  void append_canonical(const Value& value) {
    if (value.IsObject()) {
      append_object(value);
    } else if (value.IsArray()) {
      put("[");
      for (rapidjson::SizeType i = 0; i < value.Size(); ++i) {
        if (i != 0) put(",");
        append_canonical(value[i]);
      }
      put("]");
    } else if (value.IsDouble()) {
      append_double(value.GetDouble());
    } else {
      rapidjson::Writer<rapidjson::StringBuffer> writer(canonical_);
      value.Accept(writer);
    }
  }

  void append_object(const Value& object) {
    std::vector<const Value::Member*> members;
    for (const Value::Member& member : object.GetObject()) members.push_back(&member);
    std::sort(members.begin(), members.end(), [](const auto* a, const auto* b) {
      const auto name = [](const auto* m) { return std::string_view(m->name.GetString(), m->name.GetStringLength()); };
      return utf16(name(a)) < utf16(name(b));
    });
    put("{");
    for (const Value::Member* member : members) {
      if (member != members.front()) put(",");
      append_canonical(member->name);
      put(":");
      append_canonical(member->value);
    }
    put("}");
  }

  // What RFC 8785 orders by; names of ASCII are their own code units.
  static std::u16string utf16(std::string_view name) {
    std::u16string units;
    rapidjson::MemoryStream stream(name.data(), name.size());
    while (stream.Tell() < name.size()) {
      unsigned point = 0;
      if (!rapidjson::UTF8<>::Decode(stream, &point)) break;
      if (point >= 0x10000) units += static_cast<char16_t>(0xD7C0 + (point >> 10));
      units += static_cast<char16_t>(point >= 0x10000 ? 0xDC00 + (point & 0x3FF) : point);
    }
    return units;
  }

  // ECMAScript's notation, by the shortest digits.
  void append_double(double value) {
    std::array<char, 40> text;
    if (value == 0) return put("0");
    const bool fixed = std::fabs(value) >= 1e-6 && std::fabs(value) < 1e21;
    const auto format = fixed ? std::chars_format::fixed : std::chars_format::scientific;
    std::string number(text.data(), std::to_chars(text.data(), text.data() + text.size(), value, format).ptr);
    if (const std::size_t zero = number.find("e-0"); zero != number.npos) number.erase(zero + 2, 1);
    put(number);
  }

  void put(std::string_view text) {
    for (const char c : text) canonical_.Put(c);
  }

  std::string answer_;
  rapidjson::StringBuffer canonical_;
};

}  // namespace planish::bench

// The codes, pointers and texts of faults. Texts are static but for a number: nothing a client sent comes back.
#include <planish/fault.hpp>
#include <planish/options.hpp>

#include <core/check.hpp>
#include <core/escape.hpp>
#include <core/fault_detail.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>

namespace planish {
namespace {

using core::check;
using core::kFoundCount;

constexpr std::array<std::string_view, kErrcCount> kCodes{"missing_member",
                                                          "wrong_type",
                                                          "out_of_range",
                                                          "duplicate_member",
                                                          "too_many_events",
                                                          "empty_event_type",
                                                          "event_type_too_long",
                                                          "unknown_event_type",
                                                          "bad_timestamp",
                                                          "too_deep",
                                                          "number_out_of_range",
                                                          "not_json",
                                                          "contract",
                                                          "no_contract",
                                                          "rejected",
                                                          "plugin_failed"};
static_assert(static_cast<std::size_t>(Errc::plugin_failed) + 1 == kErrcCount);

constexpr std::array<std::string_view, 8> kWanted{"expected an object, ",
                                                  "expected an array, ",
                                                  "expected a string, ",
                                                  "expected an integer, ",
                                                  "expected an object or null, ",
                                                  "expected an integer or a string, ",
                                                  "expected a string or an integer, ",
                                                  R"(expected \"1.0\", )"};
constexpr std::array<std::string_view, kFoundCount> kFound{
    "found null", "found a boolean", "found an integer", "found a number with a fraction or an exponent",
    "found -0",   "found a string",  "found an array",   "found an object"};
constexpr std::array<std::string_view, 8> kRanges{
    "not within 0 and 18446744073709551615",
    "not within -9223372036854775808 and 9223372036854775807",
    "not within -9223372036854775808 and 9223372036854775807 milliseconds",
    "not within -9223372036854775808 and 18446744073709551615",
    "the string has more than 256 bytes",
    "the value has more than 1024 bytes",
    "a payload from outside of the event has more than 4096 bytes",
    "the rules of the endpoint make the event more than twice as large"};

class Writer {
 public:
  explicit Writer(std::span<char> out) noexcept : begin_(out.data()), at_(out.data()), end_(out.data() + out.size()) {}

  void text(std::string_view text) noexcept {
    check(text.size() <= static_cast<std::size_t>(end_ - at_));
    at_ = std::copy(text.begin(), text.end(), at_);
  }
  void escaped(std::string_view text) noexcept {
    for (const char c : text) {
      check(core::kEscapeBytesMax <= static_cast<std::size_t>(end_ - at_));
      at_ += core::write_escaped(c, at_);
    }
  }
  void number(std::int64_t value) noexcept { at_ = std::to_chars(at_, end_, value).ptr; }
  // The number goes where "{}" stands, if anywhere.
  void text(std::string_view format, std::int64_t value) noexcept {
    const std::size_t gap = format.find("{}");
    text(format.substr(0, gap));
    if (gap == std::string_view::npos) return;
    number(value);
    text(format.substr(gap + 2));
  }
  [[nodiscard]] std::size_t size() const noexcept { return static_cast<std::size_t>(at_ - begin_); }

 private:
  char* begin_;
  char* at_;
  char* end_;
};

void write_pointer(const Fault& fault, Writer& out) noexcept {
  out.text(fault.place.base);
  if (fault.place.indexed) {
    out.text("/");
    out.number(fault.event);
  }
  out.text(fault.place.pointer);
  out.text(fault.place.within);
}

void write_detail(const Fault& fault, Writer& out) noexcept {
  switch (fault.code) {
    case Errc::missing_member:
      return out.text("this member is required");
    case Errc::wrong_type:
      out.text(kWanted[fault.detail / kFoundCount]);
      return out.text(kFound[fault.detail % kFoundCount]);
    case Errc::out_of_range:
      return out.text(kRanges[fault.detail]);
    case Errc::duplicate_member:
      return out.text("this member stands more than once");
    case Errc::too_many_events:
      return out.text("more than {} events", fault.number);
    case Errc::empty_event_type:
      return out.text("the event type is empty");
    case Errc::event_type_too_long:
      return out.text("the event type has {} bytes, at most 256 are allowed", fault.number);
    case Errc::unknown_event_type:
      return out.text("the event type is not one of those allowed");
    case Errc::bad_timestamp:
      return out.text(core::timestamp_detail_text(static_cast<core::TimestampDetail>(fault.detail)), fault.number);
    case Errc::too_deep:
      return out.text("the text is nested deeper than {} levels", fault.number);
    case Errc::number_out_of_range:
      return out.text("a number in the payload is too large for a double");
    case Errc::rejected:
      return fault.words.empty() ? out.text("rejected by the plugin") : out.escaped(fault.words);
    case Errc::plugin_failed:
      return out.text("the plugin failed on this event");
    case Errc::not_json:
      return out.text("the event stops being JSON at byte {} of the body", fault.number);
    case Errc::contract:
      return out.text(fault.words);
    case Errc::no_contract:
      return out.text("the event type has no contract");
  }
}
static_assert(kEventTypeBytesMax == 256);

}  // namespace

std::string_view code(Errc errc) noexcept {
  return kCodes[static_cast<std::size_t>(errc)];
}

std::size_t write(const Fault& fault, std::span<char> out) noexcept {
  check(out.size() >= kFaultBytesMax);
  Writer writer(out);
  writer.text(R"({"pointer":")");
  write_pointer(fault, writer);
  writer.text(R"(","code":")");
  writer.text(code(fault.code));
  writer.text(R"(","detail":")");
  if (!fault.place.source.empty()) {
    writer.text(fault.place.source);
    writer.text(": ");
  }
  write_detail(fault, writer);
  writer.text("\"");
  if (fault.code == Errc::not_json) {
    writer.text(R"(,"offset":)");
    writer.number(fault.number);
  }
  if (!fault.schema.empty()) {
    writer.text(R"(,"schema":")");
    writer.text(fault.schema);
    writer.text("\"");
  }
  writer.text("}");
  return writer.size();
}

}  // namespace planish

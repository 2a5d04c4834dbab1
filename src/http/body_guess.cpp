// Body guess: first bytes, held against those of what is sent by mistake.
#include <http/body_guess.hpp>

#include <http/field_value.hpp>

#include <algorithm>
#include <array>
#include <cstddef>

namespace planish::http {
namespace {

using namespace std::string_view_literals;

struct Beginning {
  std::string_view bytes;
  std::string_view words;
};

constexpr std::string_view kGzip = "The body is gzip, which no Content-Encoding says";
constexpr std::string_view kZstd = "The body is zstd, which no Content-Encoding says";
constexpr std::string_view kDeflate = "The body is deflate (zlib), which no Content-Encoding says";
constexpr std::string_view kUtf16 = "The body is UTF-16; JSON is UTF-8";
constexpr std::string_view kUtf32 = "The body is UTF-32; JSON is UTF-8";
constexpr std::string_view kEscaped = "The body is percent-encoded like a form; send the JSON as it stands";
constexpr std::string_view kObject = "The body is [object Object]: an object was sent where its JSON was meant";

// The first that fits counts.
constexpr auto kBeginnings = std::to_array<Beginning>({
    {"\xEF\xBB\xBF"sv, "The body begins with a byte order mark (BOM); send UTF-8 without one"},
    {"\xFF\xFE\0\0"sv, kUtf32},
    {"\0\0\xFE\xFF"sv, kUtf32},
    {"\xFF\xFE"sv, kUtf16},
    {"\xFE\xFF"sv, kUtf16},
    {"\x1F\x8B"sv, kGzip},
    {"\x28\xB5\x2F\xFD"sv, kZstd},
    {"x\x01"sv, kDeflate},  // RFC 1950: a window of 32 KiB, the four levels
    {"x\x5E"sv, kDeflate},
    {"x\x9C"sv, kDeflate},
    {"x\xDA"sv, kDeflate},
    {"%7B"sv, kEscaped},
    {"%7b"sv, kEscaped},
    {"%5B"sv, kEscaped},
    {"%5b"sv, kEscaped},
    {"[object Object]"sv, kObject},
    {"<"sv, "The body begins like XML or HTML, not like JSON"},
});

// Where JSON begins with an ASCII character, as it does: x000, 000x, x0, 0x (RFC 4627, section 3).
std::string_view wide_characters(std::string_view body) noexcept {
  const auto fits = [body](std::string_view shape) {
    const auto same = [](char byte, char wanted) { return (byte == '\0') == (wanted == '0'); };
    return body.size() >= shape.size() && std::equal(shape.begin(), shape.end(), body.begin(),
                                                     [&](char wanted, char byte) { return same(byte, wanted); });
  };
  if (fits("x000") || fits("000x")) return kUtf32;
  if (fits("x0") || fits("0x")) return kUtf16;
  return {};
}

// name=value, as application/x-www-form-urlencoded has it; a longer name is not looked for.
bool is_form(std::string_view body) noexcept {
  constexpr std::size_t kNameBytesMax = 256;
  const std::string_view begin = body.substr(0, kNameBytesMax + 1);
  const auto end = std::find_if_not(begin.begin(), begin.end(),
                                    [](char c) { return is_token_character(c) || c == '[' || c == ']'; });
  return end != begin.begin() && end != begin.end() && *end == '=';
}

}  // namespace

std::string_view body_guess(std::string_view body) noexcept {
  if (body.empty()) return "The body is empty";
  for (const Beginning& beginning : kBeginnings) {
    if (body.starts_with(beginning.bytes)) return beginning.words;
  }
  if (const std::string_view wide = wide_characters(body); !wide.empty()) return wide;
  if (is_form(body)) return "The body is a form (name=value), not JSON; send the JSON alone";
  if (body.find_first_not_of(" \t\r\n") == std::string_view::npos) return "The body is nothing but white space";
  return {};
}

}  // namespace planish::http

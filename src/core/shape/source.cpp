// Sources as they are written in a configuration: "/a/b", "^/a", "header:NAME", "received", "=text".
#include <planish/shape.hpp>

#include <core/shape/pointer.hpp>

#include <array>
#include <charconv>

namespace planish {
namespace {

using Kind = Source::Kind;

struct Word {
  std::string_view text;
  Kind kind;
};
constexpr std::array<Word, 3> kWords{
    {{"received", Kind::received}, {"traceparent", Kind::traceparent}, {"null", Kind::null}}};

struct Unit {
  std::string_view text;
  TimestampUnit unit;
};
constexpr std::array<Unit, 5> kUnits{{{"@ms", TimestampUnit::ms},
                                      {"@s", TimestampUnit::s},
                                      {"@us", TimestampUnit::us},
                                      {"@ns", TimestampUnit::ns},
                                      {"@auto", TimestampUnit::automatic}}};

constexpr bool suits(Kind kind, Part part) noexcept {
  switch (kind) {
    case Kind::received:
      return part == Part::time;
    case Kind::traceparent:
      return part == Part::trace;
    case Kind::null:
      return part != Part::type && part != Part::time;
    default:
      return true;
  }
}

// "header:NAME": what comes after the word, or nothing.
std::optional<std::string_view> after(std::string_view text, std::string_view word) noexcept {
  if (!text.starts_with(word)) return std::nullopt;
  return text.substr(word.size());
}

// Each fills what its kind has, and says what is wrong, if anything is.
std::string read_pointer(std::string_view text, Source& source) {
  std::string problem;
  if (auto path = core::parse_pointer(text, problem)) source.path = std::move(*path);
  return problem;
}

std::string read_name(std::string_view text, Source& source) {
  if (text.empty()) return "a name is needed after the colon";
  if (text.size() > kConstantBytesMax) return "the name has more than 256 bytes";
  source.text = text;
  return {};
}

std::string read_segment(std::string_view text, Source& source) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), source.segment);
  if (error != std::errc{} || end != text.data() + text.size() || source.segment == 0) {
    return "segment: takes a number from 1, or from the end: -1 and below";
  }
  return {};
}

std::string read_constant(std::string_view text, Source& source) {
  if (text.size() > kConstantBytesMax) return "the constant has more than 256 bytes";
  source.text = text;
  return {};
}

std::string read(std::string_view text, Source& source) {
  if (text.empty() || text.front() == '/') return read_pointer(text, source);
  if (text.front() == '^') {
    source.kind = Kind::body;
    return read_pointer(text.substr(1), source);
  }
  if (text.front() == '=') {
    source.kind = Kind::text;
    return read_constant(text.substr(1), source);
  }
  if (const auto name = after(text, "header:")) {
    source.kind = Kind::header;
    return read_name(*name, source);
  }
  if (const auto name = after(text, "query:")) {
    source.kind = Kind::query;
    return read_name(*name, source);
  }
  if (const auto number = after(text, "segment:")) {
    source.kind = Kind::segment;
    return read_segment(*number, source);
  }
  for (const Word& word : kWords) {
    if (word.text != text) continue;
    source.kind = word.kind;
    return {};
  }
  return "is neither a pointer (\"/a/b\", \"^/a\"), header:NAME, query:NAME, segment:N, =TEXT, nor a word (received, "
         "traceparent, null)";
}

}  // namespace

std::optional<Source> parse_source(std::string_view text, Part part, std::string& problem) {
  Source source;
  source.spelling = text;
  std::string_view place = text;
  if (part == Part::time && !text.starts_with('=')) {
    for (const Unit& unit : kUnits) {
      if (!text.ends_with(unit.text)) continue;
      source.unit = unit.unit;
      place.remove_suffix(unit.text.size());
    }
  }
  problem = read(place, source);
  if (problem.empty() && source.unit && source.kind == Kind::received) problem = "received has no unit";
  if (problem.empty() && !suits(source.kind, part)) {
    problem = std::string(text) + " is nothing that a " + std::string(name(part)) + " can be";
  }
  if (!problem.empty()) return std::nullopt;
  return source;
}

}  // namespace planish

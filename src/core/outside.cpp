// Values that are no UTF-8 are not there: no JSON can tell them.
#include <bytes/utf8.hpp>
#include <core/outside.hpp>

#include <core/check.hpp>
#include <core/escape.hpp>
#include <core/shape/pointer.hpp>

#include <optional>

namespace planish::core {
namespace {

// The N-th segment of a path, from 1, or from the end: "/a/b" has two. Not there where it is empty.
std::optional<std::string_view> segment_of(std::string_view path, int number) noexcept {
  const auto step = [&](std::string_view rest) { return rest.substr(0, rest.find('/')); };
  if (path.starts_with('/')) path.remove_prefix(1);
  if (number < 0) {
    for (; number < -1 && !path.empty(); ++number) {
      const std::size_t slash = path.rfind('/');
      if (slash == path.npos) return std::nullopt;
      path = path.substr(0, slash);
    }
    const std::size_t slash = path.rfind('/');
    path = slash == path.npos ? path : path.substr(slash + 1);
  } else {
    for (; number > 1; --number) {
      const std::size_t slash = path.find('/');
      if (slash == path.npos) return std::nullopt;
      path.remove_prefix(slash + 1);
    }
    path = step(path);
  }
  if (path.empty()) return std::nullopt;
  return path;
}

std::optional<std::string_view> found(const PlannedSource& source, const Context& context) noexcept {
  switch (source.kind) {
    case Source::Kind::header:
      return context.header(source.text);
    case Source::Kind::query:
      return context.query(source.text);
    case Source::Kind::segment:
      return segment_of(context.path, source.segment);
    case Source::Kind::traceparent:
      if (!context.trace_id.empty()) return context.trace_id;
      return std::nullopt;
    default:
      return std::nullopt;
  }
}

}  // namespace

std::size_t write_string(std::string_view text, char* out) noexcept {
  char* at = out;
  *at++ = '"';
  for (const char c : text) at += write_escaped(c, at);
  *at++ = '"';
  return static_cast<std::size_t>(at - out);
}

void Outside::prepare(const Plan& plan) {
  if (texts_.size() >= plan.outside.size()) return;
  texts_.resize(plan.outside.size());
  memory_.resize(plan.outside.size() * kOutsideTextBytesMax);
}

void Outside::look_up(const Plan& plan, const Context& context) noexcept {
  char* out = memory_.data();
  for (std::size_t i = 0; i < plan.outside.size(); ++i, out += kOutsideTextBytesMax) {
    texts_[i] = {};
    const std::optional<std::string_view> value = found(plan.outside[i], context);
    if (!value) continue;
    if (value->size() > kOutsideBytesMax) {
      texts_[i] = {"\"?\"", true};  // a string of which no more is told
    } else if (bytes::is_utf8(*value)) {
      texts_[i].json = {out, write_string(*value, out)};
    }
  }
}

}  // namespace planish::core

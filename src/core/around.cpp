// What an answer tells of a request as a whole: its user and its trace, where the shape has them around the events.
#include <core/around.hpp>

#include <core/answer.hpp>
#include <core/tokens.hpp>

#include <vector>

namespace planish::core {
namespace {

std::string_view around_text(const Pass& pass, const PlannedSource& source) noexcept {
  if (pass.context.framing != Framing::json || !pass.has_around || !pass.around.has(source.node)) return {};
  const Marks::Span span = pass.around.of(source.node);
  const std::uint32_t begin = pass.index.begin()[span.token];
  return {pass.body.data() + begin, std::size_t{span.end} - begin};
}

}  // namespace

// The user of the whole request, where there is one: of what is around the events.
std::string_view request_user(const Pass& pass) noexcept {
  if (pass.plan.is_planish || pass.plan.is_planish_told) return pass.user_id;
  const std::vector<PlannedSource>& sources = pass.plan.of(Part::user);
  if (sources.empty() || sources.front().kind != Source::Kind::body) return {};
  const std::string_view user = around_text(pass, sources.front());
  const bool is_told = !user.empty() && user.size() <= kUserTextBytesMax && user != "\"\"" &&
                       (user[0] == '"' || user[0] == '-' || is_digit(user[0]));
  return is_told ? user : std::string_view{};
}

std::string_view request_trace(const Pass& pass) noexcept {
  if (pass.has_metadata) return {pass.trace_id.data() - 1, pass.trace_id.size() + 2};
  for (const PlannedSource& source : pass.plan.of(Part::trace)) {
    std::string_view trace;
    if (source.kind == Source::Kind::body && !pass.plan.is_planish && !pass.plan.is_planish_told) {
      trace = around_text(pass, source);
    } else if (source.kind == Source::Kind::text) {
      trace = source.text;
    } else if (source.kind != Source::Kind::event && source.kind != Source::Kind::body &&
               source.kind != Source::Kind::null) {
      trace = pass.outside.of(source.outside).json;
    }
    if (!trace.empty() && trace[0] == '"') return trace;
  }
  return {};
}

}  // namespace planish::core

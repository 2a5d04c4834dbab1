// The readers' instances, and which of them suits a body.
#include <core/pass.hpp>

#include <core/planish_request.hpp>

namespace planish::core {
namespace {

template <bool kEscapes>
bool read_planish_as(Pass& pass) noexcept {
  return pass.plan.options.canonical == Canonical::raw ? PlanishRequest<kEscapes, Canonical::raw>(pass).read()
                                                       : PlanishRequest<kEscapes, Canonical::jcs>(pass).read();
}

}  // namespace

Found found(const char* at) noexcept {
  switch (*at) {
    case '"':
      return Found::string;
    case '{':
      return Found::object;
    case '[':
      return Found::array;
    case 'n':
      return Found::null;
    case 't':
    case 'f':
      return Found::boolean;
    default:
      break;
  }
  const Number number = scan_number(at);
  if (number.end == nullptr || !number.integer) return Found::not_an_integer;
  return *at == '-' && at[1] == '0' ? Found::negative_zero : Found::integer;
}

const char* PlainName::of(std::string_view content) noexcept {
  if (!has_escape(content)) return content.data();
  buffer_[0] = '"';
  constexpr std::size_t kKnownMax = std::string_view("event_type").size();
  if (content.size() > kKnownMax * std::string_view("\\u0000").size()) return buffer_.data();
  const std::size_t size = unescape(content, buffer_.data());
  const bool has_quote = std::string_view(buffer_.data(), size).find('"') != std::string_view::npos;
  buffer_[has_quote ? 0 : size] = '"';
  return buffer_.data();
}

bool judge(Pass& pass, Event& event) noexcept {
  event.index = pass.events_total;
  event.type_rank = type_rank(event, pass.body.data());
  for (const Stage stage : pass.plan.all_stages()) {
    if (stage(event, pass.scratch) == Judged::kept) continue;
    ++pass.events_dropped;
    return false;
  }
  if (event.faulty) pass.faults.add_event(event.fault);
  return !event.faulty;
}

bool read_planish(Pass& pass) noexcept {
  // In a body without a backslash no string has to be looked into.
  const bool has_backslash = pass.source.backslash() != canonical::Source::kNowhere;
  return has_backslash ? read_planish_as<true>(pass) : read_planish_as<false>(pass);
}

}  // namespace planish::core

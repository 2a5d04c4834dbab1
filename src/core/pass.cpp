// The readers' instances, and which of them suits a body.
#include <core/pass.hpp>

#include <core/batched.hpp>

#include <core/planish_request.hpp>
#include <core/rules/rule_set.hpp>
#include <core/shape/choose_events.hpp>
#include <core/shape/read_lines.hpp>
#include <core/shape/shape_reader.hpp>

namespace planish::core {
namespace {

template <bool kEscapes, Reading kReading>
bool read_planish_as(Pass& pass) noexcept {
  // With rules, the form is of what they leave.
  const bool raw = pass.plan.options.canonical == Canonical::raw || (kReading == Reading::told && pass.plan.has_rules);
  return raw ? PlanishRequest<kEscapes, Canonical::raw, kReading>(pass).read()
             : PlanishRequest<kEscapes, Canonical::jcs, kReading>(pass).read();
}

// In a body without a backslash no string has to be looked into.
template <Reading kReading>
bool read_planish_as(Pass& pass) noexcept {
  return pass.has_escapes ? read_planish_as<true, kReading>(pass) : read_planish_as<false, kReading>(pass);
}

// In a body without a backslash no string has to be looked into; and only rules have places to be followed.
template <class Read>
bool with_reader(Pass& pass, Read read) noexcept {
  if (pass.plan.followed.any()) {
    return pass.has_escapes ? read(ShapeReader<true, true>(pass)) : read(ShapeReader<false, true>(pass));
  }
  return pass.has_escapes ? read(ShapeReader<true, false>(pass)) : read(ShapeReader<false, false>(pass));
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

bool is_name(std::string_view content, std::string_view name) noexcept {
  if (!has_escape(content)) return content == name;
  std::array<char, kPointerBytesMax * 6> plain;
  if (content.size() > plain.size() || !has_valid_escapes(content)) return false;
  return std::string_view(plain.data(), unescape(content, plain.data())) == name;
}

namespace {

// A contract's fault may name what stands in a place that the rules take out. Of the faults that are listed.
Fault without_what_is_taken_out(const Pass& pass, Fault fault) noexcept {
  if (!pass.plan.has_rules || fault.place.within.empty() || pass.faults.total() > kFaultsListed) return fault;
  std::array<char, 2 * kPointerBytesMax> text;
  const std::string_view outer = fault.place.pointer;
  std::string_view& within = fault.place.within;
  check(outer.size() + within.size() <= text.size());
  std::copy(outer.begin(), outer.end(), text.data());
  std::copy(within.begin(), within.end(), text.data() + outer.size());
  const std::size_t shown = pass.plan.options.rules->set().shown_bytes({text.data(), outer.size() + within.size()});
  within = within.substr(0, shown > outer.size() ? shown - outer.size() : 0);
  return fault;
}

[[gnu::noinline]] void add_faults(Pass& pass, const Event& event) noexcept {
  pass.faults.add_event(without_what_is_taken_out(pass, event.fault));
  if (event.fault.code != Errc::contract) return;
  for (const auto& found : pass.scratch.contract_faults.subspan(1)) {
    pass.faults.add_further(without_what_is_taken_out(pass, contract_fault(event, found)));
  }
}

}  // namespace

bool judge(Pass& pass, Event& event) noexcept {
  for (const Stage stage : pass.plan.all_stages()) {
    if (stage(event, pass.scratch) == Judged::kept) continue;
    ++pass.events_dropped;
    return false;
  }
  if (event.faulty) [[unlikely]]
    add_faults(pass, event);
  return !event.faulty;
}

void acknowledge(Pass& pass, const Event& event, bool ok) noexcept {
  if (pass.acknowledged == nullptr) {
    pass.out = write_result_by_id(event, ok, pass.out, pass.out_end);
  } else {
    pass.acknowledged = write_result_by_id(event, ok, pass.acknowledged, pass.acknowledged_end);
  }
}

bool read_planish(Pass& pass) noexcept {
  return read_planish_as<Reading::results>(pass);
}

bool read_planish_told(Pass& pass) noexcept {
  if (!pass.plan.answers_results) return read_planish_as<Reading::told>(pass);
  return pass.batched->writes_records() ? read_planish_as<Reading::batched>(pass)
                                        : read_planish_as<Reading::results>(pass);
}

bool read_shape(Pass& pass) noexcept {
  return with_reader(pass, [](auto&& reader) { return reader.read(); });
}

bool read_lines(Pass& pass) noexcept {
  return with_reader(pass, [](auto&& reader) { return reader.read_lines(); });
}

}  // namespace planish::core

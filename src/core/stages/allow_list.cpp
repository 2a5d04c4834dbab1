// The allow-list of event types.
#include <core/check.hpp>
#include <core/json_string.hpp>
#include <core/plan.hpp>
#include <core/stage_of.hpp>

namespace planish::core {

struct AllowList {
  static bool is_configured(const Options& options) noexcept { return options.event_types != nullptr; }
  static Judged judge(Event&, Scratch&) noexcept;
};

Judged AllowList::judge(Event& event, Scratch& scratch) noexcept {
  std::string_view type = event.type;
  if (type.data() == nullptr) return Judged::kept;  // it has no type, and a fault that says so
  if (event.type_has_escapes) {
    check(type.size() <= scratch.bytes.size());
    type = {scratch.bytes.data(), unescape(type, scratch.bytes.data())};
  }
  const bool known = scratch.plan.options.event_types->contains(type);
  if (!known) {
    event.refuse({.code = Errc::unknown_event_type, .event = event.index, .place = event.type_place}, event.type_rank);
  }
  return Judged::kept;
}

template Stage stage_of<AllowList>(const Options&) noexcept;

}  // namespace planish::core

// Writes a request into a guest's memory: see the header.
#include <plugin/request_writer.hpp>

#include <algorithm>
#include <cassert>
#include <cstring>

namespace planish::plugin {
namespace {

constexpr std::size_t round_up(std::size_t bytes) noexcept {
  return (bytes + kAlignment - 1) / kAlignment * kAlignment;
}

// A text that is in the guest's memory already, and where.
struct Copied {
  std::string_view text;
  std::uint32_t at = 0;

  // Whether all of `part` lies inside.
  [[nodiscard]] bool has(std::string_view part) const noexcept {
    const auto offset = static_cast<std::size_t>(part.data() - text.data());
    return offset < text.size() && part.size() <= text.size() - offset;
  }
  [[nodiscard]] GuestText of(std::string_view part) const noexcept {
    return {at + static_cast<std::uint32_t>(part.data() - text.data()), static_cast<std::uint32_t>(part.size())};
  }
};

// Offsets are from the beginning of the area.
class Writer {
 public:
  explicit Writer(const Area& area) noexcept : area_(area) {}

  // The next `bytes`, opened, not yet written. Null where there is no room.
  [[nodiscard]] char* take(std::size_t bytes) noexcept {
    if (bytes > opened_ - used_ && !open_more(bytes)) [[unlikely]]
      return nullptr;
    char* const at = area_.memory.data() + area_.at + used_;
    used_ += bytes;
    return at;
  }

  // {0, 0} for an empty one.
  GuestText copy(std::string_view text) noexcept {
    if (text.empty()) return {};
    const std::size_t offset = used_;
    char* const at = take(text.size());
    if (at == nullptr) return {};
    std::memcpy(at, text.data(), text.size());
    return {address(offset), static_cast<std::uint32_t>(text.size())};
  }

  [[nodiscard]] GuestText put(std::string_view text, const Copied& outer, const Copied& inner) noexcept {
    if (outer.has(text)) [[likely]]
      return outer.of(text);
    if (inner.has(text)) return inner.of(text);
    return copy(text);
  }

  // Zeros up to the next multiple of kAlignment.
  void align() noexcept {
    const std::size_t bytes = round_up(used_) - used_;
    if (char* const at = take(bytes)) std::memset(at, 0, bytes);
  }

  [[nodiscard]] std::uint32_t address(std::size_t offset) const noexcept {
    return static_cast<std::uint32_t>(area_.at + offset);
  }
  [[nodiscard]] std::size_t used() const noexcept { return used_; }
  [[nodiscard]] bool failed() const noexcept { return failed_; }

 private:
  [[gnu::noinline]] bool open_more(std::size_t bytes) noexcept {
    failed_ = failed_ || bytes > area_.bytes - used_ || !area_.memory.open(area_.at + used_, bytes);
    if (failed_) return false;
    opened_ = used_ + bytes;
    return true;
  }

  const Area& area_;
  std::size_t used_ = 0;
  std::size_t opened_ = 0;
  bool failed_ = false;
};

// What of an event is not inside of what is copied already.
std::size_t own_bytes(const EventIn& event, const Copied& together) noexcept {
  const Copied whole{event.event};
  const auto bytes = [&](std::string_view text) { return together.has(text) || whole.has(text) ? 0 : text.size(); };
  std::size_t sum = together.has(event.event) ? 0 : event.event.size();
  for (const std::string_view text : {event.type, event.user, event.id, event.payload}) sum += bytes(text);
  for (const std::string_view text : event.fields) sum += bytes(text);
  return sum;
}

}  // namespace

std::size_t request_bytes_max(const RequestIn& request, std::size_t first, std::size_t fields) noexcept {
  const std::size_t count = request.events.size() - first;
  const Copied together{request.together};
  std::size_t bytes = verdicts_offset(count) + count * sizeof(VerdictRecord) + count * fields * sizeof(GuestText);
  bytes += request.context.size() + request.endpoint.size() + request.together.size();
  for (const EventIn& event : request.events.subspan(first)) bytes += own_bytes(event, together);
  return round_up(bytes) + 2 * kAlignment;
}

std::size_t write_request(const RequestIn& request, std::size_t first, std::size_t fields, std::size_t out_bytes,
                          const Area& area) noexcept {
  const std::span<const EventIn> events = request.events.subspan(first);
  const std::size_t verdicts = verdicts_offset(events.size());
  const std::size_t fields_at = verdicts + events.size() * sizeof(VerdictRecord);
  const std::size_t records = fields_at + round_up(events.size() * fields * sizeof(GuestText));
  Writer out(area);
  char* const base = out.take(records);
  if (base == nullptr) return 0;

  RequestRecord head{.count = static_cast<std::uint32_t>(events.size())};
  head.events = out.address(sizeof(RequestRecord));
  head.verdicts = out.address(verdicts);
  head.context = out.copy(request.context);
  head.endpoint = out.copy(request.endpoint);
  head.received_at = request.received_at;
  const Copied together{request.together, out.copy(request.together).at};

  std::memset(base + verdicts, 0, records - verdicts);
  char* record = base + sizeof(RequestRecord);
  std::size_t field = fields_at;
  for (const EventIn& event : events) {
    EventRecord of;
    Copied whole{event.event};
    of.event = together.has(event.event) ? together.of(event.event) : out.copy(event.event);
    whole.at = of.event.at;
    of.type = out.put(event.type, together, whole);
    of.time = event.time;
    if (!event.user.empty()) of.user = out.put(event.user, together, whole);
    if (!event.id.empty()) of.id = out.put(event.id, together, whole);
    of.payload = out.put(event.payload, together, whole);
    of.fields = fields == 0 ? 0 : out.address(field);
    std::memcpy(record, &of, sizeof of);
    record += sizeof of;
    assert(event.fields.size() <= fields);
    for (std::size_t i = 0; i < event.fields.size(); ++i) {
      const GuestText text = out.put(event.fields[i], together, whole);
      std::memcpy(base + field + i * sizeof text, &text, sizeof text);
    }
    field += fields * sizeof(GuestText);
  }
  out.align();
  if (out.failed()) return 0;

  head.out = {out.address(out.used()), static_cast<std::uint32_t>(std::min(area.bytes - out.used(), out_bytes))};
  std::memcpy(base, &head, sizeof head);
  return out.used();
}

}  // namespace planish::plugin

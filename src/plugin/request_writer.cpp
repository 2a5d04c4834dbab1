// Writes a request into a guest's memory: see the header.
#include <plugin/request_writer.hpp>

#include <algorithm>
#include <cassert>
#include <cstring>
#include <new>

namespace planish::plugin {
namespace {

constexpr std::size_t round_up(std::size_t bytes) noexcept {
  return (bytes + kAlignment - 1) / kAlignment * kAlignment;
}

// Texts that are told from elsewhere than they are now.
class Shift {
 public:
  explicit Shift(std::uint32_t by) noexcept : by_(by) {}
  [[nodiscard]] GuestText operator()(BatchText text) const noexcept {
    return text.bytes == 0 ? GuestText{} : GuestText{text.at + by_, text.bytes};
  }

 private:
  std::uint32_t by_;
};

void write_shifted(std::span<const BatchEvent> events, Shift shift, char* out) noexcept {
  for (const BatchEvent& event : events) {
    EventRecord of;
    of.type = shift(event.type);
    of.time = event.time;
    of.user = shift(event.user);
    of.id = shift(event.id);
    of.payload = shift(event.payload);
    of.event = shift(event.event);
    std::memcpy(out, &of, sizeof of);
    out += sizeof of;
  }
}

// Of each event the address of its fields, and these.
void write_fields(std::span<const BatchText> fields, std::size_t each, Shift shift, std::uint32_t address, char* events,
                  char* out) noexcept {
  for (std::size_t i = 0; i < fields.size(); ++i) {
    const GuestText text = shift(fields[i]);
    std::memcpy(out + i * sizeof text, &text, sizeof text);
    if (i % each != 0) continue;
    std::memcpy(events + i / each * sizeof(EventRecord) + offsetof(EventRecord, fields), &address, sizeof address);
    address += static_cast<std::uint32_t>(each * sizeof text);
  }
}

}  // namespace

// A BatchEvent is an EventRecord that nobody has shifted.
static_assert(sizeof(BatchEvent) == sizeof(EventRecord) && offsetof(BatchEvent, time) == offsetof(EventRecord, time) &&
              offsetof(BatchEvent, payload) == offsetof(EventRecord, payload) &&
              offsetof(BatchEvent, event) == offsetof(EventRecord, event));

RequestLayout::RequestLayout(const BatchRequest& request, std::size_t first, std::size_t each) noexcept {
  const std::size_t count = request.events.size() - first;
  added = sizeof(RequestRecord) + request.added_at;
  events = round_up(added + request.added.size());
  verdicts = events + count * sizeof(EventRecord);
  fields = verdicts + count * sizeof(VerdictRecord);
  end = round_up(fields + count * each * sizeof(GuestText));
}

bool write_request(const BatchRequest& request, const RequestLayout& layout, std::size_t first, std::size_t out_bytes,
                   const Area& area) noexcept {
  const auto at = static_cast<std::uint32_t>(area.at);
  const auto address = [at](std::size_t offset) { return at + static_cast<std::uint32_t>(offset); };
  const Shift shift(address(sizeof(RequestRecord)) - request.text_base);
  const bool is_told_from_here = address(sizeof(RequestRecord)) == request.text_base;
  // Fields are put into the records, by who asked for them and will read them.
  const bool at_once = !is_told_from_here || !request.fields.empty();
  if (layout.end > area.bytes || !area.memory.open(area.at, at_once ? layout.end : sizeof(RequestRecord))) return false;
  char* const base = area.memory.data() + area.at;

  ::new (base) RequestRecord{
      .count = static_cast<std::uint32_t>(request.events.size() - first),
      .events = address(layout.events),
      .verdicts = address(layout.verdicts),
      .context = shift(request.context),
      .out = {address(layout.end), static_cast<std::uint32_t>(std::min(area.bytes - layout.end, out_bytes))},
      .endpoint = shift(request.endpoint),
      .received_at = request.received_at};

  assert(request.sent_at + request.sent.size() <= request.added_at);
  const std::span<const BatchEvent> events =
      (is_told_from_here ? request.events.place() : request.events.made()).subspan(first);
  const std::string_view records(reinterpret_cast<const char*>(events.data()), events.size_bytes());
  GuestMemory::Image& image = area.memory.next_image();
  image.all.from = area.at + sizeof(RequestRecord);
  image.all.to = area.at + layout.end;
  image.told_to = area.at + layout.verdicts;
  image.pieces[0].at = image.all.from + request.sent_at;
  image.pieces[0].text = request.sent;
  image.pieces[1].at = area.at + layout.added;
  image.pieces[1].text = request.added;
  image.pieces[2].at = area.at + layout.events;
  image.pieces[2].text = is_told_from_here ? records : std::string_view();
  image.late = request.events.late();
  area.memory.show();
  if (!at_once) return true;
  if (!is_told_from_here) write_shifted(events, shift, base + layout.events);
  if (request.fields.empty()) return true;
  const std::size_t each = request.fields.size() / request.events.size();
  write_fields(request.fields.subspan(first * each), each, shift, address(layout.fields), base + layout.events,
               base + layout.fields);
  return true;
}

}  // namespace planish::plugin

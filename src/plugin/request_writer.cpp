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

void copy(std::string_view text, char* to) noexcept {
  if (!text.empty()) std::memcpy(to, text.data(), text.size());
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
  if (layout.end > area.bytes || !area.memory.open(area.at, layout.end)) return false;
  const auto at = static_cast<std::uint32_t>(area.at);
  const auto address = [at](std::size_t offset) { return at + static_cast<std::uint32_t>(offset); };
  const std::span<const BatchEvent> events = request.events.subspan(first);
  const Shift shift(at + static_cast<std::uint32_t>(sizeof(RequestRecord)) - request.text_base);
  char* const base = area.memory.data() + area.at;

  RequestRecord head{.count = static_cast<std::uint32_t>(events.size())};
  head.events = address(layout.events);
  head.verdicts = address(layout.verdicts);
  head.context = shift(request.context);
  head.endpoint = shift(request.endpoint);
  head.out = {address(layout.end), static_cast<std::uint32_t>(std::min(area.bytes - layout.end, out_bytes))};
  head.received_at = request.received_at;
  std::memcpy(base, &head, sizeof head);

  char* const text = base + sizeof head;
  const std::size_t sent_end = request.sent_at + request.sent.size();
  assert(sent_end <= request.added_at);
  std::memset(text, 0, request.sent_at);
  copy(request.sent, text + request.sent_at);
  std::memset(text + sent_end, 0, request.added_at - sent_end);
  copy(request.added, base + layout.added);
  const std::size_t added_end = layout.added + request.added.size();
  std::memset(base + added_end, 0, layout.events - added_end);

  if (address(sizeof head) == request.text_base) [[likely]] {
    std::memcpy(base + layout.events, events.data(), events.size_bytes());
  } else {
    write_shifted(events, shift, base + layout.events);
  }
  std::memset(base + layout.verdicts, 0, layout.fields - layout.verdicts);
  if (request.fields.empty()) return true;
  const std::size_t each = request.fields.size() / request.events.size();
  write_fields(request.fields.subspan(first * each), each, shift, address(layout.fields), base + layout.events,
               base + layout.fields);
  const std::size_t fields_end = layout.fields + events.size() * each * sizeof(GuestText);
  std::memset(base + fields_end, 0, layout.end - fields_end);
  return true;
}

}  // namespace planish::plugin

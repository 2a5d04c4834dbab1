// Upstream: the head of a request to it.
#include <http/field_list.hpp>
#include <http/field_value.hpp>
#include <http/upstream.hpp>

#include <algorithm>
#include <cassert>
#include <charconv>
#include <cstring>

namespace planish::http {
namespace {

// Framing and the connection are planish's to say, as is what it passes on.
constexpr std::string_view kOwnNames[] = {
    "content-length", "transfer-encoding", "connection",   "keep-alive",  "te",         "trailer",       "upgrade",
    "expect",         "content-encoding",  "x-request-id", "traceparent", "tracestate", "planish-events"};

bool names(std::span<const UpstreamField> fields, std::string_view lower_case) {
  return std::any_of(fields.begin(), fields.end(),
                     [lower_case](const UpstreamField& field) { return equals_no_case(field.name, lower_case); });
}

// Appends backwards: what stands last is written first.
class Before {
 public:
  explicit Before(char* end) noexcept : begin_(end) {}
  void text(std::string_view piece) noexcept {
    begin_ -= piece.size();
    std::copy(piece.begin(), piece.end(), begin_);
  }
  void number(std::uint64_t value) noexcept {
    char digits[20];
    const char* const end = std::to_chars(digits, digits + sizeof digits, value).ptr;
    text({digits, static_cast<std::size_t>(end - digits)});
  }
  void field(std::string_view name_and_colon, std::string_view value) noexcept {
    text("\r\n");
    text(value);
    text(name_and_colon);
  }
  [[nodiscard]] char* begin() const noexcept { return begin_; }

 private:
  char* begin_;
};

// Calls `use` with the value of each field of that name, in order.
template <class Use>
void each_value(std::string_view lines, std::string_view lower_case, Use use) noexcept {
  while (!lines.empty()) {
    const std::size_t end = std::min(lines.find('\r'), lines.size());
    const std::size_t colon = std::min(lines.find(':'), end);
    if (colon < end && equals_no_case(lines.substr(0, colon), lower_case)) {
      use(without_blanks_around(lines.substr(colon + 1, end - colon - 1)));
    }
    lines.remove_prefix(std::min(end + 2, lines.size()));
  }
}

// All of a tracestate or nothing: entries can't be left out blindly. Several fields are one list.
void write_trace(Before& out, std::string_view lines) noexcept {
  std::string_view parent;
  each_value(lines, "traceparent", [&](std::string_view value) { parent = value; });
  if (parent.size() > kTraceparentBytesMax) return;
  char list[kTracestateBytesMax];
  std::size_t size = 0;
  bool fits = true;
  each_value(lines, "tracestate", [&](std::string_view value) {
    const std::size_t comma = size == 0 ? 0 : 1;
    fits = fits && value.size() + comma <= sizeof list - size;
    if (!fits || value.empty()) return;
    if (comma != 0) list[size++] = ',';
    std::copy(value.begin(), value.end(), list + size);
    size += value.size();
  });
  if (fits && size != 0) out.field("tracestate: ", {list, size});
  out.field("traceparent: ", parent);
}

}  // namespace

std::string_view upstream_field_problem(std::string_view name, std::string_view value) noexcept {
  if (name.empty() || !std::all_of(name.begin(), name.end(), is_token_character)) return "is no field name";
  for (const std::string_view own : kOwnNames) {
    if (equals_no_case(name, own)) return "is planish's own to say";
  }
  const bool fits = std::all_of(value.begin(), value.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return c == '\t' || (byte >= 0x20 && byte != 0x7F);
  });
  if (!fits) return "has a value with control characters";
  return value.size() > 8 * 1024 ? "has a value of more than 8 KiB" : std::string_view{};
}

std::string authority_of(const UpstreamPeer& peer) {
  if (!peer.unix_path.empty()) return "localhost";
  std::string out = peer.host.find(':') == std::string::npos ? peer.host : "[" + peer.host + "]";
  if (peer.port != "80") out += ":" + peer.port;
  return out;
}

std::string upstream_head(std::string_view target, std::string_view host, std::string_view media_type,
                          std::string_view version, std::span<const UpstreamField> fields) {
  std::string out = "POST ";
  out.append(target).append(" HTTP/1.1\r\n");
  const auto add = [&](std::string_view name, std::string_view value) {
    out.append(name).append(": ").append(value).append("\r\n");
  };
  if (!names(fields, "host")) add("Host", host);
  if (!names(fields, "user-agent")) add("User-Agent", "planish/" + std::string(version));
  if (!names(fields, "accept-encoding")) add("Accept-Encoding", "identity");
  if (!names(fields, "content-type")) add("Content-Type", media_type);
  for (const UpstreamField& field : fields) add(field.name, field.value);
  return out;
}

std::size_t write_upstream_head(char* content_begin, const Upstream& upstream, const UpstreamFields& own,
                                std::string_view lines) noexcept {
  Before out(content_begin);
  out.text("\r\n\r\n");
  out.number(own.events.dropped);
  out.text(", dropped=");
  out.number(own.events.invalid);
  out.text(", invalid=");
  out.number(own.events.ok);
  out.text("Planish-Events: ok=");
  if (own.traced) write_trace(out, lines);
  out.field("X-Request-Id: ", own.request_id);
  out.text("\r\n");
  out.number(own.content_bytes);
  out.text("Content-Length: ");
  [[maybe_unused]] const auto fields_bytes = static_cast<std::size_t>(content_begin - out.begin());
  assert(fields_bytes <= kUpstreamFieldsBytesMax);
  out.text(upstream.head);
  return static_cast<std::size_t>(content_begin - out.begin());
}

}  // namespace planish::http

// OpenAPI: a path item for each path of each endpoint, in front of those of the built-in routes.
#include <http/content_rules.hpp>
#include <http/openapi.hpp>

#include <algorithm>
#include <cassert>
#include <charconv>
#include <string_view>

namespace planish::http {

extern const std::string_view kOpenapiDocument;   // made from openapi*.json by embed_openapi.cmake
extern const std::string_view kOpenapiTransform;  // the path item of an endpoint whose shape is planish
extern const std::string_view kOpenapiEvents;     // and of the others
extern const std::string_view kOpenapiUpstream;   // responses that there are where an upstream is asked

namespace {

constexpr std::string_view kPaths = "\"paths\":{";
constexpr std::string_view kOperationId = "\"operationId\": \"transform";
constexpr std::string_view kResponses = "\"responses\": {";  // of the one operation

// Of a path's item beside its texts: quotes, a number; and for each `/*` "{segment127}" and its parameter.
constexpr std::size_t kItemBytes = 64;
constexpr std::size_t kBytesAPathByte = 64;

class Sink {
 public:
  explicit Sink(std::span<char> out) noexcept : out_(out) {}

  void text(std::string_view piece) noexcept {
    assert(used_ + piece.size() <= out_.size());
    std::copy(piece.begin(), piece.end(), out_.data() + used_);
    used_ += piece.size();
  }
  void number(std::size_t value) noexcept {
    char digits[20];
    const char* const end = std::to_chars(digits, digits + sizeof digits, value).ptr;
    text({digits, static_cast<std::size_t>(end - digits)});
  }
  [[nodiscard]] std::size_t used() const noexcept { return used_; }

 private:
  std::span<char> out_;
  std::size_t used_ = 0;
};

// "/v1/*" as "/v1/{segment2}"; a path's own bytes need no escape in JSON. Returns how many there are.
std::size_t write_path(std::string_view path, Sink& out) noexcept {
  std::size_t wild = 0;
  std::size_t segment = 0;
  for (std::size_t i = 0; i < path.size(); ++i) {
    if (path[i] == '/') ++segment;
    const bool is_wild = path[i] == '*' && path[i - 1] == '/' && (i + 1 == path.size() || path[i + 1] == '/');
    if (!is_wild) {
      out.text(path.substr(i, 1));
      continue;
    }
    out.text("{segment");
    out.number(segment);
    out.text("}");
    ++wild;
  }
  return wild;
}

void write_segments(std::string_view path, Sink& out) noexcept {
  out.text("\"parameters\":[");
  bool first = true;
  std::size_t segment = 0;
  for (std::size_t i = 0; i < path.size(); ++i) {
    if (path[i] == '/') ++segment;
    if (path[i] != '*' || path[i - 1] != '/' || (i + 1 != path.size() && path[i + 1] != '/')) continue;
    out.text(first ? "{\"name\":\"segment" : ",{\"name\":\"segment");
    out.number(segment);
    out.text("\",\"in\":\"path\",\"required\":true,\"schema\":{\"type\":\"string\"}}");
    first = false;
  }
  out.text("],");
}

// `number`: of the path, from 0. The first one's operation keeps its plain name.
void write_item(const Endpoint& endpoint, std::string_view path, std::size_t number, Sink& out) noexcept {
  const std::string_view item = is_body_alone(endpoint.shape()) ? kOpenapiTransform : kOpenapiEvents;
  const std::size_t id_end = item.find(kOperationId) + kOperationId.size();
  out.text("\"");
  const std::size_t wild = write_path(path, out);
  out.text("\": {");
  if (wild != 0) write_segments(path, out);
  out.text(item.substr(1, id_end - 1));
  if (number != 0) out.number(number + 1);
  const std::size_t responses = item.find(kResponses, id_end) + kResponses.size();
  out.text(item.substr(id_end, responses - id_end));
  if (endpoint.upstream != nullptr) {
    out.text(kOpenapiUpstream.substr(1, kOpenapiUpstream.rfind('}') - 1));
    out.text(",");
  }
  out.text(item.substr(responses));
  out.text(",");
}

void write_document(const Endpoints& endpoints, Sink& out) noexcept {
  const std::size_t at = kOpenapiDocument.find(kPaths) + kPaths.size();
  out.text(kOpenapiDocument.substr(0, at));
  std::size_t number = 0;
  for (const Endpoint& endpoint : endpoints.all()) {
    for (const std::string& path : endpoint.paths) write_item(endpoint, path, number++, out);
  }
  out.text(kOpenapiDocument.substr(at));
}

}  // namespace

std::size_t openapi_bytes_max(const Endpoints& endpoints) noexcept {
  std::size_t bytes = kOpenapiDocument.size();
  for (const Endpoint& endpoint : endpoints.all()) {
    for (const std::string& path : endpoint.paths) {
      bytes += std::max(kOpenapiTransform.size(), kOpenapiEvents.size()) + kOpenapiUpstream.size() + kItemBytes +
               kBytesAPathByte * path.size();
    }
  }
  return bytes;
}

std::size_t write_openapi(const Endpoints& endpoints, std::span<char> out) noexcept {
  Sink sink(out);
  write_document(endpoints, sink);
  return sink.used();
}

}  // namespace planish::http

// Transforms a body by a shape as often as it is told, for shape_gate.py to count:
//   shape_gate COUNT told     the benchmark's body, as lines with event and key
//   shape_gate COUNT own      the same with its own answer
//   shape_gate COUNT segment  a Segment batch of 100 events, raw, for the SDK; with 0 it says how many bytes that has
//   shape_gate COUNT lines    the same events, one a line
//   shape_gate COUNT escape   the batch again, an escape in its first event
//   shape_gate COUNT around   small events with long parts from around them
//   shape_gate COUNT before   a Segment batch of 100 events with addresses, as lines with event and key
//   shape_gate COUNT rules    the same under rules: three removals, a hash, a coarse address
//   shape_gate text KIND      prints the body
#include <planish/rules.hpp>
#include <planish/transformer.hpp>
#include <support/benchmark_body.hpp>
#include <support/repeated.hpp>

#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

namespace {

// As the SDK for Node sends it.
std::string segment_event(int number, bool with_address) {
  const std::string n = std::to_string(100 + number);
  return R"({"timestamp":"2023-11-04T18:44:16.)" + n +
         R"(Z","integrations":{},"event":"Order Completed","type":"track","userId":"019mr8m)" + n +
         R"(","properties":{"orderId":"O-1)" + n +
         R"(","total":1699.5,"qty":3,"currency":"EUR","list":[1,"two",null],"coupon":""},)"
         R"("context":{"library":{"name":"@segment/analytics-node","version":"3.1.0"})" +
         (with_address ? R"(,"ip":"203.0.113.77","userAgent":"curl/7.88.1 of an honest client")" : "") + "}," +
         R"("messageId":"node-next-1795889859714-e3b81211-7939-4f6a-8d8b-831261d9d)" + n +
         R"(","_metadata":{"nodeVersion":"v20.20.2","jsRuntime":"node"}})";
}

std::string segment_body(bool lines, bool with_address = false) {
  std::string body;
  if (!lines) body += "{\"batch\":[";
  for (int i = 0; i < 100; ++i) {
    if (i != 0 && !lines) body += ',';
    body += segment_event(i, with_address);
    if (lines) body += '\n';
  }
  if (!lines) body += R"(],"writeKey":"k","sentAt":"2023-11-04T18:44:17.000Z"})";
  return body;
}

planish::Source around(std::string_view pointer, planish::Part part) {
  std::string problem;
  return *planish::parse_source(pointer, part, problem);
}

planish::Shape shape_of_parts_around() {
  planish::Shape shape = planish::own_shape("around");
  shape.events = {"/batch"};
  shape.type = {around("^/kind", planish::Part::type)};
  shape.time = {around("^/sent", planish::Part::time)};
  shape.user = {around("^/user", planish::Part::user)};
  shape.id = {around("^/id", planish::Part::id)};
  return shape;
}

std::string body_of_parts_around() {
  constexpr std::size_t kLong = 20'000;
  std::string body = "{\"kind\":\"" + std::string(kLong, '\\') + "\",\"user\":" + std::string(kLong, '9');
  body += ",\"id\":" + std::string(kLong, '8') + ".0,\"sent\":" + std::string(kLong, '7') + ",\"batch\":[{}";
  for (int i = 1; i < 1'000; ++i) body += ",{}";
  return body + "]}";
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) return 64;
  const std::string_view kind = argv[2];
  planish::Options options;
  planish::Context context;
  std::string body;
  if (kind == "told") {
    options.answer = planish::Answer::ndjson;
    body = planish::support::benchmark_body();
  } else if (kind == "own") {
    body = planish::support::benchmark_body();
  } else if (kind == "around") {
    options.shape = shape_of_parts_around();
    context.invalid_events = planish::InvalidEvents::skip;
    body = body_of_parts_around();
  } else if (kind == "before" || kind == "rules") {
    options.shape = *planish::ready_made_shape("segment");
    options.timestamps = planish::Timestamps::lax;
    options.answer = planish::Answer::ndjson;
    const planish::Rule rule{.remove = {"/context/userAgent", "/properties/coupon", "/_metadata"},
                             .hash = {"/userId"},
                             .truncate_ip = {"/context/ip"}};
    if (kind == "rules") options.rules = planish::Rules::compile({rule}, "0123456789abcdef").rules;
    body = segment_body(false, true);
  } else {
    options.shape = *planish::ready_made_shape("segment");
    options.timestamps = planish::Timestamps::lax;
    options.canonical = planish::Canonical::raw;
    options.hash = planish::HashAlgorithm::xxh3_64;
    options.answer = planish::Answer::none;
    if (kind == "lines") context.framing = planish::Framing::lines;
    body = segment_body(kind == "lines");
    if (kind == "escape") body.replace(body.find("Order C"), 7, "Order\\u0020C");
  }
  if (argv[1] == std::string_view("text")) return std::fputs(body.c_str(), stdout) < 0 ? 1 : 0;
  if (argv[1] == std::string_view("0")) std::printf("%zu\n", body.size());
  return planish::support::repeated(std::atoi(argv[1]), options, context, body) ? 0 : 1;
}

// Transforms a body that costs rules as much as its bytes can, as often as it is told, for rules_gate.py to count:
//   rules_gate COUNT KIND        under rules of every verb
//   rules_gate COUNT KIND plain  without them
// With 0 it says how many bytes the body has.
#include <planish/rules.hpp>
#include <planish/transformer.hpp>

#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

namespace {

constexpr std::size_t kBodyBytes = 200'000;

std::vector<planish::Rule> rules_of_every_verb() {
  std::string deep = "/deep";
  for (int i = 0; i < 31; ++i) deep += "/*";
  return {{.remove = {"/name", "/wild/*/x", "/wild/*/\xC3\xA9", "/gone/*", deep},
           .mask = {"/masks/*"},
           .hash = {"/hashes/*", "/form", "/forms/*"},
           .truncate_ip = {"/addresses/*"},
           .set = {{"/made/*/a/b/c", "1"}}},
          {.mask = {"/hashes/*"}, .hash = {"/name2"}}};
}

// Of which the reader meets all places on its own way.
std::vector<planish::Rule> followed_rules() {
  return {{.remove = {"/name", "/in/in/in/in/in/in/in/x"},
           .mask = {"/mask"},
           .hash = {"/hash"},
           .truncate_ip = {"/address"}}};
}

// One after the other with commas, until there are enough.
template <class Next>
std::string many(std::string_view begin, Next next, std::string_view end) {
  std::string body(begin);
  for (int i = 0; body.size() < kBodyBytes; ++i) {
    if (i != 0) body += ',';
    body += next(i);
  }
  return body += end;
}

std::string body_of(std::string_view kind) {
  using namespace std::string_literals;
  const auto same = [](std::string text) { return [text](int) { return text; }; };
  const auto numbered = [](std::string before, std::string behind) {
    return [=](int i) { return before + std::to_string(i) + behind; };
  };
  if (kind == "doubled") return many(R"({"event":"e",)", same(R"("name":1)"), "}");
  if (kind == "others") return many(R"({"event":"e",)", same(R"("nane":1)"), "}");
  if (kind == "escaped") return many(R"({"event":"e",)", same(R"("\u006eame":1)"), "}");
  if (kind == "events") return many("[", same(R"({"event":"e","name":1})"), "]");
  if (kind == "wild") return many(R"({"event":"e","wild":[)", same(R"({"x":1})"), "]}");
  if (kind == "gone") return many(R"({"event":"e","gone":[)", same("1"), "]}");
  if (kind == "masks") return many(R"({"event":"e","masks":[)", same(R"("")"), "]}");
  if (kind == "hashes") return many(R"({"event":"e","hashes":[)", numbered("\"", "\""), "]}");
  if (kind == "long_hashes")
    return many(R"({"event":"e","hashes":[)", numbered("\"" + std::string(40, 'x'), "\""), "]}");
  if (kind == "forms") return many(R"({"event":"e","forms":[)", same(R"({"b":1,"a":[1e20]})"), "]}");
  if (kind == "form") return many(R"({"event":"e","form":[)", same("1e20"), "]}");
  if (kind == "addresses") return many(R"({"event":"e","addresses":[)", same(R"("1:2:3:4:5:6:7:8")"), "]}");
  if (kind == "no_addresses")
    return many(R"({"event":"e","addresses":[)", same("\"" + std::string(400, '1') + '"'), "]}");
  if (kind == "made") return many(R"({"event":"e","made":[)", same("{}"), "]}");
  if (kind == "deep") return many(R"({"event":"e","deep":[)", same(std::string(31, '[') + std::string(31, ']')), "]}");
  if (kind == "met_events") return many("[", same(R"({"event":"e","name":1})"), "]");
  if (kind == "met_hashes") return many("[", numbered(R"({"event":"e","hash":")", R"("})"), "]");
  if (kind == "met_masks") return many("[", same(R"({"event":"e","mask":""})"), "]");
  if (kind == "met_doubled") return many(R"({"event":"e",)", same(R"("name":1)"), "}");
  if (kind == "met_others") return many(R"({"event":"e",)", same(R"("nane":1)"), "}");
  if (kind == "met_escaped") return many(R"({"event":"e",)", same(R"("\u006eame":1)"), "}");
  if (kind == "met_within")
    return many("[", same(R"({"event":"e","in":{"in":{"in":{"in":{"in":{"in":{"in":{}}}}}}}})"), "]");
  std::abort();
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3 && argc != 4) return 64;
  std::string body = body_of(argv[2]);
  const std::size_t size = body.size();
  if (argv[1] == std::string_view("0")) return std::printf("%zu\n", size) < 0 ? 1 : 0;
  planish::Options options;
  options.shape = planish::own_shape("gate");
  std::string problem;
  options.shape.type = {*planish::parse_source("/event", planish::Part::type, problem)};
  options.answer = planish::Answer::ndjson;
  options.answer_members = {{"event", planish::AnswerValue::event}};
  options.canonical = planish::Canonical::raw;
  const auto rules = std::string_view(argv[2]).starts_with("met_") ? followed_rules() : rules_of_every_verb();
  if (argc == 3) options.rules = planish::Rules::compile(rules, "0123456789abcdef").rules;
  if (argc == 3 && options.rules == nullptr) return 65;
  body.resize(size + planish::kPadding);
  const planish::Transform transform(options);
  planish::Transformer transformer;
  std::vector<char> out(transformer.answer_bytes_max(transform, size));
  const planish::Context context{.invalid_events = planish::InvalidEvents::skip};
  for (int count = std::atoi(argv[1]); count > 0; --count) {
    const planish::PaddedView view(body, size);
    if (transformer.transform(transform, view, context, out).verdict != planish::Verdict::ok) return 1;
    transformer.finish(std::chrono::nanoseconds{0});
  }
}

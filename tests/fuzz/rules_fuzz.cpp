// An event, under rules of every verb: what is left is JSON, is what the rules leave of it again where they say the
// same twice, and holds nothing of what was to be removed, masked or hashed.
#include <core/rules/apply.hpp>

#include <core/diagnose.hpp>
#include <planish/padded_view.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <string>
#include <string_view>

using namespace planish::core;

namespace {

std::shared_ptr<const rules::RuleSet> compiled(const std::vector<planish::Rule>& all) {
  auto result = rules::RuleSet::compile(all, "0123456789abcdef");
  if (result.set == nullptr) std::abort();
  return result.set;
}

// Empty: it is too large.
std::string left(const rules::RuleSet& set, std::string_view event, std::size_t growth = 4096,
                 bool has_escapes = true) {
  const auto body = std::make_unique<char[]>(event.size() + planish::kPadding);
  std::memcpy(body.get(), event.data(), event.size());
  StructuralIndex index(event.size());
  if (!index.build({body.get(), event.size()})) std::abort();
  rules::RulesScratch scratch(event.size(), growth);
  const std::string_view whole(body.get(), event.size());
  const auto said = rules::apply(set, {body.get(), index.begin(), whole, "t", whole, {}, {}, {}, has_escapes}, scratch);
  if (said.verdict != rules::Left::Verdict::kept) return {};
  if (said.payload != said.whole || diagnose(said.whole).kind != Diagnosis::Kind::valid) std::abort();
  // The tokens that are told of it are its own.
  if (said.changed) {
    const auto copy = std::make_unique<char[]>(said.whole.size() + planish::kPadding);
    std::memcpy(copy.get(), said.whole.data(), said.whole.size());
    StructuralIndex own(said.whole.size());
    if (!own.build({copy.get(), said.whole.size()})) std::abort();
    if (!std::equal(own.begin(), own.end() + 2, said.payload_first)) std::abort();
  }
  return std::string(said.whole);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view event(reinterpret_cast<const char*>(data), size);
  while (!event.empty() && std::string_view(" \t\r\n").find(event.front()) != std::string_view::npos)
    event.remove_prefix(1);
  while (!event.empty() && std::string_view(" \t\r\n").find(event.back()) != std::string_view::npos)
    event.remove_suffix(1);
  if (event.empty() || diagnose(event).kind != Diagnosis::Kind::valid) return 0;
  static const auto all =
      compiled({{.remove = {"/a", "/b/*/c", "/l/*"}, .mask = {"/m/*"}, .hash = {"/h", "/b/d"}, .truncate_ip = {"/i"}},
                {.set = {{"/s/t/u", "{\"v\":[1]}"}, {"/b/e", "null"}}},
                {.mask = {"/s/t/u/v/*", "/b"}}});
  static const auto same_twice =
      compiled({{.remove = {"/a", "/b/*/c", "/*/*/a", "/l/*"}, .set = {{"/s/t", "1"}, {"/b/e", "[]"}}}});
  // With limits as small as the inputs, so that what goes beyond one is seen.
  const std::string large = left(*all, event);
  if (event.find('\\') == event.npos && left(*all, event, 4096, false) != large) std::abort();
  for (const std::size_t growth : {std::size_t{0}, std::size_t{1}, event.size(), large.size()}) {
    const std::string small = left(*all, event, growth);
    if (!small.empty() && (small != large || small.size() > 2 * event.size() + growth)) std::abort();
  }
  const std::string once = left(*same_twice, event);
  if (once.empty() || left(*same_twice, once) != once) std::abort();
  return 0;
}

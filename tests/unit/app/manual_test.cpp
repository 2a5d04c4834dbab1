// The manual's bounds are those that hold: each page names the ones that its reader may meet. Its examples are run by
// integration/manual_test.
#include <app/manual.hpp>

#include <app/contract_drafting.hpp>
#include <app/settings.hpp>
#include <app/upstream_settings.hpp>
#include <core/contract/check.hpp>
#include <core/contract/compiler.hpp>
#include <core/contract/cost.hpp>
#include <core/contract/draft.hpp>
#include <core/contract/set.hpp>
#include <core/plan.hpp>
#include <http/routes.hpp>
#include <http/upstream_answer.hpp>
#include <net/socket_address.hpp>
#include <planish/batch.hpp>
#include <planish/options.hpp>
#include <planish/rules.hpp>
#include <planish/shape.hpp>
#include <plugin/limits.hpp>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cctype>
#include <cstddef>
#include <string>
#include <string_view>

namespace planish::app {
namespace {

// On one line, so that it does not matter where lines end.
class Page {
 public:
  explicit Page(std::string_view name) : name_(name) {
    for (const char c : manual_page(name)) {
      const bool is_blank = std::isspace(static_cast<unsigned char>(c)) != 0;
      if (!is_blank || !text_.ends_with(' ')) text_ += is_blank ? ' ' : c;
    }
  }
  void says(const std::string& words) const {
    EXPECT_NE(text_.find(words), std::string::npos) << name_ << " does not say: " << words;
  }

 private:
  std::string name_, text_;
};

// 10 000
std::string spaced(std::size_t number) {
  return number < 1000 ? fmt::format("{}", number) : fmt::format("{} {:03}", spaced(number / 1000), number % 1000);
}

TEST(Manual, NamesTheBoundsOfContracts) {
  namespace contract = core::contract;
  const Page page("contracts");
  page.says(fmt::format("{} files, {} MiB, {} levels, {} values, {} patterns that differ, {} MiB when compiled",
                        spaced(contract::kFilesMax), contract::kFilesBytesMax >> 20, contract::kSchemaLevelsMax,
                        spaced(contract::CompileLimits{}.values_max), spaced(contract::kPatternsMax),
                        contract::CompileLimits{}.program_bytes_max >> 20));
  page.says(fmt::format("\"applies more than {} schemas one within the other to one value\"", contract::kNestedMax));
  page.says(fmt::format("{} schemas at work at once", contract::kFramesMax));
  page.says(fmt::format("\"would cost more than {} walks to check\"", contract::kWalksMax));
  page.says(fmt::format("made of at most {} MiB", kDraftBytesMax >> 20));
  page.says(fmt::format("at most {} words of {} bytes", contract::kDraftWordsMax, contract::kDraftWordBytesMax));
  page.says(fmt::format("more than {} names", contract::kDraftNamesMax));
  page.says(fmt::format("{} objects deep", contract::kDraftLevelsMax));
}

TEST(Manual, NamesTheBoundsOfRules) {
  const Page page("rules");
  page.says(fmt::format("at most {} rules", kRulesMax));
  page.says(fmt::format("at most {} places for each word, a place at most {} names", kRulePointersMax, kRuleStepsMax));
  page.says(fmt::format("has {} to {} bytes", kRuleKeyBytesMin, spaced(kRuleKeyBytesMax)));
  page.says(fmt::format("into an event is at most {} KiB", kRulesPutBytesMax >> 10));
}

TEST(Manual, NamesTheBoundsOfShapesEndpointsAndAnswers) {
  const Page shapes("shapes");
  shapes.says(fmt::format("a list of at most {};", kSourcesMax));
  shapes.says(fmt::format("at most {} deep", kPointerDepthMax));
  shapes.says(fmt::format("{} names in all, a text and the name of a field or a parameter {} bytes", kShapeNamesMax,
                          kConstantBytesMax));
  shapes.says(fmt::format("a user and an id have at most {} bytes", kIdBytesMax));
  shapes.says(fmt::format("head {} KiB, and a payload from around the events {} KiB", core::kOutsideBytesMax >> 10,
                          core::kOutsidePayloadBytesMax >> 10));
  EXPECT_EQ(kIdBytesMax, kEventTypeBytesMax);
  const Page settings("settings");
  settings.says(fmt::format("At most {}, each of at most 64 paths of {} bytes", kEndpointsMax, http::kPathBytesMax));
  Page("answers").says(fmt::format("1 to {} of these, as `value` or `name=value` (a name of 1 to {} bytes)",
                                   kAnswerMembersMax, kAnswerNameBytesMax));
}

TEST(Manual, NamesTheBoundsOfUpstreams) {
  const Page page("upstream");
  page.says(fmt::format("its addresses, {} at most", net::kAddressesMax));
  page.says(fmt::format("At most {} fields, of values of {} KiB", kUpstreamFieldsMax, kUpstreamValueBytesMax >> 10));
  page.says(fmt::format("{} KiB of heads, a status line of {} KiB, and {} interim ones",
                        http::kUpstreamHeadBytesMax >> 10, http::kUpstreamLineBytesMax >> 10,
                        http::kUpstreamInterimMax));
  page.says(fmt::format("up to {} MiB", http::kUpstreamContentBytesMax >> 20));
}

TEST(Manual, NamesTheBoundsOfPlugins) {
  if (manual_page("plugins").empty()) return;  // built without them
  const Page page("plugins");
  page.says(fmt::format("at most {} fields, of {} KiB", plugin::kFieldsMax, plugin::kFieldsTextBytesMax >> 10));
  page.says(fmt::format("of a reject, of at most {} bytes", kReasonBytesMax));
  page.says(fmt::format("memory {} MiB", plugin::kMemoryBytesDefault >> 20));
  page.says(fmt::format("deadline {} ms a call", plugin::kDeadlineDefault.count()));
  page.says(fmt::format("stack {} KiB", plugin::kStackBytes >> 10));
  page.says(fmt::format("log {} lines a second of {} bytes", plugin::kLogLinesPerSecond, plugin::kLogLineBytesMax));
}

}  // namespace
}  // namespace planish::app

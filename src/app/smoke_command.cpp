// planish smoke: the golden requests against a running server, a line each: "ok 1 - one event".
#include <app/commands.hpp>
#include <app/golden.hpp>
#include <app/probe.hpp>
#include <app/run.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <optional>
#include <string>

namespace planish::app {
namespace {

// For one answer, and for all of them: a server that answers some and hangs on others must not hold a CI up.
constexpr std::chrono::seconds kPatience{10}, kPatienceOfAll{60};

}  // namespace

int smoke(const Arguments& arguments, const Settings& settings) {
  std::string why;
  const auto url = probe_url(arguments.url, settings.listen, why);
  if (!url) {
    print_error("smoke: " + why);
    return kExitUsage;
  }
  const auto end = std::chrono::steady_clock::now() + kPatienceOfAll;
  const Settings defaults;
  const bool any_hash = settings.hash != defaults.hash;
  int code = kExitOk;
  unsigned number = 0;
  for (const Golden& golden : golden_requests()) {
    const std::string_view target = golden.target == "@" ? std::string_view{settings.path} : golden.target;
    const std::string request = probe_request(*url, golden.method, target, golden.fields, golden.content);
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(end - std::chrono::steady_clock::now());
    const std::chrono::milliseconds patience = std::min<std::chrono::milliseconds>(kPatience, left);
    net::NoAnswer none;
    const auto answer = net::exchange(*url, request, golden.method == "HEAD", patience, none);
    if (!answer && (number == 0 || none.unbounded || patience == left)) {
      print_error("smoke: cannot reach the server: " + none.why);
      return kExitUnreachable;
    }
    const std::string wrong = answer ? difference(golden, *answer, any_hash) : "no answer: " + none.why;
    if (!wrong.empty()) code = kExitFailed;
    const std::string line = wrong.empty() ? fmt::format("ok {} - {}\n", ++number, golden.name)
                                           : fmt::format("not ok {} - {}: {}\n", ++number, golden.name, wrong);
    if (print(line) != kExitOk) return kExitFailed;
  }
  return code;
}

}  // namespace planish::app

// planish smoke: the golden requests against a running server, a line each: "ok 1 - one event". What the server's
// settings keep from being asked is said: "ok 2 - chunks # SKIP why".
#include <app/commands.hpp>
#include <app/golden.hpp>
#include <app/probe.hpp>
#include <app/run.hpp>
#include <app/smoke_request.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <optional>
#include <string>
#include <thread>

namespace planish::app {
namespace {

using std::chrono::milliseconds;

// For one answer, and for all of them: a server that answers some and hangs on others must not hold a CI up.
constexpr std::chrono::seconds kPatience{10}, kPatienceOfAll{60};
constexpr unsigned kTries = 3;
constexpr milliseconds kPause{100};

class Asker {
 public:
  // A server may close a connection just as it is used, or have no room for a moment: that is asked again.
  std::optional<net::ClientResponse> ask(const net::Url& url, const std::string& request, net::NoAnswer& none) {
    const auto end = std::min(end_, std::chrono::steady_clock::now() + kPatience);
    const auto left = [end] { return std::chrono::ceil<milliseconds>(end - std::chrono::steady_clock::now()); };
    for (unsigned tries = 1;; ++tries) {
      auto answer = net::exchange(url, request, false, left(), none);
      const bool again = answer ? answer->status == 408 || answer->status == 503 : !none.unbounded;
      if (!again || tries == kTries || left() < 2 * kPause) return answer;
      std::this_thread::sleep_for(kPause);
    }
  }

  // What the server tells of itself; `told` is empty where it tells nothing that is understood. False: no answer.
  bool ask_version(const net::Url& url, bool here, std::optional<AskedServer>& told, net::NoAnswer& none) {
    const auto answer = ask(url, probe_request(url, "GET", "/version", "", ""), none);
    if (answer && answer->status == 200) told = AskedServer::from_version(answer->content, here);
    return answer.has_value();
  }

  [[nodiscard]] bool is_out_of_time() const { return end_ <= std::chrono::steady_clock::now(); }

 private:
  std::chrono::steady_clock::time_point end_ = std::chrono::steady_clock::now() + kPatienceOfAll;
};

// Where it does not tell: it may on the admin address that the own settings name; else those settings must do.
AskedServer assume(Asker& asker, const Arguments& arguments, const Configuration& configuration) {
  std::string why;
  net::NoAnswer none;
  std::optional<AskedServer> told;
  const auto admin = probe_url("", configuration.settings.admin_listen, why);
  if (admin && asker.ask_version(*admin, false, told, none) && told) return *told;
  return AskedServer::from_own(configuration, arguments.url.empty());
}

int fail_to_reach(const net::NoAnswer& none) {
  print_error("smoke: cannot reach the server: " + none.why);
  return kExitUnreachable;
}

}  // namespace

int smoke(const Arguments& arguments, const Configuration& configuration) {
  std::string why;
  const auto url = probe_url(arguments.url, configuration.settings.listen, why);
  if (!url) {
    print_error("smoke: " + why);
    return kExitUsage;
  }
  Asker asker;
  net::NoAnswer none;
  std::optional<AskedServer> told;
  if (!asker.ask_version(*url, true, told, none)) return fail_to_reach(none);
  const AskedServer server = told ? *told : assume(asker, arguments, configuration);
  int code = kExitOk;
  unsigned number = 0;
  for (const Golden& golden : golden_requests()) {
    if (golden.skipping && server.value("invalid_events") != "skip") continue;
    const SmokeRequest smoke = make_smoke_request(golden, server, configuration.settings, *url);
    std::string left_out = smoke.left_out;
    std::string wrong;
    if (left_out.empty()) {
      const auto answer = asker.ask(*url, smoke.request, none);
      if (!answer && (none.unbounded || asker.is_out_of_time())) return fail_to_reach(none);
      if (answer) left_out = excuse(golden, server, *answer);
      if (left_out.empty()) wrong = answer ? difference(golden, smoke.answer, *answer) : "no answer: " + none.why;
    }
    if (!wrong.empty()) code = kExitFailed;
    std::string line = fmt::format("{} {} - {}", wrong.empty() ? "ok" : "not ok", ++number, golden.name);
    if (!wrong.empty()) line += ": " + wrong;
    if (!left_out.empty()) line += " # SKIP " + left_out;
    if (print(line + '\n') != kExitOk) return kExitFailed;
  }
  return code;
}

}  // namespace planish::app

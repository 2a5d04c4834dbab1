// planish test: the requests of a folder, each with the answer that it is to have.
#include <app/commands.hpp>
#include <app/regular_file.hpp>
#include <app/run.hpp>
#include <app/setting_checks.hpp>
#include <app/standing_server.hpp>
#include <app/test_case.hpp>
#include <app/text_diff.hpp>

#include <fmt/format.h>

#include <dirent.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>
#include <optional>
#include <string>
#include <system_error>
#include <vector>

namespace planish::app {
namespace {

constexpr std::string_view kRequest = ".request";
constexpr std::string_view kExpected = ".expected";
constexpr std::size_t kExpectedBytesMax = std::size_t{1} << 30;  // an answer of the largest body's size
constexpr std::string_view kNow = "2000-01-01T00:00:00Z";

// An instant as RFC 3339 writes it in UTC, in whole seconds.
std::optional<std::chrono::sys_seconds> parse_now(const std::string& text) {
  int year = 0, used = 0;
  unsigned month = 0, day = 0, hour = 0, minute = 0, second = 0;
  const int read =
      std::sscanf(text.c_str(), "%4d-%2u-%2uT%2u:%2u:%2uZ%n", &year, &month, &day, &hour, &minute, &second, &used);
  const std::chrono::year_month_day date{std::chrono::year{year}, std::chrono::month{month}, std::chrono::day{day}};
  const bool whole = read == 6 && text.size() == kNow.size() && static_cast<std::size_t>(used) == text.size();
  if (!whole || !date.ok() || hour > 23 || minute > 59 || second > 59) return std::nullopt;
  return std::chrono::sys_days{date} + std::chrono::hours{hour} + std::chrono::minutes{minute} +
         std::chrono::seconds{second};
}

// Nobody is asked: what would be sent on to an upstream is the answer.
Settings without_upstreams(Settings settings) {
  for (EndpointSettings& endpoint : settings.endpoints) {
    endpoint.upstream.clear();
    endpoint.upstream_made.reset();
  }
  return settings;
}

struct Close {
  void operator()(DIR* folder) const noexcept { ::closedir(folder); }
};

// The names of the cases, sorted. False: errno says why.
bool list(const std::string& folder, std::vector<std::string>& names) {
  const std::unique_ptr<DIR, Close> open(::opendir(folder.c_str()));
  if (open == nullptr) return false;
  for (;;) {
    errno = 0;
    const dirent* const entry = ::readdir(open.get());
    if (entry == nullptr) break;
    const std::string_view name = entry->d_name;
    if (name.size() > kRequest.size() && name.ends_with(kRequest)) {
      names.emplace_back(name.substr(0, name.size() - kRequest.size()));
    }
  }
  std::sort(names.begin(), names.end());
  return errno == 0;
}

bool write_file(const std::string& path, std::string_view text) {
  std::FILE* const file = std::fopen(path.c_str(), "wb");
  if (file == nullptr) return false;
  const bool written = std::fwrite(text.data(), 1, text.size(), file) == text.size();
  return std::fclose(file) == 0 && written;
}

class Cases {
 public:
  Cases(std::string folder, const Arguments& arguments, const Settings& settings, std::chrono::sys_seconds now)
      : folder_(std::move(folder)),
        update_(arguments.update),
        colour_(::isatty(STDOUT_FILENO) == 1),
        path_(settings.endpoints.front().paths.front()),
        request_bytes_max_(settings.head_bytes_max + settings.body_bytes_max),
        server_(without_upstreams(settings), now) {}

  // False: it is not as expected, or a file of it cannot be used.
  bool run(const std::string& name) {
    std::string why;
    const std::string request = folder_ + '/' + name + std::string(kRequest);
    const auto sent = read_regular_file(request, request_bytes_max_, why);
    if (!sent) return complain(name, request + " cannot be read: " + why);
    const std::string answered = server_.answer(request_of_case(*sent, path_, name));
    if (answered.empty()) return complain(name, request + " is cut short: its head announces more than it has");
    const std::string answer = expectation_of(answered);
    const std::string path = folder_ + '/' + name + std::string(kExpected);
    const bool missing = ::access(path.c_str(), F_OK) != 0;
    auto expected = missing ? std::optional<std::string>{} : read_regular_file(path, kExpectedBytesMax, why);
    if (!missing && !expected) return complain(name, path + " cannot be read: " + why);
    if (expected && !expected->ends_with('\n')) *expected += '\n';
    if (expected == answer) return say("ok     ", name, "", 32);
    if (update_) {
      if (!write_file(path, answer)) return complain(name, path + " cannot be written: " + std::strerror(errno));
      return say("update ", name, missing ? ": " + path + " is new" : ": " + path + " is changed", 33);
    }
    if (missing) return complain(name, "there is no " + path + "; --update writes it");
    say("FAILED ", name, "", 31);
    // What differs in white space alone shows in the texts as they are.
    std::string diff = unified_diff(in_lines(*expected), in_lines(answer), {path, "the answer"}, colour_);
    if (diff.empty()) diff = unified_diff(*expected, answer, {path, "the answer"}, colour_);
    return print(diff) != kExitOk && false;
  }

 private:
  bool say(std::string_view verdict, std::string_view name, const std::string& more, int colour) const {
    const std::string line = colour_ ? fmt::format("\033[{}m{}\033[0m{}{}\n", colour, verdict, name, more)
                                     : fmt::format("{}{}{}\n", verdict, name, more);
    return print(line) == kExitOk;
  }
  bool complain(std::string_view name, const std::string& why) const {
    return say("FAILED ", name, ": " + why, 31) && false;
  }

  std::string folder_;
  bool update_;
  bool colour_;
  std::string path_;
  std::size_t request_bytes_max_;
  StandingServer server_;
};

}  // namespace

int test(const Arguments& arguments, const Settings& settings) {
  const auto now = parse_now(arguments.now.empty() ? std::string(kNow) : arguments.now);
  if (!now) {
    print_error("--now: " + not_a(arguments.now, "a time such as " + std::string(kNow)));
    return kExitUsage;
  }
  std::string folder = arguments.file.empty() ? "tests" : arguments.file;
  while (folder.size() > 1 && folder.ends_with('/')) folder.pop_back();
  std::vector<std::string> names;
  if (!list(folder, names)) {
    print_error(folder + " cannot be read: " + std::generic_category().message(errno));
    return kExitBadInput;
  }
  if (names.empty()) {
    print_error(folder + " has no file NAME.request");
    return kExitBadInput;
  }
  Cases cases(folder, arguments, settings, *now);
  bool right = true;
  for (const std::string& name : names) right = cases.run(name) && right;
  return right ? kExitOk : kExitFailed;
}

}  // namespace planish::app

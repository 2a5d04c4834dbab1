// planish contracts draft: a folder to begin with.
#include <app/body_reader.hpp>
#include <app/commands.hpp>
#include <app/contract_drafting.hpp>
#include <app/endpoints.hpp>
#include <app/regular_file.hpp>
#include <app/run.hpp>
#include <app/setting_checks.hpp>
#include <net/descriptor.hpp>

#include <fmt/format.h>

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <string>
#include <system_error>

namespace planish::app {
namespace {

constexpr std::string_view kFolder = "contracts";  // where none is named

std::string reason() {
  return std::generic_category().message(errno);
}

// Null: none has that path.
const EndpointSettings* find_endpoint(const Settings& settings, const std::string& path) {
  if (path.empty()) return settings.endpoints.data();
  const auto has = [&path](const EndpointSettings& endpoint) {
    return std::find(endpoint.paths.begin(), endpoint.paths.end(), path) != endpoint.paths.end();
  };
  const auto found = std::find_if(settings.endpoints.begin(), settings.endpoints.end(), has);
  return found == settings.endpoints.end() ? nullptr : &*found;
}

bool write_all(int file, std::string_view text) {
  while (!text.empty()) {
    const ssize_t count = ::write(file, text.data(), text.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return false;
    text.remove_prefix(static_cast<std::size_t>(count));
  }
  return true;
}

// What somebody wrote there before is never touched.
int write_contract(const std::string& folder, const DraftedContract& contract) {
  const std::string path = (std::filesystem::path(folder) / contract.file).string();
  const net::Descriptor file(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666));
  if (!file && errno == EEXIST) return print(path + ": is there already, and left as it is\n");
  if (!file || !write_all(file.number(), contract.text)) {
    print_error(fmt::format("{}: cannot be written: {}", path, reason()));
    return kExitFailed;
  }
  const std::size_t events = contract.payloads;
  return print(fmt::format("{}: made of {} {}\n", path, events, events == 1 ? "event" : "events"));
}

int write_folder(const std::string& folder, const ContractDrafts& drafts) {
  std::error_code failed;
  std::filesystem::create_directories(folder, failed);
  if (failed) {
    print_error(fmt::format("{}: cannot be made: {}", folder, failed.message()));
    return kExitFailed;
  }
  for (const DraftedContract& contract : drafts.contracts()) {
    if (const int code = write_contract(folder, contract); code != kExitOk) return code;
  }
  return kExitOk;
}

}  // namespace

int draft(const Arguments& arguments, const Settings& settings) {
  const bool standard = arguments.file.empty() || arguments.file == kStandardInput;
  const std::string name = standard ? "standard input" : arguments.file;
  const EndpointSettings* const endpoint = find_endpoint(settings, arguments.endpoint);
  if (endpoint == nullptr) {
    print_error(fmt::format("--endpoint: no endpoint has the path {}", in_quotes(arguments.endpoint)));
    return kExitUsage;
  }
  if (standard && !take_standard_input()) {
    print_error("standard input: was read for another file already; name that of the events");
    return kExitUsage;
  }
  net::Descriptor opened;
  if (!standard) opened = net::Descriptor(::open(arguments.file.c_str(), O_RDONLY | O_CLOEXEC));
  BodyReader reader(standard ? STDIN_FILENO : opened.number(), kDraftBytesMax, [] {});
  if (standard || opened) reader.read_all();
  if ((!standard && !opened) || reader.failed()) {
    print_error(fmt::format("{}: cannot be read: {}", name, reason()));
    return kExitBadInput;
  }
  if (reader.size() > kDraftBytesMax) {
    print_error(fmt::format("{}: is larger than {} MiB; a part of it will do", name, kDraftBytesMax >> 20));
    return kExitBadInput;
  }
  bool complete = true;
  const auto tell = [&](std::string_view what) {
    complete = false;
    print_error(fmt::format("{}: {}", name, what));
  };
  const ContractDrafts drafts =
      draft_contracts(transform_options(settings, *endpoint), reader.buffer(), reader.size(), tell);
  const int code = write_folder(endpoint->contracts.empty() ? std::string(kFolder) : endpoint->contracts, drafts);
  return code == kExitOk && !complete ? kExitBadInput : code;
}

}  // namespace planish::app

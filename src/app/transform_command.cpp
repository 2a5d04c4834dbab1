// planish transform: one request, or one a line, through the same code as the server's.
#include <app/body_reader.hpp>
#include <app/commands.hpp>
#include <app/local_service.hpp>
#include <app/regular_file.hpp>
#include <app/run.hpp>
#include <net/descriptor.hpp>

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <optional>
#include <stdexcept>
#include <string>

namespace planish::app {
namespace {

[[nodiscard]] bool is_success(unsigned status) {
  return status / 100 == 2;
}

// NDJSON ends its lines itself, and no content (204) is no line.
bool put_line(std::FILE* out, std::string_view content) {
  if (std::fwrite(content.data(), 1, content.size(), out) != content.size()) return false;
  return content.empty() || content.back() == '\n' || std::fputc('\n', out) != EOF;
}

int transform_one(BodyReader& reader, LocalService& service) {
  reader.read_all();
  if (reader.failed()) return kExitOk;  // the caller says so
  const auto [status, content] = service.answer(reader.buffer(), reader.size());
  if (!is_success(status)) {
    put_line(stderr, content);
    return kExitBadInput;
  }
  return put_line(stdout, content) ? kExitOk : kExitFailed;
}

int transform_lines(BodyReader& reader, LocalService& service) {
  int code = kExitOk;
  while (reader.read_line()) {
    if (std::ferror(stdout) != 0) return kExitFailed;
    const auto [status, content] = service.answer(reader.buffer(), reader.size());
    if (!is_success(status)) code = kExitBadInput;
    if (!put_line(stdout, content)) return kExitFailed;
  }
  return code;
}

}  // namespace

int transform(const Arguments& arguments, const Settings& settings) {
  const std::string& path = arguments.file;
  const bool standard = path.empty() || path == kStandardInput;
  net::Descriptor opened;
  if (standard && !take_standard_input()) {
    print_error("standard input: was read for another file already; name the request's");
    return kExitUsage;
  }
  if (!standard) {
    opened = net::Descriptor(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (!opened) {
      print_error(path + ": cannot be read: " + std::strerror(errno));
      return kExitBadInput;
    }
  }
  // A line in, a line out: answers wait for one another only as long as there is more to read.
  BodyReader reader{standard ? STDIN_FILENO : opened.number(), settings.body_bytes_max, [] { std::fflush(stdout); }};
  std::optional<LocalService> local;
  try {
    local.emplace(settings, LocalService::Head{arguments.endpoint, arguments.content_type});
  } catch (const std::runtime_error& error) {
    print_error(error.what());
    return kExitUsage;
  }
  LocalService& service = *local;
  const int code = arguments.ndjson ? transform_lines(reader, service) : transform_one(reader, service);
  if (reader.failed()) {
    print_error((standard ? "standard input" : path) + ": cannot be read");
    return kExitBadInput;
  }
  if (std::fflush(stdout) != 0 || code == kExitFailed) {
    print_error("standard output: cannot be written");
    return kExitFailed;
  }
  return code;
}

}  // namespace planish::app

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
#include <string>

namespace planish::app {
namespace {

constexpr unsigned kOk = 200;

bool put_line(std::FILE* out, std::string_view content) {
  return std::fwrite(content.data(), 1, content.size(), out) == content.size() && std::fputc('\n', out) != EOF;
}

int transform_one(BodyReader& reader, LocalService& service) {
  reader.read_all();
  if (reader.failed()) return kExitOk;  // the caller says so
  const auto [status, content] = service.answer(reader.buffer(), reader.size());
  if (status != kOk) {
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
    if (status != kOk) code = kExitBadInput;
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
  LocalService service{settings};
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

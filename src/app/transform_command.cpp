// planish transform: one request, or one a line, through the same code as the server's.
#include <app/body_reader.hpp>
#include <app/commands.hpp>
#include <app/local_service.hpp>
#include <app/run.hpp>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>
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
    const auto [status, content] = service.answer(reader.buffer(), reader.size());
    if (status != kOk) code = kExitBadInput;
    if (!put_line(stdout, content)) return kExitFailed;
  }
  return code;
}

}  // namespace

int transform(const Arguments& arguments, const Settings& settings) {
  const std::string& path = arguments.file;
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> opened{path.empty() ? nullptr : std::fopen(path.c_str(), "rbe"),
                                                               &std::fclose};
  if (!path.empty() && !opened) {
    print_error(path + ": cannot be read: " + std::strerror(errno));
    return kExitBadInput;
  }
  BodyReader reader{opened ? opened.get() : stdin, settings.body_bytes_max};
  LocalService service{settings};
  const int code = arguments.ndjson ? transform_lines(reader, service) : transform_one(reader, service);
  if (reader.failed()) {
    print_error((path.empty() ? "standard input" : path) + ": cannot be read");
    return kExitBadInput;
  }
  if (std::fflush(stdout) != 0 || code == kExitFailed) {
    print_error("standard output: cannot be written");
    return kExitFailed;
  }
  return code;
}

}  // namespace planish::app

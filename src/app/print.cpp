// What the subcommands say: answers on standard output, complaints on standard error.
#include <app/commands.hpp>
#include <app/run.hpp>

#include <cstdio>
#include <string>

namespace planish::app {

int print(std::string_view text) {
  const bool written = std::fwrite(text.data(), 1, text.size(), stdout) == text.size();
  return std::fflush(stdout) == 0 && written ? kExitOk : kExitFailed;
}

void print_error(std::string_view text) {
  std::string line = "planish: ";
  for (const char c : text) line += static_cast<unsigned char>(c) < 0x20 || c == 0x7F ? '?' : c;
  line += '\n';
  std::fwrite(line.data(), 1, line.size(), stderr);
}

}  // namespace planish::app

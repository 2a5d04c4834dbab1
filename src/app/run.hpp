// run: the whole program behind main(): command line, configuration, one subcommand, an exit code.
#pragma once

#include <span>

namespace planish::app {

// Exit codes; sysexits.h has most of them.
inline constexpr int kExitOk = 0;
inline constexpr int kExitFailed = 1;          // healthcheck, smoke: the check failed; serve: told to stop twice
inline constexpr int kExitUsage = 64;          // unknown command, flag or argument
inline constexpr int kExitBadInput = 65;       // transform: a problem
inline constexpr int kExitUnreachable = 69;    // smoke: nobody answers; healthcheck too: more than it takes
inline constexpr int kExitSystem = 71;         // serve: cannot bind; all: no thread, memory or descriptor to be had
inline constexpr int kExitConfiguration = 78;  // a setting's value, wherever it stands

// `arguments`: as main() has them, the program's name first. Never throws.
[[nodiscard]] int run(std::span<char* const> arguments) noexcept;

}  // namespace planish::app

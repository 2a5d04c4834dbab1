// Last words: what the process says when it cannot go on, though there may be no memory to say it with.
#pragma once

#include <app/log_line.hpp>

#include <exception>
#include <string_view>

namespace planish::app {

// From now on an exception that nobody catches ends the process with a word, and not with that of the language's run
// time: "planish: out of memory".
void prepare_last_words();

// From now on the words are a line of the log. LogFormat::automatic: text if standard error is a terminal.
void set_last_words(LogFormat) noexcept;

// To standard error, without memory. Returns the exit code: kExitSystem where the system refused something, be it an
// address, a thread, memory or a descriptor; kExitFailed otherwise. Null: nobody knows why.
[[nodiscard]] int say_last_words(const std::exception_ptr&) noexcept;

// Why, for a line of the log: "out of memory", or what the exception says.
[[nodiscard]] std::string_view reason_of(const std::exception&) noexcept;

}  // namespace planish::app

// Regular files, read whole: what stands in a file's place may be a FIFO, a device, or larger than memory.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace planish::app {

// What stands for standard input in the place of a path.
inline constexpr std::string_view kStandardInput = "-";

// It can be read once: true for who asks first, and false for everybody else, a reload among them.
[[nodiscard]] bool take_standard_input() noexcept;

// At most `bytes_max` bytes, of standard input where that is taken by its name; null where it cannot be read, and `why`
// then says what is wrong. Anything but a regular file is refused, and a FIFO without being waited for. A disk or a
// mount that does not answer is waited for as long as that takes: never on a thread that somebody needs.
//
// Throws std::system_error where the system gives no descriptor, std::bad_alloc where it gives no memory.
[[nodiscard]] std::optional<std::string> read_regular_file(const std::string& path, std::size_t bytes_max,
                                                           std::string& why);

}  // namespace planish::app

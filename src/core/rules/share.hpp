// Which events a rule drops that drops a part of them: the same in every process, and on every machine.
#pragma once

#include <cstdint>
#include <string_view>

namespace planish::core::rules {

// What is decided by: the text of the user, else of the id, else the event as it was sent. Each as it stands in JSON;
// empty or null: there is none. A string loses its escapes in `room`, which has as many bytes.
[[nodiscard]] std::string_view decided_by(std::string_view user, std::string_view id, std::string_view event,
                                          char* room) noexcept;

// The first eight bytes of the SHA-256 of such a text, as a number, the highest first.
[[nodiscard]] std::uint64_t share_hash(std::string_view text) noexcept;

// Hashes below this are dropped, of a share below 1.
[[nodiscard]] std::uint64_t share_below(double share) noexcept;

}  // namespace planish::core::rules

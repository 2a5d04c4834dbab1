// Rule: what leaves, without code; contract section 11. Plain values, as a file says them.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace planish::core::rules {

struct Setting {
  std::string pointer;
  std::string value;  // JSON
};

// The verbs are carried out in this order. Pointers are RFC 6901, into the event; `*` is every element or member.
struct Rule {
  std::vector<std::string> types{};  // none: all; "*" at an end is any rest
  std::optional<double> drop{};      // the share, up to 1
  std::string rename{};              // empty: no
  std::vector<std::string> remove{}, mask{}, hash{}, truncate_ip{};
  std::vector<Setting> set{};
};

// One thing that is wrong with a rule.
struct Problem {
  std::size_t rule;   // from 0
  std::string key;    // "remove", …
  std::string words;  // what is wrong there
};

inline constexpr std::size_t kRulesMax = 256;
inline constexpr std::size_t kPointersMax = 64;  // of one verb of a rule
inline constexpr std::size_t kStepsMax = 32;     // of a pointer
inline constexpr std::size_t kKeyBytesMin = 16;  // of rule_key_file

}  // namespace planish::core::rules

// The kinds of settings: how a row of the table reads its text and shows it again.
#pragma once

#include <app/setting_checks.hpp>
#include <app/setting_table.hpp>
#include <app/values.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace planish::app::kinds {

using Values = std::span<const std::string>;
using Shown = std::vector<std::string>;

// The member at the end of a path of member pointers.
template <auto First, auto... Rest>
constexpr auto& at(auto& whole) {
  if constexpr (sizeof...(Rest) == 0) {
    return whole.*First;
  } else {
    return at<Rest...>(whole.*First);
  }
}

template <auto... Path>
using MemberAt = std::remove_reference_t<decltype(at<Path...>(std::declval<Settings&>()))>;

template <auto... Path>
constexpr Setting bytes(std::uint64_t min, std::uint64_t max, Setting row) {
  row.value = "SIZE";
  row.min = min;
  row.max = max;
  row.set = [](const Setting& self, Settings& settings, Values values) -> std::string {
    const auto parsed = parse_bytes(values.back());
    if (!parsed) return not_a(values.back(), "a size such as 64KiB or 65536");
    if (*parsed < self.min || *parsed > self.max)
      return outside(values.back(), show_bytes(self.min), show_bytes(self.max));
    at<Path...>(settings) = static_cast<MemberAt<Path...>>(*parsed);
    return {};
  };
  row.show = [](const Setting&, const Settings& settings) -> Shown { return {show_bytes(at<Path...>(settings))}; };
  return row;
}

template <auto... Path>
constexpr Setting count(std::uint64_t min, std::uint64_t max, Setting row) {
  row.value = "N";
  row.min = min;
  row.max = max;
  row.quoted = false;
  row.set = [](const Setting& self, Settings& settings, Values values) -> std::string {
    const auto parsed = parse_unsigned(values.back());
    if (!parsed) return not_a(values.back(), "a whole number");
    if (*parsed < self.min || *parsed > self.max) {
      return outside(values.back(), std::to_string(self.min), std::to_string(self.max));
    }
    at<Path...>(settings) = static_cast<MemberAt<Path...>>(*parsed);
    return {};
  };
  row.show = [](const Setting&, const Settings& settings) -> Shown { return {std::to_string(at<Path...>(settings))}; };
  return row;
}

// `min` and `max` in milliseconds.
template <auto... Path>
constexpr Setting duration(std::uint64_t min, std::uint64_t max, Setting row) {
  row.value = "TIME";
  row.min = min;
  row.max = max;
  row.set = [](const Setting& self, Settings& settings, Values values) -> std::string {
    const auto parsed = parse_duration(values.back());
    if (!parsed) return not_a(values.back(), "a time such as 10s, 500ms or 2m");
    const auto ms = static_cast<std::uint64_t>(parsed->count());
    if (ms < self.min || ms > self.max) {
      const auto text = [](std::uint64_t n) {
        return show_duration(std::chrono::milliseconds{static_cast<std::int64_t>(n)});
      };
      return outside(values.back(), text(self.min), text(self.max));
    }
    at<Path...>(settings) = *parsed;
    return {};
  };
  row.show = [](const Setting&, const Settings& settings) -> Shown { return {show_duration(at<Path...>(settings))}; };
  return row;
}

// Where a text or a list of texts is kept.
template <auto... Path>
struct In {
  static constexpr auto& of(auto& settings) { return at<Path...>(settings); }
};

// An enum whose values are counted from 0, in the order of `names`.
template <auto... Path>
constexpr Setting choice(std::span<const std::string_view> names, Setting row) {
  row.names = names;
  row.set = [](const Setting& self, Settings& settings, Values values) -> std::string {
    const auto found = std::find(self.names.begin(), self.names.end(), values.back());
    if (found == self.names.end()) return not_a(values.back(), fmt::format("one of {}", fmt::join(self.names, ", ")));
    at<Path...>(settings) = static_cast<MemberAt<Path...>>(found - self.names.begin());
    return {};
  };
  row.show = [](const Setting& self, const Settings& settings) -> Shown {
    return {std::string(self.names[static_cast<std::size_t>(at<Path...>(settings))])};
  };
  return row;
}

// The same, where nothing said is a value of its own: the shape's.
template <auto... Path>
constexpr Setting choice_of_shape(std::span<const std::string_view> names, Setting row) {
  row.names = names;
  row.set = [](const Setting& self, Settings& settings, Values values) -> std::string {
    const auto found = std::find(self.names.begin(), self.names.end(), values.back());
    if (found == self.names.end()) return not_a(values.back(), fmt::format("one of {}", fmt::join(self.names, ", ")));
    using Value = typename MemberAt<Path...>::value_type;
    at<Path...>(settings) = static_cast<Value>(found - self.names.begin());
    return {};
  };
  row.show = [](const Setting& self, const Settings& settings) -> Shown {
    const auto& value = at<Path...>(settings);
    if (!value) return {};
    return {std::string(self.names[static_cast<std::size_t>(*value)])};
  };
  return row;
}

constexpr std::string any_of_them(std::span<const std::string>) {
  return {};
}

// A text, or a list of texts: each passes a check of setting_checks.hpp, and all of them together another one.
template <class Where, auto Check, auto CheckAll = any_of_them>
constexpr Setting text(std::string_view value, Setting row) {
  using Kept = std::remove_cvref_t<decltype(Where::of(std::declval<Settings&>()))>;
  row.value = value;
  row.set = [](const Setting& self, Settings& settings, Values values) -> std::string {
    std::string all_wrong;
    for (const std::string& one : values) {
      if (const std::string wrong = Check(one); !wrong.empty()) all_wrong += (all_wrong.empty() ? "" : "\n") + wrong;
    }
    if (!all_wrong.empty()) return all_wrong;
    if (self.max != 0 && values.size() > self.max)
      return fmt::format("{} values, at most {} are possible", values.size(), self.max);
    if (std::string wrong = CheckAll(values); !wrong.empty()) return wrong;
    if constexpr (std::is_same_v<Kept, std::string>) {
      Where::of(settings) = values.back();
    } else {
      Where::of(settings).assign(values.begin(), values.end());
    }
    return {};
  };
  row.show = [](const Setting&, const Settings& settings) -> Shown {
    if constexpr (std::is_same_v<Kept, std::string>) {
      return {Where::of(settings)};
    } else {
      return Where::of(settings);
    }
  };
  return row;
}

template <class Where, auto Check, auto CheckAll = any_of_them>
constexpr Setting texts(std::string_view value, std::uint64_t max, Setting row) {
  row.list = true;
  row.max = max;
  return text<Where, Check, CheckAll>(value, row);
}

// Values that may hold a comma: in one text they stand on lines of their own.
constexpr Setting on_lines(Setting row) {
  row.separator = '\n';
  return row;
}

template <auto Member>
constexpr Setting octal(Setting row) {
  row.value = "MODE";
  row.set = [](const Setting&, Settings& settings, Values values) -> std::string {
    const auto parsed = parse_mode(values.back());
    if (!parsed) return not_a(values.back(), "a file mode such as 0660");
    settings.*Member = *parsed;
    return {};
  };
  row.show = [](const Setting&, const Settings& settings) -> Shown {
    return {fmt::format("{:04o}", settings.*Member)};
  };
  return row;
}

template <auto Member>
constexpr Setting share(Setting row) {
  row.value = "SHARE";
  row.quoted = false;
  row.set = [](const Setting&, Settings& settings, Values values) -> std::string {
    const auto parsed = parse_share(values.back());
    if (!parsed) return not_a(values.back(), "a number from 0 to 1");
    settings.*Member = *parsed;
    return {};
  };
  row.show = [](const Setting&, const Settings& settings) -> Shown { return {show_share(settings.*Member)}; };
  return row;
}

constexpr Setting of_answers(Setting row) {
  row.of_answers = true;
  return row;
}

template <auto Reload>
constexpr Setting reloadable(Setting row) {
  row.reload = Reload;
  return row;
}

// All that is said of endpoints can be read again: they have been swapped, whole, when this is called.
inline void swapped_with_the_endpoints(const Settings&, Log&) {}

constexpr Setting of_endpoint(Setting row) {
  row.of_endpoint = true;
  row.of_answers = true;
  return reloadable<swapped_with_the_endpoints>(row);
}

}  // namespace planish::app::kinds

// Exposition: writes Prometheus text, version 0.0.4, line by line into a span.
#pragma once

#include <bytes/appender.hpp>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace planish::telemetry {

inline constexpr std::size_t kLabelBytesMax = 255;  // of a label's value, unescaped; a longer one is cut

// Appends. Where a line does not fit, it and all that follow are left out: a scrape is cut at a line's end.
class Exposition {
 public:
  explicit Exposition(std::span<char> out) noexcept : out_(out) {}

  // The two lines in front of a metric's samples.
  void metric(std::string_view name, std::string_view type, std::string_view help) noexcept {
    name_ = name;
    text("# HELP "), text(name), text(" "), text(help), end_line();
    text("# TYPE "), text(name), text(" "), text(type), end_line();
  }

  // A sample is sample(suffix), any number of label(), value() or seconds().
  Exposition& sample(std::string_view suffix = {}) noexcept {
    text(name_), text(suffix);
    labels_ = 0;
    return *this;
  }
  Exposition& label(std::string_view name, std::string_view value) noexcept {
    text(labels_++ == 0 ? "{" : ","), text(name), text("=\"");
    for (const char c : value.substr(0, kLabelBytesMax)) escaped(c);
    text("\"");
    return *this;
  }
  void value(std::uint64_t value) noexcept { begin_value(), number(value), end_line(); }

  // `ns` nanoseconds as seconds with `decimals` (9 or 3).
  void seconds(std::uint64_t ns, int decimals = 9) noexcept {
    begin_value(), number(ns / 1'000'000'000), text(".");
    char digits[9];
    std::uint64_t rest = ns % 1'000'000'000;
    for (int i = 8; i >= 0; --i, rest /= 10) digits[i] = static_cast<char>('0' + rest % 10);
    text({digits, static_cast<std::size_t>(decimals)}), end_line();
  }

  [[nodiscard]] std::size_t bytes() const noexcept { return lines_end_; }

 private:
  void begin_value() noexcept { text(labels_ > 0 ? "} " : " "); }
  void end_line() noexcept {
    text("\n");
    if (!out_.cut()) lines_end_ = out_.size();
    labels_ = 0;
  }
  void escaped(char c) noexcept {
    if (c == '\\') return text("\\\\");
    if (c == '"') return text("\\\"");
    if (c == '\n') return text("\\n");
    text({&c, 1});
  }
  void number(std::uint64_t value) noexcept { out_.number(value); }
  void text(std::string_view piece) noexcept { out_.text(piece); }

  bytes::Appender out_;
  std::string_view name_;
  std::size_t lines_end_ = 0;
  unsigned labels_ = 0;
};

}  // namespace planish::telemetry

// Lines of the log. Everything outside printable ASCII is escaped in both formats.
#include <app/log_line.hpp>
#include <bytes/utf8.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

namespace planish::app {
namespace {

constexpr char32_t kReplacement = 0xFFFD;

char32_t next(std::string_view& text) {
  return bytes::take_code_point(text).value_or(kReplacement);
}

constexpr bool is_plain(char c) {
  return c >= ' ' && c < 0x7F && c != '"' && c != '\\';
}

// A code point that is not plain.
void append_escaped(std::string& out, char32_t point) {
  const auto unit = [&out](char32_t u) {
    fmt::format_to(std::back_inserter(out), "\\u{:04x}", static_cast<unsigned>(u));
  };
  switch (point) {
    case '"':
      out += "\\\"";
      return;
    case '\\':
      out += "\\\\";
      return;
    case '\n':
      out += "\\n";
      return;
    case '\r':
      out += "\\r";
      return;
    case '\t':
      out += "\\t";
      return;
    default:
      break;
  }
  if (point < 0x10000) {
    unit(point);
  } else {
    unit(0xD800 + ((point - 0x10000) >> 10));
    unit(0xDC00 + ((point - 0x10000) & 0x3FF));
  }
}

void append_escaped(std::string& out, std::string_view text) {
  while (!text.empty()) {
    const auto plain = static_cast<std::size_t>(std::find_if_not(text.begin(), text.end(), is_plain) - text.begin());
    out += text.substr(0, plain);
    text.remove_prefix(plain);
    if (!text.empty()) append_escaped(out, next(text));
  }
}

void append_value(std::string& out, const Field& field, bool quote_always) {
  if (const auto* number = std::get_if<std::int64_t>(&field.value)) {
    fmt::format_to(std::back_inserter(out), "{}", *number);
  } else if (const auto* fraction = std::get_if<double>(&field.value)) {
    fmt::format_to(std::back_inserter(out), "{:.6f}", *fraction);
  } else {
    const std::string_view text = std::get<std::string_view>(field.value);
    const bool plain = !text.empty() && std::all_of(text.begin(), text.end(),
                                                    [](char c) { return is_plain(c) && c != ' ' && c != '='; });
    if (plain && !quote_always) {
      out += text;
    } else {
      append_json_string(out, text);
    }
  }
}

}  // namespace

void append_json_string(std::string& out, std::string_view text) {
  out += '"';
  append_escaped(out, text);
  out += '"';
}

void append_time(std::string& out, std::chrono::system_clock::time_point time) {
  namespace ch = std::chrono;
  const auto day = ch::floor<ch::days>(time);
  const ch::year_month_day date{day};
  const ch::hh_mm_ss clock{ch::floor<ch::milliseconds>(time - day)};
  fmt::format_to(std::back_inserter(out), "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z", static_cast<int>(date.year()),
                 static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()), clock.hours().count(),
                 clock.minutes().count(), clock.seconds().count(), clock.subseconds().count());
}

void append_log_line(std::string& out, LogFormat format, std::chrono::system_clock::time_point time, LogLevel level,
                     std::string_view message, Fields fields) {
  if (format == LogFormat::json) {
    out += "{\"time\":\"";
    append_time(out, time);
    out += "\",\"level\":\"";
    out += kLogLevelNames[static_cast<std::size_t>(level)];
    out += "\",\"message\":";
    append_json_string(out, message);
    for (const Field& field : fields) {
      out += ',';
      append_json_string(out, field.name);
      out += ':';
      append_value(out, field, true);
    }
    out += '}';
    return;
  }
  append_time(out, time);
  fmt::format_to(std::back_inserter(out), " {:<5} ", kLogLevelNames[static_cast<std::size_t>(level)]);
  append_escaped(out, message);
  for (const Field& field : fields) {
    out += ' ';
    out += field.name;
    out += '=';
    append_value(out, field, false);
  }
}

std::string log_line(LogFormat format, std::chrono::system_clock::time_point time, LogLevel level,
                     std::string_view message, Fields fields) {
  std::string out;
  out.reserve(256);
  append_log_line(out, format, time, level, message, fields);
  return out;
}

}  // namespace planish::app

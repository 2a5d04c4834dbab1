// RFC 3986, 5.2.2 to 5.2.4 and 5.3.
#include <core/contract/uri_reference.hpp>

#include <core/contract/characters.hpp>

namespace planish::core::contract {
namespace {

// What is there is kept with its mark: "http:", "//host", "/path", "?query".
struct Parts {
  std::string_view scheme, authority, path, query;

  explicit Parts(std::string_view text) noexcept {
    text = text.substr(0, text.find('#'));
    const std::size_t mark = text.find_first_of(":/?");
    if (mark != std::string_view::npos && mark > 0 && text[mark] == ':') take(text, mark + 1, scheme);
    if (text.substr(0, 2) == "//") take(text, std::min(text.find_first_of("/?", 2), text.size()), authority);
    take(text, std::min(text.find('?'), text.size()), path);
    query = text;
  }
  static void take(std::string_view& text, std::size_t size, std::string_view& part) noexcept {
    part = text.substr(0, size);
    text.remove_prefix(size);
  }
};

std::string without_dots(std::string_view path) {
  std::string out;
  while (!path.empty()) {
    const std::size_t slash = path.find('/', 1);
    const std::string_view step = path.substr(0, slash);  // with the slash in front of it
    path = slash == std::string_view::npos ? std::string_view() : path.substr(slash);
    if (step == "/." || step == "/..") {
      if (step == "/..") out.resize(out.rfind('/') == std::string::npos ? 0 : out.rfind('/'));
      if (path.empty()) out += '/';
    } else {
      out += step;
    }
  }
  return out;
}

std::string merged(const Parts& base, std::string_view path) {
  const bool is_root = !base.authority.empty() && base.path.empty();
  std::string whole(is_root ? "/" : base.path.substr(0, base.path.rfind('/') + 1));
  whole += path;
  return whole;
}

}  // namespace

std::string resolve_reference(std::string_view base_text, std::string_view reference) {
  const Parts base(base_text), to(reference);
  const auto join = [](std::string_view scheme, std::string_view authority, std::string_view path,
                       std::string_view query) {
    std::string uri(scheme);
    uri += authority;
    uri += path;
    uri += query;
    return uri;
  };
  const auto clean = [](const std::string& path) { return path.substr(0, 1) == "/" ? without_dots(path) : path; };
  if (!to.scheme.empty()) return join(to.scheme, to.authority, clean(std::string(to.path)), to.query);
  if (!to.authority.empty()) return join(base.scheme, to.authority, clean(std::string(to.path)), to.query);
  if (to.path.empty()) return join(base.scheme, base.authority, base.path, to.query.empty() ? base.query : to.query);
  const std::string path = to.path[0] == '/' ? std::string(to.path) : merged(base, to.path);
  return join(base.scheme, base.authority, clean(path), to.query);
}

std::string_view fragment_of(std::string_view reference) noexcept {
  const std::size_t mark = reference.find('#');
  return mark == std::string_view::npos ? std::string_view() : reference.substr(mark + 1);
}

bool decode_percent(std::string_view text, std::string& out) {
  out.clear();
  const auto digit = [](char c) { return is_digit(c) ? c - '0' : (c | 0x20) - 'a' + 10; };
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      out += text[i];
      continue;
    }
    if (text.size() - i < 3 || !is_hex_digit(text[i + 1]) || !is_hex_digit(text[i + 2])) return false;
    out += static_cast<char>(digit(text[i + 1]) * 16 + digit(text[i + 2]));
    i += 2;
  }
  return true;
}

std::string encode_fragment(std::string_view text) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    if (is_unreserved(c) || is_sub_delimiter(c) || is_one_of(c, ":@/?")) {
      out += c;
    } else {
      const auto byte = static_cast<unsigned char>(c);
      out += '%';
      out += kDigits[byte >> 4];
      out += kDigits[byte & 15];
    }
  }
  return out;
}

}  // namespace planish::core::contract

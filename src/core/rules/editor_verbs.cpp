// What each verb puts in a value's place.
#include <core/contract/text.hpp>
#include <core/rules/editor.hpp>
#include <core/tokens.hpp>

#include <algorithm>

namespace planish::core::rules {

// remove is done where the commas are known.
void Editor::change(const Edit& edit, Index at, Index behind) noexcept {
  const std::uint32_t end = value_end(behind);
  replace(*at, end, true);
  switch (edit.verb) {
    case Verb::remove:
      break;
    case Verb::mask:
      mask(at);
      break;
    case Verb::hash:
      hash(at, end);
      break;
    case Verb::truncate_ip:
      truncate(at);
      break;
    case Verb::set:
      put(edit.value);
      break;
  }
  finish_replacement();
}

void Editor::mask(Index at) noexcept {
  if (base_[*at] != '"') return put("null");
  constexpr std::string_view kStars = "********************************";
  put("\"");
  std::size_t left = contract::count_code_points(string_content(base_ + *at, base_ + at[1]));
  for (; left > kStars.size(); left -= kStars.size()) put(kStars);
  put(kStars.substr(0, left));
  put("\"");
}

// Of a string's text, or of the canonical form of another value; of one that has none, of what stands there.
void Editor::hash(Index at, std::uint32_t end) noexcept {
  std::string_view message{base_ + *at, end - *at};
  if (*message.data() == '"') {
    message = scratch_.plain(string_content(base_ + *at, base_ + at[1]));
  } else {
    canonical::Source source({base_, end}, canonical::Source::From{*at});
    const std::string_view form = scratch_.canonical_form(source, at);
    if (!form.empty()) message = form;
  }
  std::array<std::uint8_t, kSha256Bytes> digest;
  rules_.hmac().of(message, digest);
  char text[kHashDigits + 2];
  text[0] = text[kHashDigits + 1] = '"';
  write_digest(digest, text + 1);
  put({text, sizeof text});
}

void Editor::truncate(Index at) noexcept {
  char text[kAddressBytesMax];
  const std::size_t size =
      base_[*at] == '"' ? write_truncated_address(scratch_.plain(string_content(base_ + *at, base_ + at[1])), text) : 0;
  if (size == 0) return put("null");
  put("\"");
  put({text, size});
  put("\"");
}

}  // namespace planish::core::rules

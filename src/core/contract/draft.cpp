// Values are read from valid JSON, byte by byte: nobody waits for a draft.
#include <core/contract/draft.hpp>

#include <core/contract/decimal.hpp>
#include <core/contract/text.hpp>
#include <core/json_string.hpp>
#include <core/tokens.hpp>

#include <algorithm>
#include <utility>

namespace planish::core::contract {
namespace {

const char* skip_space(const char* at) noexcept {
  while (is_space(*at)) ++at;
  return at;
}

// After the string that opens at `at`.
const char* skip_string(const char* at) noexcept {
  for (++at; *at != '"'; ++at) {
    if (*at == '\\') ++at;
  }
  return at + 1;
}

// After the container that opens at `at`.
const char* skip_container(const char* at) noexcept {
  std::size_t depth = 0;
  do {
    if (*at == '"') {
      at = skip_string(at);
      continue;
    }
    if (*at == '{' || *at == '[') ++depth;
    if (*at == '}' || *at == ']') --depth;
    ++at;
  } while (depth != 0);
  return at;
}

// Without escapes, in `memory`, and with bytes after it that may be read.
std::string_view text_of(const char* open, const char* end, std::string& memory) {
  const std::string_view content(open + 1, static_cast<std::size_t>(end - open) - 2);
  memory.resize(content.size() + kTextSlack);
  return {memory.data(), unescape(content, memory.data())};
}

// "urn:x" and "12:30" are URIs too, but seldom meant to be.
bool looks_like(std::string_view text, Format format) noexcept {
  return is_of_format(text, format) && (format != Format::uri || text.find("://") != std::string_view::npos);
}

}  // namespace

const char* Draft::add(const char* at, unsigned level) {
  at = skip_space(at);
  switch (*at) {
    case '{':
      return add_object(at, level);
    case '[':
      return add_array(at, level);
    case '"':
      return add_string(at);
    case 't':
    case 'f':
      types_.boolean = true;
      return scan_literal(at);
    case 'n':
      types_.null = true;
      return at + 4;
    default:
      return add_number(at);
  }
}

const char* Draft::add_object(const char* at, unsigned level) {
  types_.object = true;
  ++objects_;
  if (level == kDraftLevelsMax) return skip_container(at);
  at = skip_space(at + 1);
  std::string memory;
  while (*at != '}') {
    const char* const end = skip_string(at);
    Member* const known = member(text_of(at, end, memory));
    if (known != nullptr && known->last != objects_) {
      ++known->objects;
      known->last = objects_;
    }
    at = skip_space((known == nullptr ? *others_ : known->draft).add(skip_space(end) + 1, level + 1));
    if (*at == ',') at = skip_space(at + 1);
  }
  return at + 1;
}

const char* Draft::add_array(const char* at, unsigned level) {
  types_.array = true;
  if (level == kDraftLevelsMax) return skip_container(at);
  at = skip_space(at + 1);
  while (*at != ']') {
    if (elements_ == nullptr) elements_ = std::make_unique<Draft>();
    at = skip_space(elements_->add(at, level + 1));
    if (*at == ',') at = skip_space(at + 1);
  }
  return at + 1;
}

const char* Draft::add_string(const char* at) {
  types_.string = true;
  ++strings_;
  const char* const end = skip_string(at);
  std::string memory;
  const std::string_view text = text_of(at, end, memory);
  for (std::size_t i = 0; i < kDraftFormats.size(); ++i) {
    if ((formats_ & 1U << i) != 0 && !looks_like(text, kDraftFormats[i])) formats_ &= ~(1U << i);
  }
  add_word(text);
  return end;
}

const char* Draft::add_number(const char* at) {
  const char* const end = scan_number(at).end;
  const bool is_integer = Decimal({at, static_cast<std::size_t>(end - at)}).is_integer();
  (is_integer ? types_.integer : types_.number) = true;
  return end;
}

void Draft::add_word(std::string_view word) {
  if (has_many_words_ || std::find(words_.begin(), words_.end(), word) != words_.end()) return;
  has_many_words_ = words_.size() == kDraftWordsMax || word.size() > kDraftWordBytesMax;
  if (has_many_words_) return words_.clear();
  words_.emplace_back(word);
}

// Null where there is a table.
Draft::Member* Draft::member(std::string_view name) {
  if (others_ != nullptr) return nullptr;
  const auto found =
      std::find_if(members_.begin(), members_.end(), [name](const Member& known) { return known.name == name; });
  if (found != members_.end()) return &*found;
  if (members_.size() == kDraftNamesMax) {
    become_table();
    return nullptr;
  }
  return &members_.emplace_back(Member{std::string(name)});
}

void Draft::become_table() {
  if (others_ != nullptr) return;
  others_ = std::make_unique<Draft>();
  for (Member& one : members_) others_->merge(std::move(one.draft));
  members_.clear();
}

// At most kDraftLevelsMax deep.
void Draft::merge(Draft&& other) {
  types_.object |= other.types_.object;
  types_.array |= other.types_.array;
  types_.string |= other.types_.string;
  types_.number |= other.types_.number;
  types_.integer |= other.types_.integer;
  types_.boolean |= other.types_.boolean;
  types_.null |= other.types_.null;
  merge_strings(other);
  if (other.elements_ != nullptr) {
    if (elements_ == nullptr) elements_ = std::make_unique<Draft>();
    elements_->merge(std::move(*other.elements_));
  }
  objects_ += other.objects_;  // the last object of no name is one of those to come
  if (other.others_ != nullptr) {
    become_table();
    others_->merge(std::move(*other.others_));
  }
  for (Member& one : other.members_) {
    Member* const known = member(one.name);
    if (known != nullptr) known->objects += one.objects;
    (known == nullptr ? *others_ : known->draft).merge(std::move(one.draft));
  }
}

void Draft::merge_strings(const Draft& other) {
  strings_ += other.strings_;
  formats_ &= other.formats_;
  for (const std::string& word : other.words_) add_word(word);
  if (other.has_many_words_) {
    has_many_words_ = true;
    words_.clear();
  }
}

}  // namespace planish::core::contract

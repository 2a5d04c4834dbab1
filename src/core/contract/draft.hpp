// Draft: what all the values at one place of payloads have in common.
#pragma once

#include <core/contract/format.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace planish::core::contract {

// Objects within objects that are looked into; an object takes two levels of a schema, of which there are
// kSchemaLevelsMax, and its `required` or `enum` one more.
inline constexpr unsigned kDraftLevelsMax = 30;
// An object with more names than this is taken for a table: what they stand for is told together. A draft is to be
// read, and names are compared one by one.
inline constexpr std::size_t kDraftNamesMax = 64;
// Strings with more values than this, or with a longer one, are no enumeration; nor are those whose values came up less
// often than kDraftTimesMin each.
inline constexpr std::size_t kDraftWordsMax = 8;
inline constexpr std::size_t kDraftWordBytesMax = 64;
inline constexpr std::size_t kDraftTimesMin = 3;

// Those that say something: any word is a hostname, and any path a JSON pointer. The first one that fits is told.
inline constexpr std::array<Format, 8> kDraftFormats{Format::date_time, Format::date,  Format::time, Format::uuid,
                                                     Format::ipv4,      Format::email, Format::ipv6, Format::uri};

struct DraftTypes {
  bool object = false, array = false, string = false, number = false, integer = false, boolean = false, null = false;
};

class Draft {
 public:
  struct Member;

  // Reads the value that begins at `at`, and returns its end.
  const char* add(const char* at, unsigned level);

 private:
  friend class DraftWriter;

  const char* add_object(const char* at, unsigned level);
  const char* add_array(const char* at, unsigned level);
  const char* add_string(const char* at);
  const char* add_number(const char* at);
  [[nodiscard]] Member* member(std::string_view name);
  void become_table();
  void merge(Draft&& other);
  void merge_strings(const Draft& other);
  void add_word(std::string_view word);

  DraftTypes types_;
  std::size_t strings_ = 0;
  unsigned formats_ = ~0U;  // a bit for each of kDraftFormats: all strings were of that one
  std::vector<std::string> words_;
  bool has_many_words_ = false;
  std::size_t objects_ = 0;
  std::vector<Member> members_;
  std::unique_ptr<Draft> others_;  // of a table: what its names stand for
  std::unique_ptr<Draft> elements_;
};

struct Draft::Member {
  std::string name;
  Draft draft{};
  std::size_t objects = 0;  // that had it
  std::size_t last = 0;     // of them; a name may stand twice in one
};

// The schema: what is simple in one line, what has parts in a line each, with a line end after it.
[[nodiscard]] std::string text_of_draft(const Draft&);

}  // namespace planish::core::contract

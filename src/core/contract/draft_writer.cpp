// The text of a draft.
#include <core/contract/draft.hpp>

#include <core/escape.hpp>

#include <algorithm>
#include <span>
#include <utility>

namespace planish::core::contract {
namespace {

std::string quoted(std::string_view plain) {
  std::string out = "\"";
  for (const char c : plain) {
    char escaped[kEscapeBytesMax];
    out.append(escaped, write_escaped(c, escaped));
  }
  return out += '"';
}

std::string joined(std::span<const std::string> parts, std::string_view separator) {
  std::string out;
  for (const std::string& part : parts) out.append(out.empty() ? "" : separator).append(part);
  return out;
}

std::string listed(std::span<const std::string> parts) {
  return '[' + joined(parts, ", ") + ']';
}

// A part a line.
std::string stacked(std::span<const std::string> parts, std::size_t indent) {
  const std::string line = '\n' + std::string(indent, ' ');
  return '{' + line + "  " + joined(parts, ',' + line + "  ") + line + '}';
}

}  // namespace

class DraftWriter {
 public:
  static std::string schema(const Draft& draft, std::size_t indent, std::string_view dialect = {}) {
    std::vector<std::string> parts;
    if (!dialect.empty()) parts.push_back("\"$schema\": " + quoted(dialect));
    add_types(draft, parts);
    add_strings(draft, parts);
    add_required(draft, parts);
    if (!draft.members_.empty()) parts.push_back("\"properties\": " + properties(draft, indent + 2));
    if (draft.others_ != nullptr) {
      parts.push_back("\"additionalProperties\": " + schema(*draft.others_, indent + 2));
    }
    if (draft.elements_ != nullptr) parts.push_back("\"items\": " + schema(*draft.elements_, indent + 2));
    return dialect.empty() && !has_members(&draft) ? '{' + joined(parts, ", ") + '}' : stacked(parts, indent);
  }

 private:
  static bool has_members(const Draft* draft) noexcept {
    return draft != nullptr &&
           (!draft->members_.empty() || has_members(draft->others_.get()) || has_members(draft->elements_.get()));
  }

  static void add_types(const Draft& draft, std::vector<std::string>& parts) {
    const DraftTypes& seen = draft.types_;
    const std::array<std::pair<bool, std::string_view>, 7> all{{{seen.object, "object"},
                                                                {seen.array, "array"},
                                                                {seen.string, "string"},
                                                                {seen.number, "number"},
                                                                {seen.integer && !seen.number, "integer"},
                                                                {seen.boolean, "boolean"},
                                                                {seen.null, "null"}}};
    std::vector<std::string> types;
    for (const auto& [is_there, name] : all) {
      if (is_there) types.push_back(quoted(name));
    }
    if (!types.empty()) parts.push_back("\"type\": " + (types.size() == 1 ? types.front() : listed(types)));
  }

  static bool is_enumeration(const Draft& draft) noexcept {
    const DraftTypes& seen = draft.types_;
    const bool others = seen.object || seen.array || seen.number || seen.integer || seen.boolean;
    return !others && !draft.has_many_words_ && draft.strings_ >= kDraftTimesMin * draft.words_.size();
  }

  static void add_strings(const Draft& draft, std::vector<std::string>& parts) {
    if (!draft.types_.string) return;
    for (std::size_t i = 0; i < kDraftFormats.size(); ++i) {
      if ((draft.formats_ & 1U << i) == 0) continue;
      parts.push_back("\"format\": " + quoted(format_name(kDraftFormats[i]).name));
      return;
    }
    if (!is_enumeration(draft)) return;
    std::vector<std::string> words;
    for (const std::string& word : draft.words_) words.push_back(quoted(word));
    if (draft.types_.null) words.emplace_back("null");
    parts.push_back("\"enum\": " + listed(words));
  }

  static void add_required(const Draft& draft, std::vector<std::string>& parts) {
    std::vector<std::string> names;
    for (const Draft::Member& member : draft.members_) {
      if (member.objects == draft.objects_) names.push_back(quoted(member.name));
    }
    if (!names.empty()) parts.push_back("\"required\": " + listed(names));
  }

  static std::string properties(const Draft& draft, std::size_t indent) {
    std::vector<std::string> parts;
    for (const Draft::Member& member : draft.members_) {
      parts.push_back(quoted(member.name) + ": " + schema(member.draft, indent + 2));
    }
    return stacked(parts, indent);
  }
};

std::string text_of_draft(const Draft& draft) {
  return DraftWriter::schema(draft, 0, "https://json-schema.org/draft/2020-12/schema") + '\n';
}

}  // namespace planish::core::contract

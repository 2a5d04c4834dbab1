// The names of general categories, long and short, and of scripts.
#include <core/contract/unicode_property.hpp>

#include <array>

namespace planish::core::contract {
namespace {

struct Category {
  std::string_view name;
  std::string_view group;
};
constexpr auto kCategories = std::to_array<Category>({
    {"Letter", "L"},
    {"Lowercase_Letter", "Ll"},
    {"Modifier_Letter", "Lm"},
    {"Other_Letter", "Lo"},
    {"Titlecase_Letter", "Lt"},
    {"Uppercase_Letter", "Lu"},
    {"Mark", "M"},
    {"Combining_Mark", "M"},
    {"Spacing_Mark", "Mc"},
    {"Enclosing_Mark", "Me"},
    {"Nonspacing_Mark", "Mn"},
    {"Number", "N"},
    {"Decimal_Number", "Nd"},
    {"digit", "Nd"},
    {"Letter_Number", "Nl"},
    {"Other_Number", "No"},
    {"Punctuation", "P"},
    {"punct", "P"},
    {"Connector_Punctuation", "Pc"},
    {"Dash_Punctuation", "Pd"},
    {"Close_Punctuation", "Pe"},
    {"Final_Punctuation", "Pf"},
    {"Initial_Punctuation", "Pi"},
    {"Other_Punctuation", "Po"},
    {"Open_Punctuation", "Ps"},
    {"Symbol", "S"},
    {"Currency_Symbol", "Sc"},
    {"Modifier_Symbol", "Sk"},
    {"Math_Symbol", "Sm"},
    {"Other_Symbol", "So"},
    {"Separator", "Z"},
    {"Line_Separator", "Zl"},
    {"Paragraph_Separator", "Zp"},
    {"Space_Separator", "Zs"},
    {"Control", "Cc"},
    {"cntrl", "Cc"},
    {"Format", "Cf"},
    {"Private_Use", "Co"},
});

// Scripts that people match by; RE2 knows them by the same names.
constexpr auto kScripts = std::to_array<std::string_view>(
    {"Arabic",   "Armenian", "Bengali", "Cyrillic",  "Devanagari", "Ethiopic", "Georgian",  "Greek",
     "Gujarati", "Gurmukhi", "Han",     "Hangul",    "Hebrew",     "Hiragana", "Kannada",   "Katakana",
     "Khmer",    "Lao",      "Latin",   "Malayalam", "Mongolian",  "Myanmar",  "Sinhala",   "Tamil",
     "Telugu",   "Thai",     "Tibetan", "Common",    "Bopomofo",   "Thaana",   "Inherited", "Cherokee"});

constexpr auto kBinary = std::to_array<UnicodeProperty>({
    {"Any", "\\x{0}-\\x{10ffff}"},
    {"ASCII", "\\x{0}-\\x{7f}"},
    {"ASCII_Hex_Digit", "0-9A-Fa-f"},
    {"AHex", "0-9A-Fa-f"},
});

std::string_view category(std::string_view name) noexcept {
  for (const Category& known : kCategories) {
    if (known.name == name || known.group == name) return known.group;
  }
  return {};
}

}  // namespace

UnicodeProperty unicode_property(std::string_view name) noexcept {
  const std::size_t equals = name.find('=');
  if (equals == std::string_view::npos) {
    for (const UnicodeProperty& known : kBinary) {
      if (known.group == name) return {{}, known.set};
    }
    return {category(name), {}};
  }
  const std::string_view key = name.substr(0, equals), value = name.substr(equals + 1);
  if (key == "gc" || key == "General_Category") return {category(value), {}};
  if (key == "sc" || key == "Script") {
    for (const std::string_view known : kScripts) {
      if (known == value) return {known, {}};
    }
  }
  return {};
}

}  // namespace planish::core::contract

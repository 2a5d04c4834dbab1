// Request id: a table of the bytes that a sane one is made of.
#include <http/request_id.hpp>

#include <algorithm>
#include <array>

namespace planish::http {
namespace {

constexpr std::array<bool, 256> kSane = [] {
  std::array<bool, 256> table{};
  for (unsigned char c = '0'; c <= '9'; ++c) table[c] = true;
  for (unsigned char c = 'a'; c <= 'z'; ++c) table[c] = true;
  for (unsigned char c = 'A'; c <= 'Z'; ++c) table[c] = true;
  for (const char c : std::string_view("._~+/=:-")) table[static_cast<unsigned char>(c)] = true;
  return table;
}();

}  // namespace

bool request_id_sane(std::string_view id) noexcept {
  return !id.empty() && id.size() <= kRequestIdBytesMax &&
         std::all_of(id.begin(), id.end(), [](char c) { return kSane[static_cast<unsigned char>(c)]; });
}

}  // namespace planish::http

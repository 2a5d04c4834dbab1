// JsonDocument: the text of a schema as a tree, for the compiler. Not for what clients send.
#pragma once

#include <core/contract/text_pool.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace planish::core::contract {

inline constexpr std::uint32_t kNone = 0xFFFF'FFFF;
inline constexpr unsigned kSchemaLevelsMax = 64;

using NodeId = std::uint32_t;

struct JsonNode {
  enum class Kind : std::uint8_t { null, boolean, number, string, array, object };
  Kind kind = Kind::null;
  bool truth = false;
  std::string_view text;  // of a string: without escapes; of a number: as it stands
  std::string_view name;  // of a member: without escapes
  NodeId parent = kNone;
  NodeId first = kNone;  // child
  NodeId next = kNone;   // sibling
  std::uint32_t size = 0;
};

class JsonDocument {
 public:
  // False: error() says why, at error_at() if that is a place in the tree. Texts are kept in `pool`.
  [[nodiscard]] bool parse(std::string_view text, TextPool& pool);

  static constexpr NodeId kRoot = 0;
  [[nodiscard]] const JsonNode& operator[](NodeId id) const noexcept { return nodes_[id]; }
  [[nodiscard]] std::size_t size() const noexcept { return nodes_.size(); }
  // But for the pool.
  [[nodiscard]] std::size_t memory_bytes() const noexcept { return nodes_.capacity() * sizeof(JsonNode); }
  // The child of this name or number, or kNone.
  [[nodiscard]] NodeId find(NodeId object, std::string_view name) const noexcept;
  [[nodiscard]] NodeId element(NodeId array, std::string_view number) const noexcept;
  // RFC 6901.
  [[nodiscard]] std::string pointer(NodeId) const;

  [[nodiscard]] const std::string& error() const noexcept { return error_; }
  [[nodiscard]] NodeId error_at() const noexcept { return error_at_; }

 private:
  bool value(const char*& at, NodeId id, unsigned depth);
  bool children(const char*& at, NodeId id, unsigned depth);
  bool check_names(NodeId object);
  std::string_view string(const char*& at);
  bool fail(NodeId at, std::string why);

  TextPool* pool_ = nullptr;
  std::vector<JsonNode> nodes_;
  std::string error_;
  NodeId error_at_ = kNone;
};

}  // namespace planish::core::contract

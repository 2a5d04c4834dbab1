// A tree of a JSON text that diagnose() has found valid, and of at most kSchemaLevelsMax levels.
#include <core/contract/json_document.hpp>

#include <core/diagnose.hpp>
#include <core/tokens.hpp>

#include <algorithm>
#include <charconv>
#include <cstring>

namespace planish::core::contract {
namespace {

void skip_space(const char*& at) {
  while (is_space(*at)) ++at;
}

}  // namespace

bool JsonDocument::fail(NodeId at, std::string why) {
  error_ = std::move(why);
  error_at_ = at;
  return false;
}

bool JsonDocument::parse(std::string_view text, TextPool& pool) {
  pool_ = &pool;
  nodes_.assign(1, {});
  const Diagnosis diagnosis = diagnose(text);
  if (diagnosis.kind == Diagnosis::Kind::not_json) {
    return fail(kNone, "is not JSON, at byte " + std::to_string(diagnosis.offset));
  }
  if (diagnosis.kind == Diagnosis::Kind::too_deep) {
    return fail(kNone, "is nested deeper than " + std::to_string(kSchemaLevelsMax) + " levels");
  }
  const std::string_view kept = pool.keep(text);  // numbers stay in it; a NUL stands after it
  const char* at = kept.data();
  return value(at, kRoot, 0);
}

// The content of the string that opens at `at`, which moves past it.
std::string_view JsonDocument::string(const char*& at) {
  const char* const begin = ++at;
  while (*at != '"') at += *at == '\\' ? 2 : 1;
  const std::string_view content(begin, static_cast<std::size_t>(at++ - begin));
  if (!has_backslash(content)) return content;
  char* const plain = pool_->allocate(content.size());
  return {plain, unescape(content, plain)};
}

bool JsonDocument::value(const char*& at, NodeId id, unsigned depth) {
  skip_space(at);
  JsonNode& node = nodes_[id];
  if (*at == '{' || *at == '[') {
    if (depth == kSchemaLevelsMax) {
      return fail(id, "is nested deeper than " + std::to_string(kSchemaLevelsMax) + " levels");
    }
    node.kind = *at == '{' ? JsonNode::Kind::object : JsonNode::Kind::array;
    return children(at, id, depth + 1);
  }
  if (*at == '"') {
    node.kind = JsonNode::Kind::string;
    node.text = string(at);
  } else if (*at >= 'a') {
    node.kind = *at == 'n' ? JsonNode::Kind::null : JsonNode::Kind::boolean;
    node.truth = *at == 't';
    at = scan_literal(at);
  } else {
    const char* const begin = at;
    at = scan_number(at).end;
    node.kind = JsonNode::Kind::number;
    node.text = {begin, static_cast<std::size_t>(at - begin)};
  }
  return true;
}

bool JsonDocument::children(const char*& at, NodeId id, unsigned depth) {
  const bool is_object = *at++ == '{';
  NodeId last = kNone;
  for (skip_space(at); *at != '}' && *at != ']'; skip_space(at)) {
    if (*at == ',') {
      ++at;
      skip_space(at);
    }
    const auto child = static_cast<NodeId>(nodes_.size());
    nodes_.emplace_back();
    nodes_[child].parent = id;
    if (is_object) {
      nodes_[child].name = string(at);
      skip_space(at);
      ++at;  // the colon
    }
    (last == kNone ? nodes_[id].first : nodes_[last].next) = child;
    ++nodes_[id].size;
    last = child;
    if (!value(at, child, depth)) return false;
  }
  ++at;
  return !is_object || check_names(id);
}

bool JsonDocument::check_names(NodeId object) {
  std::vector<NodeId> members;
  for (NodeId child = nodes_[object].first; child != kNone; child = nodes_[child].next) members.push_back(child);
  std::sort(members.begin(), members.end(), [&](NodeId a, NodeId b) { return nodes_[a].name < nodes_[b].name; });
  const auto doubled = std::adjacent_find(members.begin(), members.end(),
                                          [&](NodeId a, NodeId b) { return nodes_[a].name == nodes_[b].name; });
  return doubled == members.end() || fail(*doubled, "stands more than once");
}

NodeId JsonDocument::find(NodeId object, std::string_view name) const noexcept {
  if (nodes_[object].kind != JsonNode::Kind::object) return kNone;
  NodeId child = nodes_[object].first;
  while (child != kNone && nodes_[child].name != name) child = nodes_[child].next;
  return child;
}

NodeId JsonDocument::element(NodeId array, std::string_view number) const noexcept {
  if (nodes_[array].kind != JsonNode::Kind::array || (number.size() > 1 && number[0] == '0')) return kNone;
  std::uint32_t index = 0;
  const auto parsed = std::from_chars(number.data(), number.data() + number.size(), index);
  if (number.empty() || parsed.ec != std::errc() || parsed.ptr != number.data() + number.size()) return kNone;
  NodeId child = nodes_[array].first;
  for (; child != kNone && index > 0; --index) child = nodes_[child].next;
  return child;
}

std::string JsonDocument::pointer(NodeId id) const {
  std::vector<std::string> steps;
  for (; id != kNone && nodes_[id].parent != kNone; id = nodes_[id].parent) {
    const JsonNode& parent = nodes_[nodes_[id].parent];
    std::string step = "/";
    if (parent.kind == JsonNode::Kind::array) {
      std::size_t index = 0;
      for (NodeId child = parent.first; child != id; child = nodes_[child].next) ++index;
      step += std::to_string(index);
    } else {
      for (const char c : nodes_[id].name) {
        if (c == '~') {
          step += "~0";
        } else if (c == '/') {
          step += "~1";
        } else {
          step += c;
        }
      }
    }
    steps.push_back(std::move(step));
  }
  std::string pointer;
  for (auto step = steps.rbegin(); step != steps.rend(); ++step) pointer += *step;
  return pointer;
}

}  // namespace planish::core::contract

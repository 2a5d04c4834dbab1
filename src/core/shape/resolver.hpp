// Resolver: from the places where a shape's pointers were found to the parts of an event, each from the first of its
// sources that is there, and to the event's fault.
#pragma once

#include <core/event.hpp>
#include <core/found.hpp>
#include <core/pass.hpp>

#include <array>
#include <cstdint>
#include <string_view>

namespace planish::core {

class Resolver {
 public:
  explicit Resolver(Pass& pass) noexcept : pass_(pass), plan_(pass.plan) { pass_.around.begin(); }

  // An event begins: `place` is its own.
  void begin(const Place& place, std::uint32_t number) noexcept;
  // A place of the event, at this token and offset. False: it was there already, which is a fault.
  [[gnu::always_inline]] bool mark(Trie::Node node, std::uint32_t token, std::uint32_t offset) noexcept {
    if (pass_.inside.has(node)) [[unlikely]] {
      refuse_duplicate(node, offset);
      return false;
    }
    pass_.inside.set(node, token);
    return true;
  }
  void end(Trie::Node node, std::uint32_t end) noexcept { pass_.inside.end(node, end); }
  void poisoned(char mark) noexcept;
  void no_object(std::uint32_t at) noexcept;

  // The same of what is around the events.
  bool mark_around(Trie::Node node, std::uint32_t token) noexcept;
  void end_around(Trie::Node node, std::uint32_t end) noexcept { pass_.around.end(node, end); }
  [[nodiscard]] bool has_around(Trie::Node node) const noexcept { return pass_.around.has(node); }
  [[nodiscard]] Marks::Span around(Trie::Node node) const noexcept { return pass_.around.of(node); }
  // All that is around the events has been read; there is nothing.
  void complete() noexcept { complete_ = true; }
  void nothing_around() noexcept { nothing_around_ = true; }

  // Fills the parts of the event that begins at `next`. False: it needs what has not been read yet, and nothing was
  // done.
  [[nodiscard]] bool resolve(Index next) noexcept;
  [[nodiscard]] Event& event() noexcept { return event_; }

 private:
  enum class State : std::uint8_t { absent, found, pending };
  struct Value {
    State state = State::absent;
    bool was_empty = false;  // absent, but "" stood at `source`
    bool was_null = false;
    const PlannedSource* source = nullptr;
    std::string_view text{};  // JSON
    Marks::Span span{};       // of what stands in the body
  };

  // What was read at a place around the events: however long it is, and however many events have a part from there, it
  // is read once.
  struct Known {
    const char* at = nullptr;
    bool faulty = false;
    std::int64_t ms = 0;  // of a time
    Fault fault{};
  };

  [[gnu::cold]] void refuse_duplicate(Trie::Node node, std::uint32_t offset) noexcept;
  void find(Part part, Value& found) const noexcept;
  [[nodiscard]] bool find_at_once(Part part, const PlannedSource& source, Value& value) const noexcept;
  [[nodiscard]] Value find_any(Part part) const noexcept;
  [[nodiscard]] Value look(const PlannedSource& source) const noexcept;
  [[nodiscard]] Value spanned(const PlannedSource& source, Marks::Span span) const noexcept;
  [[nodiscard]] Place place(Trie::Node node) const noexcept;
  [[nodiscard]] Place place(Part part, const PlannedSource* source) const noexcept;
  [[nodiscard]] FaultRank rank(Part part, const Value& value) const noexcept;
  void refuse(Part part, const Value& value, Fault fault) noexcept;
  [[nodiscard]] bool is_refused(Part part, const Value& value) noexcept;
  void missing(Part part, const Value& value) noexcept;
  void type(const Value& value) noexcept;
  void time(const Value& value) noexcept;
  [[nodiscard]] std::string_view name(Part part, const Value& value) noexcept;
  void payload(const Value& value, Index next) noexcept;
  void canonical_payload(const Value& value, Index next) noexcept;
  [[nodiscard]] std::string_view canonical_around(Index first) noexcept;
  void attributes() noexcept;
  void attribute(Trie::Node node, std::string_view wanted) noexcept;

  Pass& pass_;
  const Plan& plan_;
  Place own_{};  // the event's
  bool complete_ = false;
  bool nothing_around_ = false;
  std::array<Known, kPartCount> known_;
  Index around_first_ = nullptr;  // of the payload from around the events whose form is known
  std::string_view around_form_{};
  Event event_;
};

}  // namespace planish::core

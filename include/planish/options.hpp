// Options: what one endpoint's transform is. Plain values; defaults are the contract's.
#pragma once

#include <planish/contracts.hpp>
#include <planish/names.hpp>
#include <planish/rules.hpp>
#include <planish/shape.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace planish {

enum class HashAlgorithm : std::uint8_t { xxh3_128, xxh3_64, sha256, prefix8 };
inline constexpr auto kHashNames = std::to_array<std::string_view>({"xxh3-128", "xxh3-64", "sha256", "prefix8"});
static_assert(are_names_up_to(HashAlgorithm::prefix8, kHashNames));

enum class Canonical : std::uint8_t { jcs, raw };
inline constexpr auto kCanonicalNames = std::to_array<std::string_view>({"jcs", "raw"});
static_assert(are_names_up_to(Canonical::raw, kCanonicalNames));

// The allow-list of event types: an immutable set, shared between threads and replaced as a whole on reload.
class EventTypes {
 public:
  explicit EventTypes(std::vector<std::string> names);
  [[nodiscard]] bool contains(std::string_view name) const noexcept;
  [[nodiscard]] std::size_t size() const noexcept { return names_.size(); }

 private:
  std::vector<std::string> names_;  // sorted, unique
};

// What can be told of an event; contract section 9.
enum class AnswerValue : std::uint8_t {
  event_type,
  normalized_timestamp,
  time,
  received_at,
  user_id,
  id,
  hash,
  key,
  payload,
  event,
  attributes,
  index,
  trace_id,
  request_id,
  path,
};
inline constexpr std::size_t kAnswerValueCount = 15;
// "event_type", …. Static storage.
[[nodiscard]] std::string_view name(AnswerValue) noexcept;

struct AnswerMember {
  std::string name;
  AnswerValue value;

  friend bool operator==(const AnswerMember&, const AnswerMember&) = default;
};
inline constexpr std::size_t kAnswerMembersMax = 32;
inline constexpr std::size_t kAnswerNameBytesMax = 256;

// "value" or "name=value". Null, and `problem` in words, where it is neither.
[[nodiscard]] std::optional<AnswerMember> parse_answer_member(std::string_view text, std::string& problem);
// What an answer's events have where nothing else is asked for.
[[nodiscard]] std::vector<AnswerMember> default_answer_members(Answer);

class BatchMaker;

struct Options {
  Shape shape = *ready_made_shape("planish");
  std::shared_ptr<const EventTypes> event_types{};  // null: every event type is allowed
  std::shared_ptr<const Contracts> contracts{};     // null: there are none
  UnknownContract unknown_contract = UnknownContract::accept;
  std::shared_ptr<const Rules> rules{};  // null: there are none
  TimestampUnit timestamp_unit = TimestampUnit::ms;
  Timestamps timestamps = Timestamps::strict;
  HashAlgorithm hash = HashAlgorithm::xxh3_128;
  Canonical canonical = Canonical::jcs;
  Answer answer = Answer::results;
  std::vector<AnswerMember> answer_members{};  // empty: the default of `answer`
  std::shared_ptr<const BatchMaker> batch{};   // null: events are judged one by one alone
  // The answer goes to somebody else: the client is to have that of Answer::none, which acknowledge() writes.
  bool acknowledges = false;
};

// All that is wrong with the options in words, the shape's problems among them, each after its key: "hash: …".
[[nodiscard]] std::vector<std::string> problems(const Options&);

// What holds for every transform of a process.
struct Limits {
  std::size_t body_bytes_max = std::size_t{1} << 20;  // at most kBodyBytesLimit
  std::uint32_t events_max = 10'000;
};

inline constexpr std::size_t kBodyBytesLimit = std::size_t{512} << 20;  // of Limits::body_bytes_max
inline constexpr std::size_t kEventTypeBytesMax = 256;                  // of UTF-8, after unescaping
inline constexpr std::size_t kIdBytesMax = 256;                         // the same of a user and an id
inline constexpr unsigned kDepthMax = 128;                              // the request object is level 1
inline constexpr std::size_t kFaultsListed = 100;                       // in any answer; the totals count all

}  // namespace planish

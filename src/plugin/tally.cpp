// Tally: see its header.
#include <plugin/tally.hpp>

#include <algorithm>
#include <mutex>
#include <utility>

namespace planish::plugin {
namespace {

// Taken where a thread gets or loses a plugin, and by a scrape.
struct Known {
  std::mutex mutex;
  std::vector<const Tally*> tallies;
  Counts gone;
  std::vector<std::string> names;
};

// Never destroyed: threads may end after everything else.
Known& known() {
  static auto* const all = new Known;
  return *all;
}

}  // namespace

void Counts::add(const Counts& other) noexcept {
  for (std::size_t i = 0; i < kActions; ++i) actions[i] += other.actions[i];
  for (std::size_t i = 0; i < kFailures; ++i) failures[i] += other.failures[i];
  for (std::size_t i = 0; i < requests.size(); ++i) requests[i] += other.requests[i];
  calls += other.calls;
  memory_bytes += other.memory_bytes;
  put_back_bytes += other.put_back_bytes;
  requests_ns += other.requests_ns;
}

Tally::Tally() {
  const std::lock_guard lock(known().mutex);
  known().tallies.push_back(this);
}

Tally::~Tally() {
  set_memory(0, 0);
  const std::lock_guard lock(known().mutex);
  known().gone.add(counts());
  std::erase(known().tallies, this);
}

Counts Tally::counts() const noexcept {
  Counts counts;
  for (std::size_t i = 0; i < kActions; ++i) counts.actions[i] = actions[i].value();
  for (std::size_t i = 0; i < kFailures; ++i) counts.failures[i] = failures[i].value();
  for (std::size_t i = 0; i < counts.requests.size(); ++i) counts.requests[i] = requests.bucket(i);
  counts.calls = calls.value();
  counts.memory_bytes = memory_bytes_.value();
  counts.put_back_bytes = put_back_bytes_.value();
  counts.requests_ns = requests.sum_ns();
  return counts;
}

Counts Tally::sum() {
  const std::lock_guard lock(known().mutex);
  Counts sum = known().gone;
  for (const Tally* tally : known().tallies) sum.add(tally->counts());
  return sum;
}

LoadedName::LoadedName(std::string sha256) : sha256_(std::move(sha256)) {
  const std::lock_guard lock(known().mutex);
  known().names.push_back(sha256_);
}

LoadedName::~LoadedName() {
  const std::lock_guard lock(known().mutex);
  known().names.erase(std::find(known().names.begin(), known().names.end(), sha256_));
}

std::vector<std::string> LoadedName::all() {
  std::vector<std::string> names;
  {
    const std::lock_guard lock(known().mutex);
    names = known().names;
  }
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return names;
}

}  // namespace planish::plugin

// Transforming: a Transformer between unreadable pages.
#include <support/transforming.hpp>

#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>

namespace planish::support {
namespace {

constexpr char kMark = '\x5A';

}  // namespace

void GuardedBytes::map(std::size_t size) {
  const auto page = static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
  if (pages_ != nullptr) munmap(pages_, pages_size_);
  pages_size_ = (size / page + 2) * page;
  void* const pages = mmap(nullptr, pages_size_, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (pages == MAP_FAILED) std::abort();
  pages_ = static_cast<char*>(pages);
  end_ = pages_ + pages_size_ - page;
  if (mprotect(end_, page, PROT_NONE) != 0) std::abort();
}

GuardedBytes::~GuardedBytes() {
  if (pages_ != nullptr) munmap(pages_, pages_size_);
}

std::span<char> GuardedBytes::take(std::size_t size) {
  if (static_cast<std::size_t>(end_ - pages_) < size + kFront) map(size + kFront);
  begin_ = end_ - size;
  std::memset(begin_ - kFront, kMark, kFront);
  return {begin_, end_};
}

bool GuardedBytes::front_untouched() const {
  return std::all_of(begin_ - kFront, begin_, [](char c) { return c == kMark; });
}

Outcome Transforming::operator()(std::string_view body, InvalidEvents mode, std::optional<std::string_view> trace_id,
                                 std::chrono::nanoseconds elapsed) {
  return (*this)(body, Context{.invalid_events = mode, .trace_id = trace_id.value_or("")}, elapsed);
}

Outcome Transforming::operator()(std::string_view body, const Context& context, std::chrono::nanoseconds elapsed) {
  const std::span<char> in = in_.take(body.size() + kPadding);
  const std::span<char> out = out_.take(transformer_.answer_bytes_max(transform_, body.size(), context.invalid_events));
  std::string sent(body);
  for (std::size_t i = 0; i < kPadding; ++i) sent += "}]\",0\\ \n"[i % 8];  // what would make a walk go on
  std::copy(sent.begin(), sent.end(), in.begin());

  const planish::Outcome& said = transformer_.transform(transform_, PaddedView(in, body.size()), context, out);
  Outcome outcome;
  outcome.verdict = said.verdict;
  // Events that are no JSON become blanks where they may be left out.
  const auto poisoned = [&](Errc code) { return said.counted(code) != 0; };
  const bool may_blank = context.invalid_events == InvalidEvents::skip &&
                         (said.verdict == Verdict::not_json || poisoned(Errc::not_json) || poisoned(Errc::too_deep));
  const auto from = may_blank ? static_cast<std::ptrdiff_t>(body.size()) : 0;
  outcome.kept_to_its_memory = std::equal(sent.begin() + from, sent.end(), in.begin() + from) && in_.front_untouched();
  outcome.syntax_offset = said.syntax_offset;
  outcome.events_total = said.events_total;
  outcome.events_invalid = said.events_invalid;
  outcome.events_dropped = said.events_dropped;
  outcome.request_faults = said.request_faults;
  outcome.count = said.count;
  for (const Fault& fault : said.faults) {
    char text[kFaultBytesMax];
    outcome.faults.emplace_back(text, write(fault, text));
  }
  if (outcome.verdict == Verdict::ok) {
    std::ranges::fill(in, '\0');  // the body is not needed any more
    const std::span<char> text = transformer_.finish(elapsed);
    outcome.text.assign(text.begin(), text.end());
    if (transform_.options().acknowledges) {
      const std::span<char> acknowledged = transformer_.acknowledge();
      outcome.acknowledged.assign(acknowledged.begin(), acknowledged.end());
      if (!std::equal(text.begin(), text.end(), outcome.text.begin())) outcome.kept_to_its_memory = false;
    }
    if (!text.empty() && text.data() < out.data()) outcome.kept_to_its_memory = false;
  }
  if (!out_.front_untouched()) outcome.kept_to_its_memory = false;
  return outcome;
}

std::string request_of(std::string_view events) {
  return R"({"user_id":1,"events":[)" + std::string(events) + "]}";
}

std::string event_of(std::string_view payload) {
  return R"({"event_type":"a","timestamp":1,"payload":)" + std::string(payload) + "}";
}

}  // namespace planish::support

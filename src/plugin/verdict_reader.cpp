// Batch, the part that believes nothing: verdicts and what they point to, wherever a guest says that it is.
#include <bytes/utf8.hpp>
#include <plugin/batch.hpp>
#include <plugin/request_writer.hpp>
#include <plugin/zeros.hpp>

#include <algorithm>
#include <cstddef>
#include <cstring>

namespace planish::plugin {
namespace {

enum : std::uint32_t { kKeep = 0, kDrop = 1, kReject = 2 };

// Of a part that was shown as zeros. Where a page has not been opened, nobody has written to it.
bool is_untouched(const GuestMemory& memory, std::size_t from, std::size_t to) noexcept {
  for (GuestMemory::Part part = memory.open_part(from, to); !part.is_empty(); part = memory.open_part(part.to, to)) {
    if (!all_zero(memory.data() + part.from, part.to - part.from)) return false;
  }
  return true;
}

// UTF-8 that a fault can say.
bool is_plain(std::string_view text) noexcept {
  return bytes::is_utf8(text) &&
         std::none_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20; });
}

bool is_absent(GuestText text) noexcept {
  return text.at == 0 && text.bytes == 0;
}

}  // namespace

void Batch::read_verdicts(std::size_t at, std::size_t first, std::size_t end) noexcept {
  static_assert(kAlignment == kZerosAtOnce && GuestMemory::kPageBytes % kAlignment == 0);
  GuestMemory& memory = instance_->memory();
  const std::size_t from = at + verdicts_at_;
  const std::size_t bytes = (end - first) * sizeof(VerdictRecord);
  if (is_untouched(memory, from, from + bytes)) [[likely]]
    return;
  if (!memory.open(from, bytes)) return fail(first, end, Failure::memory);
  const char* record = memory.data() + from;
  for (std::size_t i = first; i < end; ++i, record += sizeof(VerdictRecord)) {
    if (is_zero(record, sizeof(VerdictRecord))) [[likely]]
      continue;
    all_stay_ = false;
    VerdictRecord verdict;
    std::memcpy(&verdict, record, sizeof verdict);
    if (!read_verdict(verdict, out_[i])) fail(i, i + 1, Failure::result);
  }
}

bool Batch::read_verdict(const VerdictRecord& verdict, BatchVerdict& out) noexcept {
  const auto is_set = [](std::uint32_t word) { return word != 0; };
  if (std::any_of(std::begin(verdict.reserved_36), std::end(verdict.reserved_36), is_set)) return false;
  switch (verdict.action) {
    case kDrop:
      out.action = Action::drop;
      return true;
    case kReject:
      out.action = Action::reject;
      return verdict.reason.bytes == 0 || (take(verdict.reason, kReasonBytesMax, out.reason) && is_plain(out.reason));
    case kKeep:
      break;
    default:
      return false;
  }
  // What is there with no byte in it is no text, and no "as it was": a redactor that failed must not let a payload by.
  if (!is_absent(verdict.type) && (!take(verdict.type, kEventTypeBytesMax, out.type) || !bytes::is_utf8(out.type)))
    return false;
  return (is_absent(verdict.payload) || take_result(verdict.payload, out.payload)) &&
         (is_absent(verdict.attributes) || take_result(verdict.attributes, out.attributes));
}

bool Batch::take_result(GuestText text, std::string_view& out) noexcept {
  has_json_ = true;
  return take(text, bounds_.body_bytes_max, out);
}

// A copy of a text of 1 to `bytes_max` bytes, within what the request may put out.
bool Batch::take(GuestText text, std::size_t bytes_max, std::string_view& out) noexcept {
  GuestMemory& memory = instance_->memory();
  if (text.at == 0 || text.bytes == 0 || text.bytes > bytes_max || text.bytes > output_left_) return false;
  if (text.at > memory.size() || text.bytes > memory.size() - text.at) return false;
  if (!memory.open(text.at, text.bytes)) return false;
  output_left_ -= text.bytes;
  out = check_.keep({memory.data() + text.at, text.bytes});
  return true;
}

void Batch::check_texts() noexcept {
  if (!has_json_) return;
  check_.scan();
  for (std::size_t i = 0; i < count_; ++i) {
    BatchVerdict& out = out_[i];
    if (out.action != Action::keep) continue;
    const bool good = (out.payload.empty() || check_.is_json(out.payload, bounds_.payload_depth)) &&
                      (out.attributes.empty() ||
                       (check_.is_json(out.attributes, bounds_.payload_depth) && out.attributes.front() == '{'));
    if (!good) fail(i, i + 1, Failure::result);
  }
}

}  // namespace planish::plugin

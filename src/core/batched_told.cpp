// What a batch is told of a request: texts by where they lie, fields, the context.
#include <core/batched.hpp>

#include <planish/padded_view.hpp>

#include <core/copy.hpp>
#include <core/json_string.hpp>

#include <algorithm>
#include <cstring>

namespace planish::core {
namespace {

// Whether all of `part` lies inside of `text`.
bool lies_in(std::string_view part, std::string_view text) noexcept {
  const auto offset = static_cast<std::size_t>(part.data() - text.data());
  return offset < text.size() && part.size() <= text.size() - offset;
}

}  // namespace

char* Batched::room(std::size_t bytes) noexcept {
  const std::size_t wanted = added_size_ + bytes + kPadding;
  if (added_.size() < wanted) added_.resize(wanted + wanted / 2);
  return added_.data() + added_size_;
}

BatchText Batched::add_text(std::string_view text) noexcept {
  if (text.empty()) return {};
  text.copy(room(text.size()), text.size());
  const BatchText added{added_base_ + static_cast<std::uint32_t>(added_size_), static_cast<std::uint32_t>(text.size())};
  added_size_ += text.size();
  return added;
}

BatchText Batched::add_known(std::string_view text) noexcept {
  for (const Known& known : std::span(known_).first(known_size_)) {
    const std::string_view copy(added_.data() + (known.text.at - added_base_), known.text.bytes);
    if (known.from.data() == text.data() && copy == text) return known.text;
  }
  const BatchText added = add_text(text);
  if (known_size_ < kKnownMax) known_[known_size_++] = {text, added};
  return added;
}

void Batched::add_unescaped(std::string_view type, BatchEvent& record) noexcept {
  if (raw_types_.size() < records_.size()) raw_types_.resize(records_.size());
  raw_types_[static_cast<std::size_t>(&record - records_.data())] = type;
  char* const at = room(type.size());
  const std::size_t size = unescape(type, at);
  record.type = {added_base_ + static_cast<std::uint32_t>(added_size_), static_cast<std::uint32_t>(size)};
  added_size_ += size;
}

void Batched::add(const Pass& pass, const Event& event) noexcept {
  if (count_ == written_.size()) grow();
  if (events_.size() < records_.size()) events_.resize(records_.size());
  Event& kept = events_[count_] = event;
  if (event.ms.data() == event.ms_digits.data()) kept.ms = {kept.ms_digits.data(), event.ms.size()};
  kept_all_ = true;
  written_[count_] = {pass.out, event.index};
  BatchEvent& record = records_[count_];
  const bool inside = lies_in(event.whole, body_);
  all_in_body_ = all_in_body_ && inside;
  record.event = inside ? in_body(event.whole) : add_text(event.whole);
  const auto text = [&](std::string_view part) -> BatchText {
    if (part.empty()) return {};
    if (!lies_in(part, event.whole)) return add_known(part);
    return {record.event.at + static_cast<std::uint32_t>(part.data() - event.whole.data()),
            static_cast<std::uint32_t>(part.size())};
  };
  if (has_escape(event.type)) {
    add_unescaped(event.type, record);
  } else {
    record.type = text(event.type);
  }
  record.time = read_digits(event.ms);
  record.user = text(event.user);
  record.id = text(event.id);
  record.payload = text(event.payload);
  ++count_;
}

// An event of the body is found in the body's index; for one that was edited, the index is built anew.
void Batched::find_fields(const Pass& pass, StructuralIndex& index) noexcept {
  make();
  if (fields_.size() < count_ * finder_.size()) fields_.resize(records_.size() * finder_.size());
  std::array<std::string_view, FieldFinder::kFieldsMax> room;
  const std::span<std::string_view> found(room.data(), finder_.size());
  const auto find = [&](std::size_t i, std::string_view event, const char* base, Index first) {
    finder_.find(base, first, pass.scratch.bytes, found);
    std::transform(found.begin(), found.end(), fields_.data() + i * found.size(), [&](std::string_view field) {
      if (field.empty()) return BatchText{};
      return BatchText{records_[i].event.at + static_cast<std::uint32_t>(field.data() - event.data()),
                       static_cast<std::uint32_t>(field.size())};
    });
  };
  Index next = index.begin();
  for (std::size_t i = 0; i < count_; ++i) {
    if (records_[i].event.at >= added_base_) continue;
    next = std::lower_bound(next, index.end(), records_[i].event.at - base_);
    find(i, view(records_[i].event), body_.data(), next);
  }
  for (std::size_t i = 0; i < count_ && !all_in_body_; ++i) {
    const BatchText text = records_[i].event;
    if (text.at < added_base_) continue;
    const std::string_view event(added_.data() + (text.at - added_base_), text.bytes);
    if (edited_bytes_ < event.size()) {
      edited_bytes_ = event.size();
      edited_.emplace(edited_bytes_);
      edited_->prepare();
    }
    if (edited_->build(event)) {
      find(i, event, event.data(), edited_->begin());
    } else {
      std::fill_n(fields_.data() + i * found.size(), found.size(), BatchText{});
    }
  }
}

// {"user_id":7,"trace_id":"…","request_id":"…"}
BatchText Batched::context_text(const Pass& pass) noexcept {
  const std::string_view trace = pass.has_metadata ? pass.trace_id : pass.context.trace_id;
  const std::string_view request_id = pass.context.request_id.substr(0, kToldBytesMax);
  constexpr std::string_view kNames = R"({"user_id":null,"trace_id":"null","request_id":"null"})";
  char* const begin = room(kNames.size() + pass.user_id.size() + trace.size() + request_id.size());
  char* out = copy_literal<"{\"user_id\":">(begin);
  const auto string = [&out](std::string_view bytes, bool is_there) {
    if (!is_there) {
      out = copy_literal<"null">(out);
      return;
    }
    *out++ = '"';
    std::memcpy(out, bytes.data(), bytes.size());
    out += bytes.size();
    *out++ = '"';
  };
  // Digits are of the body, which goes on.
  out = pass.user_id.empty() ? copy_literal<"null">(out) : copy_text(pass.user_id, out);
  out = copy_literal<",\"trace_id\":">(out);
  string(trace, pass.has_metadata || !trace.empty());  // one that was sent may be empty
  out = copy_literal<",\"request_id\":">(out);
  string(request_id, !request_id.empty());
  *out++ = '}';
  const auto size = static_cast<std::uint32_t>(out - begin);
  const BatchText context{added_base_ + static_cast<std::uint32_t>(added_size_), size};
  added_size_ += size;
  return context;
}

// Between the events is what the batch must not see: each is added for itself.
void Batched::add_apart() noexcept {
  for (std::size_t i = 0; i < count_; ++i) {
    BatchEvent& record = records_[i];
    const BatchText was = record.event;
    if (was.at >= added_base_) continue;
    record.event = add_text(view(was));
    const auto move = [&](BatchText& text) {
      if (text.bytes != 0 && text.at - was.at < was.bytes) text.at += record.event.at - was.at;
    };
    for (BatchText* const text : {&record.type, &record.user, &record.id, &record.payload}) move(*text);
    for (std::size_t field = i * finder_.size(); field < (i + 1) * finder_.size(); ++field) move(fields_[field]);
  }
}

}  // namespace planish::core

// Batched: see its header.
#include <core/batched.hpp>

#include <planish/padded_view.hpp>

#include <core/fault_detail.hpp>
#include <core/json_string.hpp>
#include <core/results.hpp>
#include <core/told.hpp>

#include <algorithm>
#include <cstring>
#include <utility>

namespace planish::core {
namespace {

constexpr std::size_t kAlignment = 16;
// Who sends an event that has to be left out may do so again: making the records takes as much as writing those of so
// many requests.
constexpr unsigned kWantedAfterFault = 8;

std::string_view text_to(const char* begin, const char* end) noexcept {
  return {begin, static_cast<std::size_t>(end - begin)};
}

}  // namespace

Batched::Batched(const Limits& limits, std::shared_ptr<const BatchMaker> maker)
    : maker_(std::move(maker)),
      stage_(maker_->make(limits)),
      finder_(stage_->fields()),
      body_bytes_max_(limits.body_bytes_max),
      base_(stage_->text_base()) {}

// Added texts: each event once, and types without their escapes.
std::size_t Batched::memory_bytes_max(const Limits& limits, const BatchMaker& maker) noexcept {
  const std::size_t event = sizeof(BatchEvent) + sizeof(Written) + sizeof(Event) + sizeof(std::string_view) +
                            FieldFinder::kFieldsMax * sizeof(BatchText) + sizeof(std::uint32_t);
  // They grow by halves and by doubles.
  return sizeof(Batched) + 2 * limits.events_max * event + limits.body_bytes_max * 5 + maker.memory_bytes_max(limits);
}

void Batched::begin(std::string_view body) noexcept {
  body_ = body;
  shift_ = base_ - static_cast<std::uint32_t>(reinterpret_cast<std::uintptr_t>(body.data()));
  added_base_ = base_ + static_cast<std::uint32_t>((body.size() + kAlignment - 1) / kAlignment * kAlignment);
  count_ = 0;
  added_size_ = 0;
  known_size_ = 0;
  user_ = {};
  all_in_body_ = true;
  kept_all_ = false;
  unmade_ = 0;
  if (wanted_left_ != 0) --wanted_left_;
  results_ = nullptr;
  skipped_.clear();
}

void Batched::grow() noexcept {
  const std::size_t size = std::max<std::size_t>(2 * written_.size(), 128);
  if (records_.size() < size) records_.resize(size);
  written_.resize(size);
}

// All memory that making the records takes is there before the stage is asked.
void Batched::finish(Pass& pass, StructuralIndex& index) noexcept {
  check(count_ != 0);
  if (unmade_ != 0) have_records(count_);
  check(count_ <= records_.size());
  if (pass.plan.is_planish_told && !pass.plan.has_rules && !pass.user_id.empty() && user_.bytes == 0) {
    user_ = add_text(pass.user_id);
#pragma GCC unroll 16
    for (BatchEvent& record : std::span(records_).subspan(unmade_, count_ - unmade_)) record.user = user_;
  }
  if (finder_.size() != 0) find_fields(pass, index);
  std::size_t sent_at = 0;
  std::string_view sent;
  if (all_in_body_ && count_ == pass.events_total) {
    const BatchText all = all_events();
    sent_at = all.at;
    sent = body_.substr(sent_at, all.bytes);
  } else {
    if (!kept_all_) keep_results(pass);
    add_apart();
  }
  const BatchText context = context_text(pass);
  const BatchText endpoint = add_text(pass.context.endpoint);
  const BatchRequest request{.text_base = base_,
                             .events = events(),
                             .fields = {fields_.data(), count_ * finder_.size()},
                             .sent = sent,
                             .sent_at = sent_at,
                             .added = {added_.data(), added_size_},
                             .added_at = added_base_ - base_,
                             .context = context,
                             .endpoint = endpoint,
                             .received_at = pass.context.received_at_ms,
                             .request_id = pass.context.request_id,
                             .body_bytes = body_.size()};
  const BatchAnswer answer = stage_->judge(request);
  check(answer.verdicts.size() == count_);
  if (!answer.all_stay) return put_together(pass, index, answer.verdicts);
  if (!pass.telling.results_by_id) return;
  if (!all_in_body_) keep_copies();
  for (const Event& event : std::span(events_).first(count_)) acknowledge(pass, event, true);
}

// Of section 1's answer only records are kept; they tell what an event was as long as they lie in the body. Where each
// was written is found again: it is seldom asked.
void Batched::keep_results(const Pass& pass) noexcept {
  make_records();
  wanted_left_ = std::max(wanted_left_, kWantedAfterFault);
  if (written_.size() < count_) written_.resize(records_.size());
  if (events_.size() < records_.size()) events_.resize(records_.size());
  char* at = results_;
  auto skipped = skipped_.begin();
  std::uint32_t index = 0;
  for (std::size_t i = 0; i < count_; ++i, ++index) {
    for (; skipped != skipped_.end() && *skipped == index; ++skipped) ++index;
    written_[i] = {at, index};
    at = behind_result(at);
    const BatchEvent& record = records_[i];
    Event& event = events_[i];
    event = Event{};
    event.index = index;
    event.type_place = {"/events", true};
    event.type_has_escapes = record.type.at >= added_base_;
    event.type = event.type_has_escapes ? raw_types_[i] : view(record.type);
    event.ms = text_to(event.ms_digits.data(), write_digits(record.time, event.ms_digits.data()));
    event.payload = view(record.payload);
    event.whole = view(record.event);
  }
  check(at == pass.out);
  kept_all_ = true;
}

// Of an event that was edited its copy alone has stayed.
void Batched::keep_copies() noexcept {
  for (std::size_t i = 0; i < count_; ++i) {
    Event& event = events_[i];
    const std::string_view was = event.whole;
    if (was.data() >= body_.data() && was.data() < body_.data() + body_.size()) continue;
    const BatchEvent& record = records_[i];
    event.whole = told_text(record.event);
    const auto moved = [&](std::string_view text) {
      const auto offset = static_cast<std::size_t>(text.data() - was.data());
      return offset < was.size() ? event.whole.substr(offset, text.size()) : text;
    };
    event.type = event.type_has_escapes ? moved(event.type) : told_text(record.type);
    event.payload = told_text(record.payload);
    event.user = told_text(record.user);
    event.id = told_text(record.id);
    event.trace = moved(event.trace);
  }
}

// What was written is copied away, and comes back event by event.
void Batched::put_together(Pass& pass, StructuralIndex& index, std::span<const BatchVerdict> verdicts) noexcept {
  make();
  if (!kept_all_) keep_results(pass);
  if (!all_in_body_) keep_copies();
  const bool tells = pass.plan.options.answer != Answer::none;
  char* const begin = tells ? const_cast<char*>(written_[0].at) : pass.out;
  const auto size = static_cast<std::size_t>(pass.out - begin);
  if (copy_size_ < size) {
    copy_size_ = size + size / 2;
    copy_ = std::make_unique_for_overwrite<char[]>(copy_size_);
  }
  if (size != 0) std::memcpy(copy_.get(), begin, size);
  const char* const end = pass.out;
  pass.out = begin;
  pass.faults.move_events_to(others_);
  for (std::size_t i = 0; i < count_; ++i) {
    const BatchVerdict& verdict = verdicts[i];
    const char* const at = written_[i].at;
    const char* const behind = i + 1 < count_ ? written_[i + 1].at : end;
    const std::string_view text =
        tells ? std::string_view(copy_.get() + (at - begin), static_cast<std::size_t>(behind - at))
              : std::string_view();
    const bool stays = verdict.action == BatchAction::keep && (!tells || write(pass, index, events_[i], text, verdict));
    if (verdict.action == BatchAction::drop) {
      ++pass.events_dropped;
    } else if (!stays) {
      refuse(pass, events_[i], verdict);
    }
    if (pass.telling.results_by_id) acknowledge(pass, events_[i], stays);
  }
  pass.faults.take_events_before(others_, 0xFFFF'FFFF);
}

void Batched::refuse(Pass& pass, const Event& event, const BatchVerdict& verdict) noexcept {
  Place place = event.type_place;
  place.pointer = {};
  place.source = {};
  Fault fault{.code = Errc::plugin_failed, .event = event.index, .place = place};
  if (verdict.action == BatchAction::reject) {
    fault.code = Errc::rejected;
    fault.words = verdict.reason;
  }
  pass.faults.take_events_before(others_, fault.event);
  pass.faults.add_event(fault);
}

// `text`: what was written of the event. False where there is no room: what a batch gives may be longer than what was
// sent.
bool Batched::write(Pass& pass, StructuralIndex& index, Event& event, std::string_view text,
                    const BatchVerdict& verdict) noexcept {
  const auto room = static_cast<std::size_t>(pass.out_end - pass.out);
  if (verdict.type.empty() && verdict.payload.empty() && verdict.attributes.empty()) {
    if (text.size() + kWriteSlack > room) return false;
    pass.out = std::copy(text.begin(), text.end(), pass.out);
    return true;
  }
  if (!change(pass, index, event, verdict)) return false;
  if (pass.plan.answers_results) {
    const char* const last = last_result(pass.out_end);
    if (pass.out > last) return false;
    pass.out = write_result<true>(event, pass.plan.options.hash, pass.out, last);
    return true;
  }
  const Plan& plan = pass.plan;
  const std::size_t given = plan.type_copies * event.type.size() + plan.attribute_copies * event.attributes.size();
  const std::size_t bytes = told_bytes_max(plan, std::max(event.whole.size(), event.payload.size())) + given;
  if (bytes + kWriteSlack > room) return false;
  pass.out = write_told(event, pass.telling, pass.out, pass.out_end);
  return true;
}

// As if it had been sent so. The index is no longer needed for the body.
bool Batched::change(const Pass& pass, StructuralIndex& index, Event& event, const BatchVerdict& verdict) noexcept {
  event.attributes = verdict.attributes;
  if (!verdict.type.empty()) {
    check(verdict.type.size() <= kEventTypeBytesMax);
    char* out = type_.data();
    for (const char c : verdict.type) out += write_escaped(c, out);
    event.type = text_to(type_.data(), out);
    event.type_has_escapes = has_escape(event.type);
  }
  if (!verdict.payload.empty()) {
    const std::string_view sent = event.payload;
    const auto before = static_cast<std::size_t>(sent.data() - event.whole.data());
    if (before < event.whole.size()) {  // its place in the event has it too
      if (event.whole.size() + verdict.payload.size() > 2 * body_bytes_max_) return false;
      if (whole_ == nullptr) whole_ = std::make_unique_for_overwrite<char[]>(2 * body_bytes_max_);
      char* out = whole_.get();
      const auto copy = [&out](std::string_view part) {
        std::memcpy(out, part.data(), part.size());
        out += part.size();
      };
      copy(event.whole.substr(0, before));
      copy(verdict.payload);
      copy(event.whole.substr(before + sent.size()));
      event.whole = text_to(whole_.get(), out);
    }
    event.payload = verdict.payload;
  }
  event.hashed = event.payload;
  if (pass.plan.options.canonical == Canonical::raw) return true;
  if (event.payload.size() > body_bytes_max_ || !index.build(event.payload)) return false;
  canonical::Source source(event.payload);
  pass.form.begin(source);
  return pass.form.walk<true>(index.begin(), 0, event.hashed) != nullptr && !event.hashed.empty();
}

}  // namespace planish::core

// What a reading keeps of section 1's event for a batch: nothing, or its record, written member by member while these
// are read.
#pragma once

#include <core/batched.hpp>
#include <core/digits.hpp>
#include <core/pass.hpp>

#include <cstdint>
#include <string_view>

namespace planish::core {

template <Reading kReading>
class PlanishRecord {
 public:
  void begin(Index) noexcept {}
  void set_type(std::string_view) noexcept {}
  void set_time(Digits) noexcept {}
};

template <>
class PlanishRecord<Reading::batched> {
 public:
  // Where they go.
  void begin_at(const Batched::Records& records, const char* body) noexcept {
    next_ = records.first;
    base_ = records.base;
    user_ = records.user;
    shift_ = base_ - static_cast<std::uint32_t>(reinterpret_cast<std::uintptr_t>(body));
  }
  // Of an event that begins there.
  void begin(Index at) noexcept { begin_ = *at; }
  void set_type(std::string_view content) noexcept {
    const auto address = static_cast<std::uint32_t>(reinterpret_cast<std::uintptr_t>(content.data()));
    next_->type = {address + shift_, static_cast<std::uint32_t>(content.size())};
  }
  void set_time(Digits digits) noexcept { next_->time = value_of(digits); }
  // It ends before `end`.
  void set_end(std::uint32_t end) noexcept {
    next_->user = user_;
    next_->event = {begin_ + base_, end - begin_};
  }
  // The last that is written of it.
  void set_payload(std::uint32_t begin, std::uint32_t end) noexcept {
    next_->payload = {begin + base_, end - begin};
    ++next_;
  }
  // Somebody else writes it.
  void leave() noexcept { ++next_; }

 private:
  BatchEvent* next_ = nullptr;
  std::uint32_t base_ = 0;   // what is told of the body's first byte
  std::uint32_t shift_ = 0;  // from an address in the body to what is told of it
  std::uint32_t begin_ = 0;
  BatchText user_;  // of each, where it has come before them
};

}  // namespace planish::core

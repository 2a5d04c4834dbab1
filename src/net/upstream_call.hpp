// UpstreamCall: a request on its way to an upstream, and what its client is owed.
#pragma once

#include <http/endpoint.hpp>
#include <http/upstream.hpp>
#include <net/pending_bytes_pool.hpp>

#include <boost/intrusive/set_hook.hpp>

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <list>
#include <memory>
#include <string_view>

namespace planish::net {

class UpstreamConnection;
class UpstreamPool;

// Whom a call is answered to.
struct UpstreamClient {
  using Answer = void (*)(void* self, const http::Owed&, std::string_view answer, const http::UpstreamSaid&);
  void* self = nullptr;  // null: it has gone
  Answer answer = nullptr;
};

// What the answers to some calls are told by, which a reload may have put others in the place of.
struct OwingEndpoints {
  std::shared_ptr<const http::Endpoints> endpoints;
  std::size_t calls = 0;
};

struct UpstreamCall {
  using List = std::list<UpstreamCall>;
  using Due = boost::intrusive::set_member_hook<boost::intrusive::link_mode<boost::intrusive::auto_unlink>>;
  // A client's answer that is longer waits in a block.
  static constexpr std::size_t kShortAnswerBytesMax = 256;

  List::iterator self;
  UpstreamPool* pool = nullptr;
  OwingEndpoints* owing = nullptr;
  UpstreamClient client;
  UpstreamConnection* connection = nullptr;  // null: it waits for one
  http::Owed owed;
  bool relays = false;
  bool failed = false;  // `said` is still to be told
  http::UpstreamSaid said;
  std::size_t request_bytes = 0;
  std::chrono::nanoseconds began{0};
  std::chrono::nanoseconds deadline{0};
  Due due;              // its place among the deadlines, while it is under way
  PendingBytes unsent;  // of the request
  PendingBytes long_answer;
  std::size_t short_answer_bytes = 0;
  std::array<char, kShortAnswerBytesMax> short_answer;

  [[nodiscard]] std::string_view answer() const noexcept {
    if (!long_answer) return {short_answer.data(), short_answer_bytes};
    return {long_answer.bytes().data(), long_answer.bytes().size()};
  }
};

}  // namespace planish::net

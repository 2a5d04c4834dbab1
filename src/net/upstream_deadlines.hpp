// UpstreamDeadlines: a thread's calls to upstreams in the order in which their time is over. Whether any is late is one
// look at the first, however many wait; endpoints have timeouts of their own, so the order is not that of asking.
#pragma once

#include <net/upstream_call.hpp>

#include <boost/intrusive/set.hpp>

#include <chrono>

namespace planish::net {

// Allocates nothing: a call brings its own link, and leaves with UpstreamCall::due.unlink().
class UpstreamDeadlines {
 public:
  void add(UpstreamCall& call) noexcept { calls_.insert(calls_.end(), call); }
  // One whose time is over, the latest first; null: none.
  [[nodiscard]] UpstreamCall* late(std::chrono::nanoseconds now) noexcept {
    return calls_.empty() || now < calls_.begin()->deadline ? nullptr : &*calls_.begin();
  }

 private:
  struct Deadline {
    using type = std::chrono::nanoseconds;
    const type& operator()(const UpstreamCall& call) const noexcept { return call.deadline; }
  };
  using Link = boost::intrusive::member_hook<UpstreamCall, UpstreamCall::Due, &UpstreamCall::due>;

  boost::intrusive::multiset<UpstreamCall, Link, boost::intrusive::key_of_value<Deadline>,
                             boost::intrusive::constant_time_size<false>>
      calls_;
};

}  // namespace planish::net

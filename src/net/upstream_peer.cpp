// UpstreamPeer: names are looked up by getaddrinfo(3), on a thread that lives as long as that takes.
#include <net/upstream_peer.hpp>

#include <netdb.h>

#include <algorithm>
#include <cstddef>
#include <exception>
#include <thread>

namespace planish::net {
namespace {

constexpr std::chrono::seconds kLookAgainAfter{1};

// Empty: the name means nothing now.
SocketAddresses look_up(const std::string& host, const std::string& port, int flags) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_NUMERICSERV | flags;
  addrinfo* found = nullptr;
  if (::getaddrinfo(host.c_str(), port.c_str(), &hints, &found) != 0) return {};
  const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> owner{found, &::freeaddrinfo};
  return addresses_of(found);
}

}  // namespace

UpstreamPeer::UpstreamPeer(http::UpstreamPeer settings) : settings_(std::move(settings)) {
  SocketAddresses known;
  if (!settings_.unix_path.empty()) {
    known.push_back(unix_address(settings_.unix_path));
  } else {
    known = net::look_up(settings_.host, settings_.port, AI_NUMERICHOST);
  }
  is_literal_ = !known.empty();
  if (is_literal_) addresses_ = std::make_shared<const SocketAddresses>(std::move(known));
}

std::shared_ptr<const SocketAddresses> UpstreamPeer::addresses(std::chrono::nanoseconds now, bool failed) {
  const std::lock_guard lock(mutex_);
  if (is_literal_) return addresses_;
  const bool never = looked_at_.count() < 0;
  const bool wanted = addresses_ == nullptr || failed;
  const bool due = never || now - looked_at_ >= (wanted ? std::chrono::nanoseconds(kLookAgainAfter)
                                                        : std::chrono::nanoseconds(settings_.resolve));
  if (due && !looking_.exchange(true, std::memory_order_acquire)) {
    looked_at_ = now;
    try {
      std::thread([self = shared_from_this()] { self->look_up(); }).detach();
    } catch (const std::exception&) {  // the system gives no thread: again in a second
      looking_.store(false, std::memory_order_release);
    }
  }
  return addresses_;
}

// What it meant before stays where nothing is found.
void UpstreamPeer::look_up() noexcept {
  try {
    SocketAddresses found = net::look_up(settings_.host, settings_.port, 0);
    if (!found.empty()) {
      auto shared = std::make_shared<const SocketAddresses>(std::move(found));
      const std::lock_guard lock(mutex_);
      addresses_ = std::move(shared);
    }
  } catch (const std::exception&) {  // no memory: as if nothing was found
  }
  looking_.store(false, std::memory_order_release);
}

bool UpstreamPeer::join() noexcept {
  if (open_.fetch_add(1, std::memory_order_relaxed) < settings_.connections_max) return true;
  leave();
  return false;
}

std::size_t UpstreamPeer::share() const noexcept {
  const int threads = std::max(threads_.load(std::memory_order_relaxed), 1);
  return settings_.connections_max / static_cast<std::size_t>(threads);
}

std::shared_ptr<UpstreamPeer> UpstreamPeers::of(const http::UpstreamPeer& settings) {
  const std::lock_guard lock(mutex_);
  std::erase_if(known_, [](const auto& peer) { return peer.expired(); });
  for (const auto& known : known_) {
    if (auto peer = known.lock(); peer != nullptr && peer->settings() == settings) return peer;
  }
  auto peer = std::make_shared<UpstreamPeer>(settings);
  known_.push_back(peer);
  return peer;
}

}  // namespace planish::net

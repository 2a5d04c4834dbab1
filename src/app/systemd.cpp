// LISTEN_FDS, LISTEN_PID, LISTEN_FDNAMES; NOTIFY_SOCKET.
#include <app/systemd.hpp>

#include <app/values.hpp>
#include <net/notify.hpp>

#include <fmt/format.h>

#include <chrono>

namespace planish::app {
namespace {

constexpr int kFirstDescriptor = 3;  // SD_LISTEN_FDS_START
constexpr std::uint64_t kDescriptorsMax = 64;

std::vector<std::string_view> split_names(std::string_view text) {
  std::vector<std::string_view> names;
  while (!text.empty()) {
    const std::size_t colon = text.find(':');
    names.push_back(text.substr(0, colon));
    text.remove_prefix(colon == std::string_view::npos ? text.size() : colon + 1);
  }
  return names;
}

}  // namespace

InheritedSockets inherited_sockets(const Environment& environment, long pid) {
  InheritedSockets sockets;
  if (environment.listen_fds.empty() || environment.listen_pid != std::to_string(pid)) return sockets;
  const auto count = parse_unsigned(environment.listen_fds);
  if (!count || *count > kDescriptorsMax) {
    sockets.wrong = fmt::format("LISTEN_FDS: not a number up to {}", kDescriptorsMax);
    return sockets;
  }
  const auto names = split_names(environment.listen_fdnames);
  for (std::size_t i = 0; i < *count; ++i) {
    const int descriptor = kFirstDescriptor + static_cast<int>(i);
    if (!net::is_listening(descriptor)) {
      sockets.wrong = fmt::format("LISTEN_FDS: descriptor {} is not a stream socket that listens", descriptor);
      return sockets;
    }
    (i < names.size() && names[i] == "admin" ? sockets.admin : sockets.open).push_back(descriptor);
  }
  if (sockets.admin.size() > 1) sockets.wrong = "LISTEN_FDNAMES: more than one socket is named admin";
  return sockets;
}

void Supervisor::tell(std::string_view state) {
  const std::lock_guard lock{mutex_};
  if (!stopping_) net::notify(socket_, state);
}

void Supervisor::ready() {
  tell("READY=1");
}

void Supervisor::reloading() {
  const auto now = std::chrono::steady_clock::now().time_since_epoch();
  tell(fmt::format("RELOADING=1\nMONOTONIC_USEC={}",
                   std::chrono::duration_cast<std::chrono::microseconds>(now).count()));
}

void Supervisor::stopping() {
  const std::lock_guard lock{mutex_};
  stopping_ = true;
  net::notify(socket_, "STOPPING=1");
}

}  // namespace planish::app

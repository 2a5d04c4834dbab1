// Lines straight to the descriptor, then by way of spdlog's asynchronous queue. The line is made by who logs it.
#include <app/log.hpp>

#include <limits.h>
#include <poll.h>
#include <spdlog/async_logger.h>
#include <spdlog/details/thread_pool.h>
#include <spdlog/sinks/sink.h>
#include <unistd.h>

#include <cerrno>
#include <exception>
#include <memory>
#include <string>
#include <thread>

namespace planish::app {
namespace {

// A pipe that has room has it for so many bytes.
constexpr std::size_t kTakenAtOnce = PIPE_BUF;

void write_all(int descriptor, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t count = ::write(descriptor, bytes.data(), bytes.size());
    if (count > 0) {
      bytes.remove_prefix(static_cast<std::size_t>(count));
    } else if (errno == EAGAIN) {
      pollfd wait{descriptor, POLLOUT, 0};
      static_cast<void>(::poll(&wait, 1, -1));
    } else if (errno != EINTR) {
      return;  // nobody reads, and nobody will
    }
  }
}

bool takes_at_once(int descriptor, std::size_t bytes) {
  pollfd look{descriptor, POLLOUT, 0};
  return bytes <= kTakenAtOnce && ::poll(&look, 1, 0) == 1;
}

// Writes whole lines, waiting for the reader. Only the queue's own thread comes here.
class DescriptorSink final : public spdlog::sinks::sink {
 public:
  DescriptorSink(int descriptor, std::atomic<std::uint64_t>& written) : descriptor_(descriptor), written_(written) {}

  void log(const spdlog::details::log_msg& message) override {
    write_all(descriptor_, {message.payload.data(), message.payload.size()});
    written_.fetch_add(1, std::memory_order_release);
  }
  void flush() override {}
  void set_pattern(const std::string&) override {}
  void set_formatter(std::unique_ptr<spdlog::formatter>) override {}

 private:
  int descriptor_;
  std::atomic<std::uint64_t>& written_;
};

}  // namespace

class Log::Queue {
 public:
  explicit Queue(int descriptor)
      : pool_(std::make_shared<spdlog::details::thread_pool>(kLinesMax, 1)),
        logger_(std::make_shared<spdlog::async_logger>("planish",
                                                       std::make_shared<DescriptorSink>(descriptor, written_), pool_,
                                                       spdlog::async_overflow_policy::overrun_oldest)) {
    logger_->set_level(spdlog::level::trace);
  }

  void offer(std::string_view line) {
    offered_.fetch_add(1, std::memory_order_relaxed);
    logger_->log(spdlog::level::info, spdlog::string_view_t{line.data(), line.size()});
  }
  [[nodiscard]] std::uint64_t dropped() const { return pool_->overrun_counter(); }
  [[nodiscard]] bool is_empty() const {
    return written_.load(std::memory_order_acquire) + dropped() >= offered_.load(std::memory_order_relaxed);
  }

 private:
  std::atomic<std::uint64_t> offered_{0};
  std::atomic<std::uint64_t> written_{0};
  std::shared_ptr<spdlog::details::thread_pool> pool_;
  std::shared_ptr<spdlog::async_logger> logger_;
};

Log::Log(int descriptor, LogFormat format, LogLevel level) : descriptor_(descriptor), format_(format), level_(level) {
  if (format_ == LogFormat::automatic) format_ = ::isatty(descriptor) == 1 ? LogFormat::text : LogFormat::json;
}

Log::~Log() {
  // The pool joins its thread when it goes, and a thread whose reader stalls never comes back.
  if (!flush(std::chrono::milliseconds{500})) static_cast<void>(owned_queue_.release());
}

void Log::write(LogLevel level, std::string_view message, Fields fields) {
  if (!wants(level)) return;
  std::string line = log_line(format_, std::chrono::system_clock::now(), level, message, fields);
  line += '\n';
  Queue* queue = queue_.load(std::memory_order_acquire);
  if (queue == nullptr) queue = write_at_once(line);
  if (queue != nullptr) queue->offer(line);
}

// The queue, where the line has to go by way of it.
Log::Queue* Log::write_at_once(std::string_view line) {
  const std::lock_guard lock{mutex_};
  Queue* queue = queue_.load(std::memory_order_relaxed);
  if (queue != nullptr) return queue;
  if (takes_at_once(descriptor_, line.size())) {
    write_all(descriptor_, line);
    return nullptr;
  }
  try {
    return queue_locked();
  } catch (const std::exception&) {  // no memory or no thread to be had: no reason for a request to fail
    lost_.fetch_add(1, std::memory_order_relaxed);
    return nullptr;
  }
}

Log::Queue* Log::queue_locked() {
  if (!owned_queue_) {
    owned_queue_ = std::make_unique<Queue>(descriptor_);
    queue_.store(owned_queue_.get(), std::memory_order_release);
  }
  return owned_queue_.get();
}

void Log::start_queue() {
  const std::lock_guard lock{mutex_};
  static_cast<void>(queue_locked());
}

std::uint64_t Log::dropped() const noexcept {
  const Queue* queue = queue_.load(std::memory_order_acquire);
  return lost_.load(std::memory_order_relaxed) + (queue == nullptr ? 0 : queue->dropped());
}

bool Log::flush(std::chrono::milliseconds patience) const noexcept {
  using namespace std::chrono_literals;
  const Queue* queue = queue_.load(std::memory_order_acquire);
  const auto end = std::chrono::steady_clock::now() + patience;
  while (queue != nullptr && !queue->is_empty()) {
    if (std::chrono::steady_clock::now() >= end) return false;
    std::this_thread::sleep_for(1ms);
  }
  return true;
}

}  // namespace planish::app

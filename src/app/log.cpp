// Lines straight to the descriptor, then by way of spdlog's asynchronous queue. The line is made by who logs it.
#include <app/log.hpp>

#include <spdlog/async_logger.h>
#include <spdlog/details/thread_pool.h>
#include <spdlog/sinks/sink.h>
#include <unistd.h>

#include <exception>
#include <memory>
#include <string>
#include <thread>

namespace planish::app {
namespace {

struct LineCounts {
  std::atomic<std::uint64_t> written{0};
  std::atomic<std::uint64_t> lost{0};
};

// Only the queue's own thread comes here.
class LineSink final : public spdlog::sinks::sink {
 public:
  LineSink(const LineWriter& writer, LineCounts& counts) : writer_(writer), counts_(counts) {}

  void log(const spdlog::details::log_msg& message) override {
    const bool written = writer_.write({message.payload.data(), message.payload.size()});
    (written ? counts_.written : counts_.lost).fetch_add(1, std::memory_order_release);
  }
  void flush() override {}
  void set_pattern(const std::string&) override {}
  void set_formatter(std::unique_ptr<spdlog::formatter>) override {}

 private:
  LineWriter writer_;
  LineCounts& counts_;
};

}  // namespace

class Log::Queue {
 public:
  explicit Queue(const LineWriter& writer)
      : pool_(std::make_shared<spdlog::details::thread_pool>(kLinesMax, 1)),
        logger_(std::make_shared<spdlog::async_logger>("planish", std::make_shared<LineSink>(writer, counts_), pool_,
                                                       spdlog::async_overflow_policy::overrun_oldest)) {
    logger_->set_level(spdlog::level::trace);
  }

  void offer(std::string_view line) noexcept {
    offered_.fetch_add(1, std::memory_order_relaxed);
    try {
      logger_->log(spdlog::level::info, spdlog::string_view_t{line.data(), line.size()});
    } catch (const std::exception&) {  // no memory for a long line
      counts_.lost.fetch_add(1, std::memory_order_relaxed);
    }
  }
  [[nodiscard]] std::uint64_t dropped() const {
    return pool_->overrun_counter() + counts_.lost.load(std::memory_order_relaxed);
  }
  [[nodiscard]] bool is_empty() const {
    return counts_.written.load(std::memory_order_acquire) + dropped() >= offered_.load(std::memory_order_relaxed);
  }

 private:
  std::atomic<std::uint64_t> offered_{0};
  LineCounts counts_;
  std::shared_ptr<spdlog::details::thread_pool> pool_;
  std::shared_ptr<spdlog::async_logger> logger_;
};

Log::Log(int descriptor, LogFormat format, LogLevel level) : writer_(descriptor), format_(format), level_(level) {
  if (format_ == LogFormat::automatic) format_ = ::isatty(descriptor) == 1 ? LogFormat::text : LogFormat::json;
}

Log::~Log() {
  // The pool joins its thread when it goes, and a thread whose reader stalls never comes back.
  if (!flush(std::chrono::milliseconds{500})) static_cast<void>(owned_queue_.release());
}

void Log::write(LogLevel level, std::string_view message, Fields fields) noexcept {
  if (!wants(level)) return;
  try {
    std::string line = log_line(format_, std::chrono::system_clock::now(), level, message, fields);
    line += '\n';
    Queue* queue = queue_.load(std::memory_order_acquire);
    if (queue == nullptr) queue = write_at_once(line);
    if (queue != nullptr) queue->offer(line);
  } catch (const std::exception&) {  // no memory or no thread to be had: no reason for a request to fail
    lost_.fetch_add(1, std::memory_order_relaxed);
  }
}

// The queue, where the line has to go by way of it.
Log::Queue* Log::write_at_once(std::string_view line) {
  const std::lock_guard lock{mutex_};
  Queue* queue = queue_.load(std::memory_order_relaxed);
  if (queue != nullptr) return queue;
  if (!writer_.takes_at_once(line.size())) return queue_locked();
  if (!writer_.write(line)) lost_.fetch_add(1, std::memory_order_relaxed);
  return nullptr;
}

Log::Queue* Log::queue_locked() {
  if (!owned_queue_) {
    owned_queue_ = std::make_unique<Queue>(writer_);
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

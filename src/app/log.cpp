// spdlog's asynchronous queue with one writer. The line is made by who logs it; the writer only writes.
#include <app/log.hpp>

#include <poll.h>
#include <spdlog/async_logger.h>
#include <spdlog/details/thread_pool.h>
#include <spdlog/sinks/sink.h>
#include <unistd.h>

#include <cerrno>
#include <string>
#include <thread>

namespace planish::app {
namespace {

// Writes whole lines, waiting for the reader. Only the queue's own thread comes here.
class DescriptorSink final : public spdlog::sinks::sink {
 public:
  DescriptorSink(int descriptor, std::atomic<std::uint64_t>& written) : descriptor_(descriptor), written_(written) {}

  void log(const spdlog::details::log_msg& message) override {
    line_.assign(message.payload.data(), message.payload.size());
    line_ += '\n';
    write_all(line_);
    written_.fetch_add(1, std::memory_order_release);
  }
  void flush() override {}
  void set_pattern(const std::string&) override {}
  void set_formatter(std::unique_ptr<spdlog::formatter>) override {}

 private:
  void write_all(std::string_view bytes) const {
    while (!bytes.empty()) {
      const ssize_t count = ::write(descriptor_, bytes.data(), bytes.size());
      if (count > 0) {
        bytes.remove_prefix(static_cast<std::size_t>(count));
      } else if (errno == EAGAIN) {
        pollfd wait{descriptor_, POLLOUT, 0};
        static_cast<void>(::poll(&wait, 1, -1));
      } else if (errno != EINTR) {
        return;  // nobody reads, and nobody will
      }
    }
  }

  int descriptor_;
  std::atomic<std::uint64_t>& written_;
  std::string line_;
};

}  // namespace

struct Log::Queue {
  explicit Queue(int descriptor)
      : pool(std::make_shared<spdlog::details::thread_pool>(kLinesMax, 1)),
        logger(std::make_shared<spdlog::async_logger>("planish", std::make_shared<DescriptorSink>(descriptor, written),
                                                      pool, spdlog::async_overflow_policy::overrun_oldest)) {
    logger->set_level(spdlog::level::trace);
  }

  std::atomic<std::uint64_t> offered{0};
  std::atomic<std::uint64_t> written{0};
  std::shared_ptr<spdlog::details::thread_pool> pool;
  std::shared_ptr<spdlog::async_logger> logger;
};

Log::Log(int descriptor, LogFormat format, LogLevel level)
    : queue_(std::make_unique<Queue>(descriptor)), format_(format), level_(level) {
  if (format_ == LogFormat::automatic) format_ = ::isatty(descriptor) == 1 ? LogFormat::text : LogFormat::json;
}

Log::~Log() {
  // The pool joins its thread when it goes, and a writer whose reader stalls never comes back.
  if (!flush(std::chrono::milliseconds{500})) static_cast<void>(queue_.release());
}

void Log::write(LogLevel level, std::string_view message, Fields fields) {
  if (!wants(level)) return;
  const std::string line = log_line(format_, std::chrono::system_clock::now(), level, message, fields);
  queue_->offered.fetch_add(1, std::memory_order_relaxed);
  queue_->logger->log(spdlog::level::info, spdlog::string_view_t{line.data(), line.size()});
}

std::uint64_t Log::dropped() const noexcept {
  return queue_->pool->overrun_counter();
}

bool Log::flush(std::chrono::milliseconds patience) const noexcept {
  using namespace std::chrono_literals;
  const auto end = std::chrono::steady_clock::now() + patience;
  while (queue_->written.load(std::memory_order_acquire) + dropped() <
         queue_->offered.load(std::memory_order_relaxed)) {
    if (std::chrono::steady_clock::now() >= end) return false;
    std::this_thread::sleep_for(1ms);
  }
  return true;
}

}  // namespace planish::app

// The load itself: what is asked for, what came back, and the thread that does the asking.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "answer_reader.hpp"
#include "histogram.hpp"
#include "windows.hpp"

namespace load {

using Clock = std::chrono::steady_clock;

struct Plan {
  std::string host = "127.0.0.1";
  std::uint16_t port = 8080;
  std::string path = "/";
  std::string body;
  const Expected* expected = nullptr;
  unsigned connections = 1;
  unsigned depth = 1;          // requests under way on a connection
  double rate = 0;             // requests a second, at random; 0: closed loop, the next request follows the answer
  std::uint64_t seed = 1;      // of when they are due
  std::uint64_t requests = 0;  // stop after so many answers; 0: only after `duration`
  std::chrono::duration<double> duration{3};
  std::chrono::duration<double> timeout{10};
  bool windows = false;  // of an open loop
  std::string watch;     // files of threads (schedstat) for the windows
  std::function<void(const char*)>
      mark;  // told "begin" after each connection had an answer, "end" before they are closed
};

struct Result {
  // From the due time where there is a rate, else from the sending. What failed, or was never sent, is in it with the
  // time that it had lasted when it was given up: left out it would make a server look better.
  Histogram latency;
  Histogram lateness;        // of the generator: from the due time to the sending, where a connection was free
  std::uint64_t gap_ns = 0;  // the longest time in which it did not look at its clock
  std::uint64_t due = 0;     // requests that were to be sent within the duration
  std::uint64_t primed = 0;  // right answers before the clock ran, one a connection; in no other number
  std::uint64_t right = 0;
  std::uint64_t wrong_status = 0;
  std::uint64_t wrong_body = 0;
  std::uint64_t malformed = 0;
  std::uint64_t closed = 0;         // requests whose connection went away before they were answered
  std::uint64_t short_answers = 0;  // of these: cut within the answer
  std::uint64_t timeouts = 0;
  std::uint64_t connect_errors = 0;
  std::uint64_t unsent = 0;  // due, and given up before a connection was free
  std::uint64_t body_bytes = 0;
  double seconds = 0;
  std::vector<Window> windows;

  void add(const Result& other);
  std::uint64_t errors() const { return wrong_status + wrong_body + malformed + closed + timeouts + connect_errors; }
};

// Runs the plan on the calling thread. It spins on the clock: on a core of its own no request starts late.
Result run(const Plan& plan);

}  // namespace load

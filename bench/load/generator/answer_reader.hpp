// Reads the answers of one connection as they come, in any pieces, and compares each body with the one that is
// expected.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace load {

// What a right answer looks like. `total_duration_ms` is the one number that may differ; several bodies may be allowed.
struct Expected {
  explicit Expected(std::string_view body);

  std::string before;  // up to and with `"total_duration_ms":`; the whole body if that member is not there
  std::string after;   // what follows its digits
  bool has_duration;
};

enum class Verdict : std::uint8_t { right, wrong_status, wrong_body, malformed };

class AnswerReader {
 public:
  // Without `expected` bodies are only counted. It must outlive the reader.
  explicit AnswerReader(const Expected* expected) : expected_(expected) {}

  // Calls on_answer(Verdict) at the end of each answer. After `malformed` nothing more is read.
  template <typename F>
  void feed(std::string_view bytes, F&& on_answer) {
    while (!broken_ && !bytes.empty()) {
      bytes.remove_prefix(part_ == Part::head ? head(bytes) : part_ == Part::line ? line(bytes) : body(bytes));
      if (broken_) {
        on_answer(Verdict::malformed);
      } else if (part_ == Part::end) {
        part_ = Part::head;
        on_answer(finish());
      }
    }
  }

  bool between_answers() const { return part_ == Part::head && head_.empty(); }
  std::uint64_t body_bytes() const { return body_bytes_; }

 private:
  enum class Part : std::uint8_t { head, body, line, end };
  enum class Line : std::uint8_t { size, behind_data, trailer };  // what a line of a chunked body is

  std::size_t head(std::string_view bytes);  // all three return how many bytes they took
  std::size_t body(std::string_view bytes);
  std::size_t line(std::string_view bytes);
  void read_head(std::string_view text);
  void read_line();
  void compare(std::string_view piece);
  Verdict finish() const;

  const Expected* expected_;
  std::string head_;
  std::string line_;
  std::uint64_t rest_ = 0;   // of this body, or of its chunk
  std::size_t matched_ = 0;  // bytes of `before` and `after` that were met
  std::uint64_t body_bytes_ = 0;
  int status_ = 0;
  Part part_ = Part::head;
  Line awaited_ = Line::size;
  bool chunked_ = false;
  bool differs_ = false;
  bool broken_ = false;
};

}  // namespace load

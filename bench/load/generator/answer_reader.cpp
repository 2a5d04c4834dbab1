// The reader of answers: enough of HTTP/1.1 for servers that say the length of what they send, or send it in chunks.
#include "answer_reader.hpp"

#include <algorithm>
#include <charconv>

namespace load {
namespace {

constexpr std::size_t head_bytes_max = 16 * 1024;
constexpr std::size_t line_bytes_max = 1024;
constexpr std::string_view duration_name = R"("total_duration_ms":)";

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

bool starts_with_any_case(std::string_view line, std::string_view lower) {
  return line.size() >= lower.size() && std::equal(lower.begin(), lower.end(), line.begin(), [](char a, char b) {
           return a == (b >= 'A' && b <= 'Z' ? static_cast<char>(b + 32) : b);
         });
}

}  // namespace

Expected::Expected(std::string_view body) {
  const auto name = body.find(duration_name);
  has_duration = name != body.npos;
  auto digits = has_duration ? name + duration_name.size() : body.size();
  before = body.substr(0, digits);
  while (digits < body.size() && is_digit(body[digits])) ++digits;
  after = body.substr(digits);
}

std::size_t AnswerReader::head(std::string_view bytes) {
  const std::size_t had = head_.size();
  head_ += bytes.substr(0, head_bytes_max);
  const auto end = head_.find("\r\n\r\n", had < 3 ? 0 : had - 3);
  if (end == head_.npos) {
    broken_ = head_.size() >= head_bytes_max;
    return bytes.size();
  }
  read_head(std::string_view(head_).substr(0, end + 2));
  head_.clear();
  return end + 4 - had;
}

void AnswerReader::read_head(std::string_view text) {
  chunked_ = false;
  differs_ = false;
  matched_ = 0;
  bool has_length = false;
  if (!text.starts_with("HTTP/1.") || text.size() < 12) {
    broken_ = true;
    return;
  }
  std::from_chars(text.data() + 9, text.data() + 12, status_);
  for (auto at = text.find("\r\n"); at != text.npos && at + 2 < text.size(); at = text.find("\r\n", at + 2)) {
    auto line = text.substr(at + 2);
    chunked_ |= starts_with_any_case(line, "transfer-encoding: chunked");
    if (!starts_with_any_case(line, "content-length:")) continue;
    line.remove_prefix(15);
    line.remove_prefix(std::min(line.find_first_not_of(' '), line.size()));
    has_length = std::from_chars(line.data(), line.data() + line.size(), rest_).ec == std::errc{};
  }
  broken_ = !has_length && !chunked_;
  part_ = chunked_ ? Part::line : rest_ == 0 ? Part::end : Part::body;
  awaited_ = Line::size;
}

std::size_t AnswerReader::line(std::string_view bytes) {
  const auto end = bytes.find('\n');
  const auto piece = bytes.substr(0, end == bytes.npos ? end : end + 1);
  line_ += piece.substr(0, line_bytes_max);
  if (end != bytes.npos) {
    read_line();
    line_.clear();
  }
  broken_ |= line_.size() >= line_bytes_max;
  return piece.size();
}

void AnswerReader::read_line() {
  const bool empty = line_ == "\r\n";
  switch (awaited_) {
    case Line::size:
      broken_ = std::from_chars(line_.data(), line_.data() + line_.size(), rest_, 16).ec != std::errc{};
      awaited_ = rest_ == 0 ? Line::trailer : Line::behind_data;
      part_ = rest_ == 0 ? Part::line : Part::body;
      return;
    case Line::behind_data:
      broken_ = !empty;
      awaited_ = Line::size;
      return;
    case Line::trailer:
      if (empty) part_ = Part::end;
      return;
  }
}

std::size_t AnswerReader::body(std::string_view bytes) {
  const auto piece = bytes.substr(0, static_cast<std::size_t>(std::min<std::uint64_t>(rest_, bytes.size())));
  rest_ -= piece.size();
  body_bytes_ += piece.size();
  if (rest_ == 0) part_ = chunked_ ? Part::line : Part::end;
  if (expected_ != nullptr && !differs_) compare(piece);
  return piece.size();
}

void AnswerReader::compare(std::string_view piece) {
  const auto& [before, after, has_duration] = *expected_;
  if (matched_ < before.size()) {
    const auto count = std::min(piece.size(), before.size() - matched_);
    differs_ = piece.substr(0, count) != std::string_view(before).substr(matched_, count);
    matched_ += count;
    piece.remove_prefix(count);
  }
  if (has_duration && matched_ == before.size()) {
    piece.remove_prefix(
        static_cast<std::size_t>(std::find_if_not(piece.begin(), piece.end(), is_digit) - piece.begin()));
  }
  if (piece.empty() || differs_) return;
  const auto done = matched_ - before.size();
  differs_ = after.size() - done < piece.size() || piece != std::string_view(after).substr(done, piece.size());
  matched_ += piece.size();
}

Verdict AnswerReader::finish() const {
  if (status_ != 200) return Verdict::wrong_status;
  if (expected_ == nullptr) return Verdict::right;
  const bool whole = matched_ == expected_->before.size() + expected_->after.size();
  return differs_ || !whole ? Verdict::wrong_body : Verdict::right;
}

}  // namespace load

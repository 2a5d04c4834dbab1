// uWebSockets around planish's own core: what is left between this and planish is HTTP.
#include <planish/transformer.hpp>

#include <chrono>
#include <cstring>
#include <memory>

#include "../../shared/uwebsockets_server.hpp"

namespace {

class Work {
 public:
  Work() {
    transformer_.prepare(transform_);
    bytes_max_ = transformer_.answer_bytes_max(transform_, limits_.body_bytes_max);
    out_ = std::make_unique_for_overwrite<char[]>(head_room + bytes_max_);
  }

  std::string_view whole_answer(std::string_view body) {
    padded_.assign(body);
    return whole_answer_in_place(padded_);
  }

  std::string_view whole_answer_in_place(std::string& body) {
    if (body.size() > limits_.body_bytes_max) return refuse(422);
    const auto start = std::chrono::steady_clock::now();
    const std::size_t size = body.size();
    body.resize(size + planish::kPadding);
    const planish::PaddedView view({body.data(), body.size()}, size);
    const planish::Context context;
    const auto outcome = transformer_.transform(transform_, view, context, {out_.get() + head_room, bytes_max_});
    if (outcome.verdict != planish::Verdict::ok)
      return refuse(outcome.verdict == planish::Verdict::not_json ? 400 : 422);
    const auto answer = transformer_.finish(std::chrono::steady_clock::now() - start);
    const auto head = peers::head_of(200, answer.size());
    char* const begin = answer.data() - head.size();
    std::memcpy(begin, head.data(), head.size());
    return {begin, head.size() + answer.size()};
  }

 private:
  static constexpr std::size_t head_room = 256;

  static planish::Transform benchmark() {
    planish::Options options;
    options.hash = planish::HashAlgorithm::prefix8;
    options.canonical = planish::Canonical::raw;
    return planish::Transform(options);
  }

  std::string_view refuse(int status) { return refusal_ = peers::head_of(status, 0); }

  planish::Limits limits_;
  planish::Transform transform_ = benchmark();
  planish::Transformer transformer_{limits_};
  std::size_t bytes_max_ = 0;
  std::unique_ptr<char[]> out_;
  std::string padded_;
  std::string refusal_;
};

}  // namespace

int main() {
  return peers::serve_with_uws<Work>();
}

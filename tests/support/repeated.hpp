// Repeated: one body through one transform, again and again, for gates to count what a time costs.
#pragma once

#include <planish/transformer.hpp>

#include <chrono>
#include <cstddef>
#include <string>
#include <vector>

namespace planish::support {

// Whether each of `count` times all events of the body were answered, which has `events` if that is not 0.
inline bool repeated(int count, const Options& options, const Context& context, std::string body,
                     std::size_t events = 0) {
  const std::size_t size = body.size();
  body.resize(size + kPadding);
  const Transform transform(options);
  Transformer transformer;
  std::vector<char> out(transformer.answer_bytes_max(transform, size));
  for (; count > 0; --count) {
    const PaddedView view(body, size);
    const Outcome& outcome = transformer.transform(transform, view, context, out);
    if (outcome.verdict != Verdict::ok || (events != 0 && outcome.events_ok() != events)) return false;
    transformer.finish(std::chrono::nanoseconds{0});
  }
  return true;
}

}  // namespace planish::support

// What a user of the installed library writes.
#include <planish/transformer.hpp>

#include <cstdio>
#include <string>
#include <vector>

int main() {
  const planish::Transform transform;
  planish::Transformer transformer;
  std::string body = R"({"user_id":1,"events":[{"event_type":"click","timestamp":2,"payload":{"b":1.0,"a":2}}]})";
  const std::size_t size = body.size();
  body.resize(size + planish::kPadding);
  std::vector<char> out(transformer.answer_bytes_max(transform, size));
  const planish::PaddedView view(body, size);
  if (transformer.transform(transform, view, planish::Context{}, out).verdict != planish::Verdict::ok) return 1;
  const std::span<char> text = transformer.finish(std::chrono::nanoseconds{0});
  std::printf("%.*s\n", static_cast<int>(text.size()), text.data());
}

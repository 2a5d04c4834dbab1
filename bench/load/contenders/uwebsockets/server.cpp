// uWebSockets with simdjson's on-demand front end.
#include "../../shared/simdjson_transform.hpp"
#include "../../shared/uwebsockets_server.hpp"

namespace {

class Work {
 public:
  std::string_view whole_answer(std::string_view body) { return with_head(transform_(body)); }
  std::string_view whole_answer_in_place(std::string& body) { return with_head(transform_.in_place(body)); }

 private:
  std::string_view with_head(const peers::Outcome& outcome) {
    const auto head = peers::head_of(outcome.status, outcome.text.size());
    if (outcome.status == 200) return transform_.behind(head);
    refusal_ = head;
    return refusal_ += outcome.text;
  }

  peers::Transform transform_;
  std::string refusal_;
};

}  // namespace

int main() {
  return peers::serve_with_uws<Work>();
}

// What a Transform is made of, from its options.
#include <core/plan.hpp>

#include <core/check.hpp>

namespace planish::core {
namespace {

// In the order in which an event goes through them.
void add_stages(Plan& plan) {
  const auto add = [&plan](bool configured, Stage stage) {
    if (!configured) return;
    check(plan.stages_size < kStagesMax);
    plan.stages[plan.stages_size++] = stage;
  };
  add(plan.options.event_types != nullptr, allow_list);
}

}  // namespace

Plan::Plan(const Options& from) : options(from) {
  add_stages(*this);
}

}  // namespace planish::core

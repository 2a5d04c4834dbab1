// What happens to any event of an answer that tells what the endpoint asks for. In a header: its readers take it in.
#pragma once

#include <core/batched.hpp>
#include <core/pass.hpp>
#include <core/told.hpp>

namespace planish::core {

inline void finish_told(Pass& pass, Event& event) noexcept {
  const bool is_judged = event.faulty || pass.plan.stages_size != 0;
  const bool ok = !is_judged || judge(pass, event);
  if (ok && pass.batched != nullptr) pass.batched->add(pass, event);
  const bool waits = ok && pass.batched != nullptr;  // the batch says what becomes of it
  if (pass.telling.results_by_id && !waits && (ok || pass.plan.tells_edited_id)) acknowledge(pass, event, ok);
  if (ok && pass.plan.options.answer != Answer::none) {
    pass.out = write_told(event, pass.telling, pass.out, pass.out_end);
  }
}

}  // namespace planish::core

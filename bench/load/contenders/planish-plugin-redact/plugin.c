/* Removes a member of each payload: what planish-rules does without a sandbox. */
#include "planish.h"

PLANISH_FIELDS("/payload/data")

planish_verdict planish_event(const planish_event_in* event, planish_result* result) {
  planish_text data = planish_field(event, 0);
  if (data.len == 0) return PLANISH_KEEP;
  return planish_remove(event, result, data) ? PLANISH_KEEP : planish_reject(result, "it could not be removed");
}

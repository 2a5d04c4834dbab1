/* Removes the email from every event and says that there was one. */
#include "planish.h"

/* JSON pointers into the event, one a line: planish finds them while it reads the event. */
PLANISH_FIELDS("/payload/email")

planish_verdict planish_event(const planish_event_in* event, planish_result* result) {
  planish_text email = planish_field(event, 0);
  if (planish_is(event->type, "debug")) return PLANISH_DROP;
  if (email.len == 0) return PLANISH_KEEP;
  if (!planish_remove(event, result, email)) return planish_reject(result, "the email could not be removed");
  planish_attribute(result, "had_email", "true");
  return PLANISH_KEEP;
}

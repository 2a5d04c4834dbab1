/* Drops every event. */
#include "planish.h"

planish_verdict planish_event(const planish_event_in* event, planish_result* result) {
  (void)event;
  (void)result;
  return PLANISH_DROP;
}

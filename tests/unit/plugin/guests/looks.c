/* A filter that finds nothing to drop: what a plugin costs at least that reads of each event. */
#include <planish/plugin/planish.h>

planish_verdict planish_event(const planish_event_in* event, planish_result* result) {
  (void)result;
  return planish_is(event->type, "never") ? PLANISH_DROP : PLANISH_KEEP;
}

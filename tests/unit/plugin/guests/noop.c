/* Keeps everything: what a plugin costs at least. */
#include <planish/plugin/planish.h>

planish_verdict planish_event(const planish_event_in* event, planish_result* result) {
  (void)event;
  (void)result;
  return PLANISH_KEEP;
}

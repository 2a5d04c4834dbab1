/* Gives every event its configuration as payload. */
#include <planish/plugin/planish.h>

static char kept[4096];
static planish_u32 size;

int planish_configure(planish_text config) {
  if (config.len > sizeof kept) return 1;
  for (size = 0; size < config.len; ++size) kept[size] = config.at[size];
  return 0;
}

planish_verdict planish_event(const planish_event_in* event, planish_result* result) {
  (void)event;
  result->payload.at = kept;
  result->payload.len = size;
  return PLANISH_KEEP;
}

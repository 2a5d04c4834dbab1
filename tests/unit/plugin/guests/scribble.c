/* Writes what the first event's payload says over its memory: eight bytes each, where (from the request on, or anywhere)
 * and what. The payload is no JSON, and nobody but a test sends it. */
#include <planish/plugin/planish.h>

planish_verdict planish_event(const planish_event_in* event, planish_result* result) {
  planish_u32 i;
  const planish_text words = event->payload;
  (void)result;
  if (planish_is(event->type, "calm")) return PLANISH_KEEP;
  for (i = 0; i + 8 <= words.len; i += 8) {
    planish_u32 at;
    planish_u32 value;
    __builtin_memcpy(&at, words.at + i, 4);
    __builtin_memcpy(&value, words.at + i + 4, 4);
    if (at >> 31 == 0) at = (planish_u32)planish_this_request + at % 8192;
    *(volatile planish_u32*)at = value;
  }
  return PLANISH_KEEP;
}

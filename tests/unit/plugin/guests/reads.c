/* Rejects every event of a request of an odd number, and says in 16 digits what it has read of it: from the last one to the
 * first, so that pages are touched in no order of the host's. Of an even number it reads nothing. */
#include <planish/plugin/planish.h>

typedef unsigned long long u64;

static u64 hash(u64 h, planish_text text) {
  planish_u32 i;
  for (i = 0; i < text.len; ++i) h = (h ^ (unsigned char)text.at[i]) * 0x100000001b3ull;
  return (h ^ text.len) * 0x100000001b3ull;
}

static void tell(const planish_event_in* event, planish_result* result) {
  static const char digits[] = "0123456789abcdef";
  u64 h = hash(hash(0xcbf29ce484222325ull, planish_this_request->context), event->type);
  char* out = (char*)planish_alloc(16);
  int i;
  h = hash(hash(h, event->payload), event->event);
  h = hash(hash((h ^ (u64)event->time) * 0x100000001b3ull, event->user), event->id);
  for (i = 0; i < 16; ++i) out[i] = digits[h >> (60 - 4 * i) & 15];
  result->reason.at = out;
  result->reason.len = 16;
  result->action = PLANISH_REJECT;
}

planish_verdict planish_event(const planish_event_in* event, planish_result* result) {
  planish_u32 i = planish_this_request->count;
  (void)result;
  if (i % 2 == 0 || event != planish_this_request->events) return PLANISH_KEEP;
  while (i-- != 0) tell(&event[i], &planish_this_request->verdicts[i]);
  return PLANISH_KEEP; /* what it has told stands */
}

/* Does to planish what an event's type names, and the number in its payload says. What it knows of other requests it
 * cannot tell: there is nothing. */
#include <planish/plugin/planish.h>

#define FAR ((volatile int*)0x7ffffff0)

static unsigned number(planish_text text) {
  unsigned value = 0;
  for (planish_u32 i = 0; i < text.len; ++i) {
    if (text.at[i] >= '0' && text.at[i] <= '9') value = value * 10 + (unsigned)(text.at[i] - '0');
  }
  return value;
}

/* The first number of a list is 0. */
static unsigned number_at(planish_text list, unsigned which) {
  unsigned value = 0;
  for (planish_u32 i = 0; i < list.len; ++i) {
    if (list.at[i] == ',' && which-- == 0) break;
    if (list.at[i] == ',') value = 0;
    if (list.at[i] >= '0' && list.at[i] <= '9') value = value * 10 + (unsigned)(list.at[i] - '0');
  }
  return value;
}

static volatile int sink;
static volatile unsigned zero;
__attribute__((noinline)) static int deep(int n) {
  volatile char frame[64];
  frame[n & 63] = (char)n;
  if (n < 0) return 0;
  return deep(n + 1) + frame[3];
}
typedef int (*Fn)(int);
static int round_about(int n);
static volatile Fn indirect = round_about;
/* On the native stack alone: nothing of it is in memory. */
static int round_about(int n) { return indirect(n + 1) * 3 + 1; }
typedef int (*OtherFn)(int, int, int);

static planish_text of(char c, planish_u32 len) {
  char* at = (char*)planish_alloc(len);
  planish_text text = {at, len};
  for (planish_u32 i = 0; i < len; ++i) at[i] = c;
  return text;
}

static void set(planish_text* text, unsigned at, unsigned len) {
  text->at = (const char*)at;
  text->len = len;
}

static unsigned end(void) { return (unsigned)__builtin_wasm_memory_size(0) * 65536u; }

/* Bytes that only a request that wrote them can know. */
static const char secret[] = "\"s3cret-of-somebody-else\"";
static unsigned hidden_global_like;

static int hide(void) {
  char* heap = (char*)planish_alloc(100000);
  for (int i = 0; i < 100000; i += 1000) planish_put(heap + i, planish_literal(secret));
  for (unsigned at = 256; at < 16000; at += 64) *(volatile unsigned*)at = 0x5ec7e7u; /* the stack */
  hidden_global_like = 77;
  __builtin_wasm_memory_grow(0, 3);
  planish_put((char*)(end() - 70000), planish_literal(secret));
  return 1;
}

static int seek(void) {
  unsigned found = hidden_global_like;
  for (unsigned at = 256; at + 32 < end(); at += 8) {
    if (*(volatile unsigned*)at == 0x5ec7e7u) ++found;
  }
  for (const char* at = (const char*)256; at + 32 < (const char*)end(); ++at) {
    if (at[1] == 's' && at[2] == '3' && at[3] == 'c' && at[4] == 'r' && at[5] == 'e' && at[6] == 't' && at > secret + 64)
      ++found;
  }
  return found == 0;
}

static int do_it(const planish_event_in* event, planish_result* result) {
  const planish_text type = event->type;
  const unsigned n = number(event->payload);
  if (planish_is(type, "read")) return (int)*(volatile unsigned char*)n;
  if (planish_is(type, "read_far")) return *FAR;
  if (planish_is(type, "write")) return (int)(*(volatile unsigned char*)n = 1);
  if (planish_is(type, "read_end")) return *(volatile int*)(end() - n);
  if (planish_is(type, "loop")) for (;;) __asm__ volatile("");
  if (planish_is(type, "loop_memory")) for (;;) ++sink;
  if (planish_is(type, "deep")) return deep(0);
  if (planish_is(type, "round_about")) return indirect(0);
  if (planish_is(type, "unreachable")) __builtin_trap();
  if (planish_is(type, "divide")) return 7 / (int)zero;
  if (planish_is(type, "overflow")) return (int)0x80000000 / ((int)zero - 1);
  if (planish_is(type, "wrong_call")) return ((OtherFn)(void*)indirect)(1, 2, 3);
  if (planish_is(type, "no_such_call")) return ((Fn)9999)(1);
  if (planish_is(type, "grow")) while (__builtin_wasm_memory_grow(0, n) != (unsigned long)-1) ++sink;
  if (planish_is(type, "touch_all")) for (unsigned at = 0; at < end(); at += 4096) *(volatile char*)at = *(volatile char*)at;
  if (planish_is(type, "records")) { /* over the head, the events, its own data */
    planish_request* request = (planish_request*)planish_this_request;
    for (planish_u32 i = 0; i < request->count; ++i) set(&((planish_event_in*)request->events)[i].event, n, n);
    request->count = n; /* the loop ends, or goes on into the wild */
    request->verdicts = (planish_result*)(unsigned long)n;
  }
  if (planish_is(type, "head")) { /* a word of the request, and then a trap or not */
    ((volatile planish_u32*)planish_this_request)[number_at(event->payload, 0)] = number_at(event->payload, 1);
    if (number_at(event->payload, 2) != 0) __builtin_trap();
    return 0;
  }
  if (planish_is(type, "word")) { /* a word of the verdict, beside what else is said */
    const unsigned word = number_at(event->payload, 0);
    const unsigned value = number_at(event->payload, 1);
    const unsigned with = number_at(event->payload, 2);
    if (with == 1) result->reason = planish_literal("because");
    if (with == 2) result->payload = result->attributes = event->payload;
    if (with == 3) result->type = event->type;
    ((volatile planish_u32*)result)[word] = value;
    if (word == 0) return (int)value;
    return with == 1 ? 2 : 0;
  }
  if (planish_is(type, "current")) ((planish_request*)planish_this_request)->current = n, __builtin_trap();
  if (planish_is(type, "action")) return result->action = n, 1;
  if (planish_is(type, "reserved")) return result->reserved[6] = n, 0;
  if (planish_is(type, "reason_at")) return set(&result->reason, n, 4), 2;
  if (planish_is(type, "reason_len")) return set(&result->reason, 1024, n), 2;
  if (planish_is(type, "type_at")) return set(&result->type, n, 4), 0;
  if (planish_is(type, "type_len")) return result->type = of('t', n), 0;
  if (planish_is(type, "type_empty")) return set(&result->type, 1024, 0), 0;
  if (planish_is(type, "type_not_utf8")) return result->type = of((char)0xff, 3), 0;
  if (planish_is(type, "payload_at")) return set(&result->payload, n, 4), 0;
  if (planish_is(type, "payload_end")) return set(&result->payload, end() - n, 4), 0;
  if (planish_is(type, "payload_len")) return set(&result->payload, 1024, n), 0;
  if (planish_is(type, "payload_is")) return result->payload = event->payload, 0;
  if (planish_is(type, "payload_bytes")) {
    result->payload = of(' ', n);
    ((char*)result->payload.at)[n - 1] = '1';
    return 0;
  }
  if (planish_is(type, "payload_string")) { /* the content of the string, as it stands */
    result->payload.at = event->payload.at + 1;
    result->payload.len = event->payload.len - 2;
    return 0;
  }
  if (planish_is(type, "payload_deep")) {
    result->payload = of('[', 2 * n);
    for (unsigned i = n; i < 2 * n; ++i) ((char*)result->payload.at)[i] = ']';
    return 0;
  }
  if (planish_is(type, "payload_not_utf8")) {
    result->payload = of((char)0xff, 3);
    ((char*)result->payload.at)[0] = ((char*)result->payload.at)[2] = '"';
    return 0;
  }
  if (planish_is(type, "attributes_is")) return result->attributes = event->payload, 0;
  if (planish_is(type, "attributes_at")) return set(&result->attributes, n, 4), 0;
  if (planish_is(type, "hide")) return hide(), 0;
  if (planish_is(type, "seek")) return seek() ? PLANISH_KEEP : PLANISH_REJECT;
  if (planish_is(type, "drop")) return PLANISH_DROP;
  if (planish_is(type, "reject")) return planish_reject(result, "because");
  return 0;
}

planish_verdict planish_event(const planish_event_in* event, planish_result* result) {
  const int done = do_it(event, result);
  if (planish_is(event->type, "word")) return (planish_verdict)done;
  if (planish_is(event->type, "action")) {
    return (planish_verdict)result->action;
  }
  return done == 1 || done == 2 ? (planish_verdict)done : PLANISH_KEEP;
}

/* planish.h: a plugin of planish in C or C++, for wasm32. No library is needed; include it in one file alone.
 *
 *   #include <planish.h>
 *   PLANISH_FIELDS("/payload/email\n/payload/ip")
 *   planish_verdict planish_event(const planish_event_in* event, planish_result* result) {
 *     if (planish_is(event->type, "debug")) return PLANISH_DROP;
 *     if (planish_field(event, 0).len) planish_attribute(result, "has_email", "true");
 *     return PLANISH_KEEP;
 *   }
 *
 *   clang --target=wasm32 -O2 -nostdlib -ffreestanding -mbulk-memory -Wl,--no-entry -Wl,--stack-first -Wl,-z,stack-size=16384
 *
 * Memory is bounded and nothing has to be freed: what a request allocates is gone with it. The records below are the ones
 * of ABI version 1, where they lie.
 */
#ifndef PLANISH_PLUGIN_H
#define PLANISH_PLUGIN_H

#ifdef __cplusplus
extern "C" {
#endif

typedef unsigned int planish_u32;
typedef long long planish_i64;

/* Bytes somewhere; not ended by a NUL. len 0: not there. */
typedef struct planish_text {
  const char* at;
  planish_u32 len;
} planish_text;

typedef enum planish_verdict { PLANISH_KEEP = 0, PLANISH_DROP = 1, PLANISH_REJECT = 2 } planish_verdict;

/* One event, after planish's rules. */
typedef struct planish_event_in {
  planish_text type;          /* UTF-8, unescaped */
  planish_i64 time;           /* ms since 1970 */
  planish_text user;          /* JSON text */
  planish_text id;            /* JSON text */
  planish_text payload;       /* JSON text */
  planish_text event;         /* JSON text, all of it */
  const planish_text* fields; /* see planish_field() */
  planish_u32 reserved[3];
} planish_event_in;

/* What becomes of it. All zeros: it stays as it was. */
typedef struct planish_result {
  planish_u32 action;
  planish_text reason;     /* of a reject: UTF-8, at most 256 bytes */
  planish_text type;       /* the new type */
  planish_text payload;    /* the new payload, JSON */
  planish_text attributes; /* a JSON object */
  planish_u32 reserved[7];
} planish_result;

typedef struct planish_request {
  planish_u32 abi;
  planish_u32 count;
  const planish_event_in* events;
  planish_result* verdicts;
  planish_text context; /* JSON: {"user_id":…,"trace_id":…,"request_id":…} */
  planish_u32 current;
  char* out;
  planish_u32 out_len;
  planish_text endpoint; /* its first path */
  planish_u32 reserved_44;
  planish_i64 received_at; /* ms since 1970 */
  planish_u32 reserved_56[2];
} planish_request;

/* Yours: what becomes of one event. Its result is all zeros at first. */
planish_verdict planish_event(const planish_event_in* event, planish_result* result);

/* Yours, or not: called once, with the table [plugin_config] as JSON. What it leaves in memory every request finds there.
 * Anything but 0: the plugin does not start. */
__attribute__((weak)) int planish_configure(planish_text config);

/* The request at hand, for its context and its time. */
static const planish_request* planish_this_request;

/* ---- texts */

static inline planish_u32 planish_length(const char* text) {
  planish_u32 len = 0;
  while (text[len] != 0) ++len;
  return len;
}

static inline planish_text planish_literal(const char* text) {
  planish_text out = {text, planish_length(text)};
  return out;
}

static inline int planish_is(planish_text text, const char* other) {
  planish_u32 i = 0;
  for (; i < text.len; ++i) {
    if (other[i] == 0 || other[i] != text.at[i]) return 0;
  }
  return other[i] == 0;
}

/* ---- memory: taken from the end of what there is, grown where it must be */

extern unsigned char __heap_base;
static planish_u32 planish_heap_top;     /* 0: nothing was taken yet */
static planish_u32 planish_heap_request; /* where a request's begins: what init took is below */
static int planish_is_configured;

/* `bytes`, aligned to 16; null where plugin_memory does not allow it. */
static inline void* planish_alloc(planish_u32 bytes) {
  planish_u32 begin, end;
  if (planish_heap_top == 0) planish_heap_top = ((planish_u32)&__heap_base + 15) & ~15u;
  begin = planish_heap_top;
  if (bytes > 0x7fffffffu) return 0;
  end = (begin + bytes + 15) & ~15u;
  if (end < begin) return 0;
  if (end > __builtin_wasm_memory_size(0) * 65536u) {
    planish_u32 missing = (end - __builtin_wasm_memory_size(0) * 65536u + 65535u) / 65536u;
    if (__builtin_wasm_memory_grow(0, missing) == (unsigned long)-1) return 0;
  }
  planish_heap_top = end;
  return (void*)begin;
}

/* ---- an event's fields */

/* One JSON pointer into the event a line; at most 64. planish finds them while it reads the event. */
#define PLANISH_FIELDS(pointers) \
  __attribute__((export_name("planish_fields"))) const char* planish_fields(void) { return pointers; }

/* The JSON text of the field of the i-th line; len 0: it is not there. A string has its quotes. */
static inline planish_text planish_field(const planish_event_in* event, planish_u32 i) { return event->fields[i]; }

/* ---- results */

static inline char* planish_put(char* out, planish_text text) {
  __builtin_memcpy(out, text.at, text.len);
  return out + text.len;
}

/* The event's fault says why. */
static inline planish_verdict planish_reject(planish_result* result, const char* reason) {
  result->reason = planish_literal(reason);
  return PLANISH_REJECT;
}

/* Adds a member to the event's attributes. The name needs no escape; `json` is a JSON text. 0: no memory. */
static inline int planish_attribute_text(planish_result* result, const char* name, planish_text json) {
  planish_text before = result->attributes;
  planish_text name_text = planish_literal(name);
  char* begin = (char*)planish_alloc(before.len + name_text.len + json.len + 5);
  char* out = begin;
  if (begin == 0) return 0;
  if (before.len == 0) {
    *out++ = '{';
  } else {
    before.len -= 1; /* its brace */
    out = planish_put(out, before);
    *out++ = ',';
  }
  *out++ = '"';
  out = planish_put(out, name_text);
  *out++ = '"';
  *out++ = ':';
  out = planish_put(out, json);
  *out++ = '}';
  result->attributes.at = begin;
  result->attributes.len = (planish_u32)(out - begin);
  return 1;
}

static inline int planish_attribute(planish_result* result, const char* name, const char* json) {
  return planish_attribute_text(result, name, planish_literal(json));
}

/* The payload as it is now: as sent, or as it was last set. */
static inline planish_text planish_payload(const planish_event_in* event, const planish_result* result) {
  return result->payload.len != 0 ? result->payload : event->payload;
}

/* A new payload: [from, to) of the event's own is left out, `instead` stands there. Only once an event. 0: the part is
 * not of the payload, or there is no memory. */
static inline int planish_splice(const planish_event_in* event, planish_result* result, const char* from, const char* to,
                                 planish_text instead) {
  planish_text all = event->payload;
  planish_text head, tail;
  char* begin;
  char* out;
  if (from < all.at || to < from || to > all.at + all.len) return 0;
  begin = (char*)planish_alloc(all.len - (planish_u32)(to - from) + instead.len);
  if (begin == 0) return 0;
  head.at = all.at;
  head.len = (planish_u32)(from - all.at);
  tail.at = to;
  tail.len = (planish_u32)(all.at + all.len - to);
  out = planish_put(planish_put(planish_put(begin, head), instead), tail);
  result->payload.at = begin;
  result->payload.len = (planish_u32)(out - begin);
  return 1;
}

/* Another value for a field of the payload. */
static inline int planish_replace(const planish_event_in* event, planish_result* result, planish_text field,
                                  const char* json) {
  return planish_splice(event, result, field.at, field.at + field.len, planish_literal(json));
}

static inline int planish_is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

/* A field of the payload that is a member of an object, with its name and a comma, is gone. */
static inline int planish_remove(const planish_event_in* event, planish_result* result, planish_text field) {
  const char* from = field.at;
  const char* to = field.at + field.len;
  const char* first = event->payload.at;
  planish_text nothing = {0, 0};
  if (field.len == 0 || from <= first || to >= first + event->payload.len) return 0;
  do --from; while (from > first && (planish_is_space(*from) || *from == ':'));
  /* Now at the name's closing quote; its opening one has an even number of backslashes before it. */
  for (;;) {
    const char* back;
    do --from; while (from > first && *from != '"');
    for (back = from; back > first && back[-1] == '\\';) --back;
    if ((from - back) % 2 == 0 || from <= first) break;
  }
  while (planish_is_space(*to)) ++to;
  if (*to == ',') return planish_splice(event, result, from, to + 1, nothing);
  do --from; while (from > first && planish_is_space(*from));
  return planish_splice(event, result, *from == ',' ? from : from + 1, field.at + field.len, nothing);
}

/* ---- what planish calls */

__attribute__((export_name("planish_abi"))) int planish_abi(void) { return 1; }

__attribute__((export_name("planish_buffer"))) void* planish_buffer(planish_u32 bytes) {
  if (planish_heap_request == 0 || !planish_is_configured) {
    if (planish_heap_top == 0) (void)planish_alloc(0);
    planish_heap_request = planish_heap_top;
    planish_is_configured = 1;
  }
  planish_heap_top = planish_heap_request;
  return planish_alloc(bytes);
}

__attribute__((export_name("planish_init"))) int planish_init(const char* config, planish_u32 len) {
  planish_text text = {config, len};
  int result = planish_configure ? planish_configure(text) : 0;
  planish_is_configured = 0; /* what was taken until here stays */
  return result;
}

__attribute__((export_name("planish_events"))) int planish_events(planish_request* request) {
  planish_u32 i;
  planish_this_request = request;
  for (i = 0; i < request->count; ++i) {
    *(volatile planish_u32*)&request->current = i;
    planish_verdict verdict = planish_event(&request->events[i], &request->verdicts[i]);
    if (verdict != PLANISH_KEEP) request->verdicts[i].action = (planish_u32)verdict; /* it holds PLANISH_KEEP */
  }
  return 0;
}

/* What a compiler may call for a copy. */
__attribute__((weak)) void* memcpy(void* to, const void* from, unsigned long bytes) {
  char* out = (char*)to;
  const char* in = (const char*)from;
  while (bytes-- != 0) *out++ = *in++;
  return to;
}
__attribute__((weak)) void* memset(void* to, int value, unsigned long bytes) {
  char* out = (char*)to;
  while (bytes-- != 0) *out++ = (char)value;
  return to;
}

#ifdef __cplusplus
}
#endif
#endif

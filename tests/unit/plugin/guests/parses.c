/* Removes the member "email" of a payload that it reads itself, token by token: what a plugin costs that asks for no field.
 * bench/load has another MEMBER, and there it tags nothing. */
#include "planish.h"

#ifndef MEMBER
#define MEMBER "email"
#define TAG "had_email"
#endif

static const char* after_string(const char* at, const char* end) {
  for (++at; at < end && *at != '"'; ++at) {
    if (*at == '\\') ++at;
  }
  return at + 1;
}

/* Behind the value at `at`, or `end`. */
static const char* after_value(const char* at, const char* end) {
  unsigned depth = 0;
  while (at < end) {
    if (*at == '"') {
      at = after_string(at, end);
      if (depth == 0) return at;
      continue;
    }
    if (*at == '{' || *at == '[') ++depth;
    if (*at == '}' || *at == ']') {
      if (depth == 0) return at;
      if (--depth == 0) return at + 1;
    }
    if (*at == ',' && depth == 0) return at;
    ++at;
  }
  return end;
}

static const char* after_space(const char* at, const char* end) {
  while (at < end && planish_is_space(*at)) ++at;
  return at;
}

planish_verdict planish_event(const planish_event_in* event, planish_result* result) {
  const char* end = event->payload.at + event->payload.len;
  const char* at = after_space(event->payload.at, end);
  if (at == end || *at != '{') return PLANISH_KEEP;
  at = after_space(at + 1, end);
  while (at < end && *at == '"') {
    planish_text name = {at + 1, 0};
    planish_text value;
    at = after_string(at, end);
    name.len = (planish_u32)(at - 1 - name.at);
    value.at = at = after_space(after_space(at, end) + 1, end); /* behind the colon */
    at = after_value(at, end);
    value.len = (planish_u32)(at - value.at);
    if (planish_is(name, MEMBER)) {
      if (!planish_remove(event, result, value)) return planish_reject(result, "it could not be removed");
#ifdef TAG
      planish_attribute(result, TAG, "true");
#endif
      return PLANISH_KEEP;
    }
    at = after_space(at, end);
    if (at < end && *at == ',') at = after_space(at + 1, end);
  }
  return PLANISH_KEEP;
}

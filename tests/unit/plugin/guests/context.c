/* Says of each event what the plugin is told of its request. */
#include <planish/plugin/planish.h>

planish_verdict planish_event(const planish_event_in* event, planish_result* result) {
  const planish_text endpoint = planish_this_request->endpoint;
  char* const quoted = (char*)planish_alloc(endpoint.len + 2);
  planish_text text = {quoted, endpoint.len + 2};
  quoted[0] = quoted[endpoint.len + 1] = '"';
  planish_put(quoted + 1, endpoint);
  (void)event;
  planish_attribute_text(result, "context", planish_this_request->context);
  planish_attribute_text(result, "endpoint", text);
  return PLANISH_KEEP;
}

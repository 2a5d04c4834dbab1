// Removes the email from every event and says that there was one.
import { Event, Response, Verdict, run } from "./planish";
export { planish_abi, planish_buffer } from "./planish";

// JSON pointers into the event, one a line: planish finds them while it reads the event.
const fields = String.UTF8.encode("/payload/email", true);
export function planish_fields(): usize {
  return changetype<usize>(fields);
}

function onEvent(event: Event, response: Response): Verdict {
  if (event.is("debug")) return Verdict.Drop;
  const email = event.field(0);
  if (email.len == 0) return Verdict.Keep;
  if (!response.remove(event, email)) return response.reject("the email could not be removed");
  response.attribute("had_email", "true");
  return Verdict.Keep;
}

export function planish_events(request: usize): i32 {
  return run(request, onEvent);
}

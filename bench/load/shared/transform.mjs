// The real work in JavaScript, one copy for Node, Bun, Deno and workerd: parse, validate, transform (the hash is the
// payload's first 8 code points), serialise. JSON.parse makes doubles of integers beyond 2^53; that is the language's.
const eventsMax = 10_000;
const eventTypeBytesMax = 256;

export class Refusal extends Error {
  constructor(status, reason) {
    super(reason);
    this.status = status;
  }
}

const invalid = (reason) => new Refusal(422, reason);

/** The first 8 code points: as many UTF-16 units, and one more for each pair of surrogates among them. */
export function prefix8(text) {
  let end = 0;
  for (let points = 0; points < 8 && end < text.length; ++points) {
    const unit = text.charCodeAt(end);
    end += unit >= 0xd800 && unit < 0xdc00 && end + 1 < text.length ? 2 : 1;
  }
  return text.slice(0, end);
}

const ofText = (payload) => prefix8(JSON.stringify(payload));

function processed(event, hash) {
  if (event === null || typeof event !== 'object') throw invalid('an event is no object');
  const type = event.event_type;
  if (typeof type !== 'string' || type.length === 0 || type.length > eventTypeBytesMax) throw invalid('event_type');
  if (!Number.isInteger(event.timestamp)) throw invalid('timestamp');
  if (event.payload === undefined) throw invalid('payload');
  return {
    event_type: type,
    normalized_timestamp: event.timestamp,
    hash: hash(event.payload),
  };
}

/** The answer's JSON for a body's JSON; throws a Refusal with the status that the answer is to have. `hash` makes a payload's. */
export function transform(body, hash = ofText) {
  const start = performance.now();
  let batch;
  try {
    batch = JSON.parse(body);
  } catch {
    throw new Refusal(400, 'not JSON');
  }
  if (batch === null || typeof batch !== 'object') throw invalid('no object');
  if (!Number.isInteger(batch.user_id) || batch.user_id < 0) throw invalid('user_id');
  if (!Array.isArray(batch.events) || batch.events.length > eventsMax) throw invalid('events');
  const metadata = batch.metadata ?? null;
  if (metadata !== null && (typeof metadata.source !== 'string' || typeof metadata.trace_id !== 'string')) {
    throw invalid('metadata');
  }
  return JSON.stringify({
    user_id: batch.user_id,
    processed_events: batch.events.map((event) => processed(event, hash)),
    total_duration_ms: Math.trunc(performance.now() - start),
    trace_id: metadata === null ? null : metadata.trace_id,
  });
}

/** A fetch-style answer, for the runtimes that speak Request and Response. */
export async function respond(request) {
  if (request.method !== 'POST') return new Response('POST /', { status: 404 });
  try {
    return new Response(transform(await request.text()), { headers: { 'content-type': 'application/json' } });
  } catch (e) {
    return new Response(e.message, { status: e.status ?? 500 });
  }
}

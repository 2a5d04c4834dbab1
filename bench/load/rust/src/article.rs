//! The article's program: serde_json reads the body into structs, `payload` is a `Value`, whose text is made again for its prefix; the
//! answer is a tree of structs. A `Value` sorts names, so the prefix is of the sorted text. The clock is the caller's: WebAssembly's differs.
use serde::{Deserialize, Serialize};

const EVENTS_MAX: usize = 10_000;
const EVENT_TYPE_BYTES_MAX: usize = 256;

#[derive(Deserialize)]
pub struct Event {
    pub event_type: String,
    pub timestamp: i64,
    pub payload: serde_json::Value,
}

#[derive(Deserialize)]
pub struct Metadata {
    #[allow(dead_code)] // read to be validated
    source: String,
    trace_id: String,
}

#[derive(Deserialize)]
struct Batch {
    user_id: u64,
    events: Vec<Event>,
    metadata: Option<Metadata>,
}

#[derive(Serialize)]
struct Processed {
    event_type: String,
    normalized_timestamp: i64,
    hash: String,
}

#[derive(Serialize)]
struct Answer {
    user_id: u64,
    processed_events: Vec<Processed>,
    total_duration_ms: u64,
    trace_id: Option<String>,
}

/// The answer's JSON, or the status of a refusal. `hash` makes a payload's hash; `now_ms` is a clock that never goes back.
pub fn transform(body: &[u8], hash: impl Fn(&serde_json::Value) -> String, now_ms: impl Fn() -> u64) -> Result<Vec<u8>, u16> {
    let start = now_ms();
    let batch: Batch = serde_json::from_slice(body).map_err(|e| if e.is_data() { 422u16 } else { 400 })?;
    let is_valid = |e: &Event| !e.event_type.is_empty() && e.event_type.len() <= EVENT_TYPE_BYTES_MAX;
    if batch.events.len() > EVENTS_MAX || !batch.events.iter().all(is_valid) {
        return Err(422);
    }
    let processed_events = batch
        .events
        .into_iter()
        .map(|e| Processed {
            hash: hash(&e.payload),
            event_type: e.event_type,
            normalized_timestamp: e.timestamp,
        })
        .collect();
    let answer = Answer {
        user_id: batch.user_id,
        processed_events,
        total_duration_ms: now_ms() - start,
        trace_id: batch.metadata.map(|m| m.trace_id),
    };
    serde_json::to_vec(&answer).map_err(|_| 500)
}

/// The article's hash: the first eight characters of the payload's text.
pub fn prefix8(payload: &serde_json::Value) -> String {
    payload.to_string().chars().take(8).collect()
}

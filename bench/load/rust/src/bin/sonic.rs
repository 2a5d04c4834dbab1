//! The best Rust that its own books know: sonic-rs, borrowed strings, the payload's text taken as sent, one buffer, mimalloc.
use planish_peers::{now_ms, serve_with_hyper};
use serde::{Deserialize, Serialize};
use sonic_rs::LazyValue;
use std::borrow::Cow;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const EVENTS_MAX: usize = 10_000;
const EVENT_TYPE_BYTES_MAX: usize = 256;

#[derive(Deserialize)]
struct Event<'a> {
    #[serde(borrow)]
    event_type: Cow<'a, str>,
    timestamp: i64,
    #[serde(borrow)]
    payload: LazyValue<'a>,
}

#[derive(Deserialize)]
struct Metadata<'a> {
    #[allow(dead_code)] // read to be validated
    #[serde(borrow)]
    source: Cow<'a, str>,
    #[serde(borrow)]
    trace_id: Cow<'a, str>,
}

#[derive(Deserialize)]
struct Batch<'a> {
    user_id: u64,
    #[serde(borrow)]
    events: Vec<Event<'a>>,
    #[serde(borrow)]
    metadata: Option<Metadata<'a>>,
}

#[derive(Serialize)]
struct Processed<'a> {
    event_type: &'a str,
    normalized_timestamp: i64,
    hash: &'a str,
}

#[derive(Serialize)]
struct Answer<'a> {
    user_id: u64,
    processed_events: Vec<Processed<'a>>,
    total_duration_ms: u64,
    trace_id: Option<&'a str>,
}

fn prefix8(text: &str) -> &str {
    text.char_indices().nth(8).map_or(text, |(end, _)| &text[..end])
}

fn transform(body: &[u8]) -> Result<Vec<u8>, u16> {
    let start = now_ms();
    let batch: Batch = sonic_rs::from_slice(body).map_err(|e| if e.is_unmatched_type() { 422u16 } else { 400 })?;
    let is_valid = |e: &Event| !e.event_type.is_empty() && e.event_type.len() <= EVENT_TYPE_BYTES_MAX;
    if batch.events.len() > EVENTS_MAX || !batch.events.iter().all(is_valid) {
        return Err(422);
    }
    let processed_events = batch
        .events
        .iter()
        .map(|e| Processed { event_type: &e.event_type, normalized_timestamp: e.timestamp, hash: prefix8(e.payload.as_raw_str()) })
        .collect();
    let answer = Answer {
        user_id: batch.user_id,
        processed_events,
        total_duration_ms: now_ms() - start,
        trace_id: batch.metadata.as_ref().map(|m| &*m.trace_id),
    };
    let mut out = Vec::with_capacity(body.len());
    sonic_rs::to_writer(&mut out, &answer).map_err(|_| 500u16)?;
    Ok(out)
}

fn main() {
    serve_with_hyper(transform);
}

//! The article's program: hyper 0.14 takes the body whole, serde_json reads it into structs, the answer is built and
//! serialised. `payload` is a `serde_json::Value`, whose names are sorted, so its prefix is of the sorted text.
use hyper::service::{make_service_fn, service_fn};
use hyper::{header, Body, Method, Request, Response, Server, StatusCode};
use serde::{Deserialize, Serialize};
use std::{convert::Infallible, env, net::SocketAddr, time::Instant};

#[derive(Deserialize)]
struct Event {
    event_type: String,
    timestamp: i64,
    payload: serde_json::Value,
}

#[derive(Deserialize)]
struct Metadata {
    #[allow(dead_code)]
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
    total_duration_ms: u128,
    trace_id: Option<String>,
}

const EVENTS_MAX: usize = 10_000;
const EVENT_TYPE_BYTES_MAX: usize = 256;

fn refusal(status: StatusCode, reason: &str) -> Response<Body> {
    let mut answer = Response::new(Body::from(reason.to_string()));
    *answer.status_mut() = status;
    answer
}

fn transform(body: &[u8]) -> Response<Body> {
    let start = Instant::now();
    let batch: Batch = match serde_json::from_slice(body) {
        Ok(batch) => batch,
        Err(e) if e.is_data() => return refusal(StatusCode::UNPROCESSABLE_ENTITY, "not a request"),
        Err(_) => return refusal(StatusCode::BAD_REQUEST, "not JSON"),
    };
    let valid = |e: &Event| !e.event_type.is_empty() && e.event_type.len() <= EVENT_TYPE_BYTES_MAX;
    if batch.events.len() > EVENTS_MAX || !batch.events.iter().all(valid) {
        return refusal(StatusCode::UNPROCESSABLE_ENTITY, "invalid events");
    }
    let processed_events = batch
        .events
        .into_iter()
        .map(|e| Processed {
            hash: e.payload.to_string().chars().take(8).collect(),
            event_type: e.event_type,
            normalized_timestamp: e.timestamp,
        })
        .collect();
    let answer = Answer {
        user_id: batch.user_id,
        processed_events,
        total_duration_ms: start.elapsed().as_millis(),
        trace_id: batch.metadata.map(|m| m.trace_id),
    };
    match serde_json::to_vec(&answer) {
        Ok(bytes) => Response::builder()
            .header(header::CONTENT_TYPE, "application/json")
            .body(Body::from(bytes))
            .unwrap(),
        Err(_) => refusal(StatusCode::INTERNAL_SERVER_ERROR, "cannot serialise"),
    }
}

async fn answer(request: Request<Body>) -> Result<Response<Body>, Infallible> {
    if request.method() != Method::POST || request.uri().path() != "/" {
        return Ok(refusal(StatusCode::NOT_FOUND, "POST /"));
    }
    Ok(match hyper::body::to_bytes(request.into_body()).await {
        Ok(body) => transform(&body),
        Err(_) => refusal(StatusCode::BAD_REQUEST, "broken body"),
    })
}

fn number(name: &str, default: usize) -> usize {
    env::var(name).ok().and_then(|v| v.parse().ok()).unwrap_or(default)
}

fn main() {
    let address = SocketAddr::from(([127, 0, 0, 1], number("PORT", 8080) as u16));
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(number("THREADS", 1))
        .enable_all()
        .build()
        .expect("runtime");
    runtime.block_on(async {
        let make = make_service_fn(|_| async { Ok::<_, Infallible>(service_fn(answer)) });
        Server::bind(&address).tcp_nodelay(true).serve(make).await.expect("serve");
    });
}

//! The article's transform behind wasi:http: the body is read whole, the answer goes out in the pieces that WASI's streams take.
use wasip2::clocks::monotonic_clock;
use wasip2::http::types::{Fields, IncomingRequest, Method, OutgoingBody, OutgoingResponse, ResponseOutparam};
use wasip2::io::streams::{OutputStream, StreamError};

#[path = "../../src/article.rs"]
mod article;

const BODY_BYTES_MAX: usize = 1 << 20;
const READ_BYTES: u64 = 64 << 10;
const WRITE_BYTES_MAX: usize = 4096; // blocking-write-and-flush takes no more

fn now_ms() -> u64 {
    monotonic_clock::now() / 1_000_000
}

fn receive(request: IncomingRequest) -> Result<Vec<u8>, u16> {
    let body = request.consume().map_err(|()| 400u16)?;
    let stream = body.stream().map_err(|()| 400u16)?;
    let mut bytes = Vec::with_capacity(16 << 10);
    while bytes.len() <= BODY_BYTES_MAX {
        match stream.blocking_read(READ_BYTES) {
            Ok(part) => bytes.extend_from_slice(&part),
            Err(StreamError::Closed) => return Ok(bytes),
            Err(_) => return Err(400),
        }
    }
    Err(413)
}

fn send(stream: &OutputStream, text: &[u8]) {
    for part in text.chunks(WRITE_BYTES_MAX) {
        if stream.blocking_write_and_flush(part).is_err() {
            return; // the client has gone
        }
    }
}

struct Component;

impl wasip2::exports::http::incoming_handler::Guest for Component {
    fn handle(request: IncomingRequest, out: ResponseOutparam) {
        let answer = match request.method() {
            Method::Post => receive(request).and_then(|body| article::transform(&body, article::prefix8, now_ms)),
            _ => Err(404),
        };
        let (status, text) = match answer {
            Ok(text) => (200, text),
            Err(status) => (status, Vec::new()),
        };
        let headers = Fields::new();
        let _ = headers.append("content-type", b"application/json");
        let _ = headers.append("content-length", text.len().to_string().as_bytes());
        let response = OutgoingResponse::new(headers);
        let _ = response.set_status_code(status);
        let body = response.body().expect("taken once");
        ResponseOutparam::set(out, Ok(response));
        if let Ok(stream) = body.write() {
            send(&stream, &text);
        }
        let _ = OutgoingBody::finish(body, None);
    }
}

wasip2::http::proxy::export!(Component);

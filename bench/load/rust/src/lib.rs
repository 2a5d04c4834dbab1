//! What the peers on hyper share: one thread, a task a connection, the body whole, POST / and nothing else.
use http_body_util::{BodyExt, Full};
use hyper::body::{Bytes, Incoming};
use hyper::service::service_fn;
use hyper::{header, Method, Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use std::{convert::Infallible, env, net::SocketAddr, sync::OnceLock, time::Instant};
use tokio::net::TcpListener;

pub mod article;

/// The answer's JSON, or the status of a refusal.
pub type Transform = fn(&[u8]) -> Result<Vec<u8>, u16>;

pub fn now_ms() -> u64 {
    static START: OnceLock<Instant> = OnceLock::new();
    START.get_or_init(Instant::now).elapsed().as_millis() as u64
}

/// Listens on 127.0.0.1:$PORT within a runtime of one thread, since the server has one core, and runs `serve` with the listener.
pub fn listen<F: std::future::Future<Output = ()>>(serve: impl FnOnce(TcpListener) -> F) {
    let port = env::var("PORT").ok().and_then(|v| v.parse().ok()).unwrap_or(8080);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_io().build().expect("a runtime");
    runtime.block_on(async {
        let listener = TcpListener::bind(SocketAddr::from(([127, 0, 0, 1], port))).await.expect("the port");
        serve(listener).await;
    });
}

pub fn serve_with_hyper(transform: Transform) {
    listen(|listener| async move {
        loop {
            let Ok((stream, _)) = listener.accept().await else { continue };
            let _ = stream.set_nodelay(true);
            tokio::spawn(async move {
                let service = service_fn(move |request| answer(request, transform));
                let _ = hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(stream), service).await;
            });
        }
    });
}

async fn answer(request: Request<Incoming>, transform: Transform) -> Result<Response<Full<Bytes>>, Infallible> {
    if request.method() != Method::POST || request.uri().path() != "/" {
        return Ok(respond(404, Vec::new()));
    }
    let Ok(body) = request.into_body().collect().await else { return Ok(respond(400, Vec::new())) };
    Ok(match transform(&body.to_bytes()) {
        Ok(text) => respond(200, text),
        Err(status) => respond(status, Vec::new()),
    })
}

fn respond(status: u16, body: Vec<u8>) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(Bytes::from(body)));
    *response.status_mut() = StatusCode::from_u16(status).expect("a status");
    response.headers_mut().insert(header::CONTENT_TYPE, header::HeaderValue::from_static("application/json"));
    response
}

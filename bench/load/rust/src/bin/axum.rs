//! axum, and the article's transform behind it.
use axum::{body::Bytes, http::header, http::StatusCode, response::IntoResponse, routing::post, Router};
use planish_peers::{article, listen, now_ms};

const BODY_BYTES_MAX: usize = 2 << 20;

async fn events(body: Bytes) -> impl IntoResponse {
    let (status, text) = match article::transform(&body, article::prefix8, now_ms) {
        Ok(text) => (StatusCode::OK, text),
        Err(status) => (StatusCode::from_u16(status).expect("a status"), Vec::new()),
    };
    (status, [(header::CONTENT_TYPE, "application/json")], text)
}

fn main() {
    listen(|listener| async move {
        let router = Router::new().route("/", post(events)).layer(axum::extract::DefaultBodyLimit::max(BODY_BYTES_MAX));
        let listener = axum::serve::ListenerExt::tap_io(listener, |stream| {
            let _ = stream.set_nodelay(true);
        });
        axum::serve(listener, router).await.expect("serves");
    });
}

//! hyper 1 and serde_json: the article's design with a current compiler.
use planish_peers::{article, now_ms, serve_with_hyper};

fn main() {
    serve_with_hyper(|body| article::transform(body, article::prefix8, now_ms));
}

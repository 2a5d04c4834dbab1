//! The second contest: the hash is SHA-256 of the payload's RFC 8785 text, by serde_jcs and sha2.
use planish_peers::{article, now_ms, serve_with_hyper};
use sha2::{Digest, Sha256};

fn sha256_of_canonical(payload: &serde_json::Value) -> String {
    let text = serde_jcs::to_vec(payload).expect("a value has a text");
    Sha256::digest(&text).iter().map(|byte| format!("{byte:02x}")).collect()
}

fn main() {
    serve_with_hyper(|body| article::transform(body, sha256_of_canonical, now_ms));
}

#!/bin/sh
# plugin.wasm from src/lib.rs, and plugin.cwasm, which planish runs.
# Debian 12: apt-get install cargo-web rustc-web rust-web-src lld-19. Its Rust has no core library for wasm32 ready, so that is
# built too, from rust-web-src. With a rustup that has the target wasm32-unknown-unknown: STD=none LINKER=rust-lld sh build.sh
set -e
cd "$(dirname "$0")"
sources=lib/rustlib/src/rust/library/Cargo.lock  # of core: where the first Rust in the PATH has none, as a rustup, Debian's may
if [ "${STD:-}" != none ] && [ ! -e "$(rustc --print sysroot)/$sources" ] && [ -e "/usr/$sources" ]; then PATH=/usr/bin:$PATH; fi
export RUSTFLAGS="-C link-arg=--stack-first -C link-arg=-zstack-size=16384 -C linker=${LINKER:-wasm-ld-19} \
  -C linker-flavor=wasm-ld -C target-feature=+bulk-memory"
if [ "${STD:-}" = none ]; then
  cargo build --release --target wasm32-unknown-unknown
else
  RUSTC_BOOTSTRAP=1 cargo build --release --target wasm32-unknown-unknown -Zbuild-std=core
fi
cp "${CARGO_TARGET_DIR:-target}/wasm32-unknown-unknown/release/plugin.wasm" plugin.wasm
"${PLANISH:-planish}" plugin build plugin.wasm

//! What the runtime in planish and planish-compile must agree on: wasmtime compares it when a compiled plugin is loaded.
//! Both crates have this one file.

use wasmtime::Config;

/// The version of this agreement; a compiled plugin says which one it was made by.
pub const AGREEMENT: &core::ffi::CStr = c"wasmtime-48/1";

pub fn agree(config: &mut Config) {
    config
        // A 4 GiB reservation and a guard behind it make every 32-bit address safe: no bounds check is compiled.
        .signals_based_traps(true)
        .memory_reservation(4 << 30)
        .memory_guard_size(32 << 20)
        .guard_before_linear_memory(false)
        .memory_may_move(false)
        // Memories are planish's own, which fills them.
        .memory_init_cow(false)
        .epoch_interruption(true)
        .consume_fuel(false)
        .wasm_simd(true)
        .wasm_bulk_memory(true)
        .wasm_multi_value(true)
        .wasm_tail_call(true)
        .wasm_relaxed_simd(false)
        .wasm_multi_memory(false)
        .wasm_memory64(false);
}

;; it imports wasi_snapshot_preview1.memory
(module (import "wasi_snapshot_preview1" "memory" (memory 1))
  (func (export "planish_events") (param i32) (result i32) (i32.const 0)))

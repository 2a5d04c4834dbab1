;; What init sets in a global that nothing else changes. Rejects where it is not set; two events end in a trap.
(module
  (memory (export "memory") 2)
  (global $is_set (mut i32) (i32.const 0))
  (func $set (global.set $is_set (i32.const 1)))
  (func (export "planish_abi") (result i32) (i32.const 1))
  (func (export "planish_init") (param i32 i32) (result i32) (call $set) (i32.const 0))
  (func (export "planish_buffer") (param i32) (result i32) (i32.const 1024))
  (func (export "planish_events") (param $request i32) (result i32)
    (if (i32.ne (i32.load offset=4 (local.get $request)) (i32.const 1)) (then unreachable))
    (if (i32.eqz (global.get $is_set)) (then (i32.store (i32.load offset=12 (local.get $request)) (i32.const 2))))
    (i32.const 0)))

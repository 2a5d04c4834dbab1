;; it exports planish:global:0
(module (memory (export "memory") 2)
  (func (export "planish_abi") (result i32) (i32.const 1))
  (func (export "planish_buffer") (param i32) (result i32) (i32.const 1024)) (global (export "planish:global:0") i32 (i32.const 0))
  (func (export "planish_events") (param i32) (result i32) (i32.const 0)))

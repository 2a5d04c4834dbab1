;; it changes a table
(module (memory (export "memory") 2)
  (func (export "planish_abi") (result i32) (i32.const 1))
  (func (export "planish_buffer") (param i32) (result i32) (i32.const 1024)) (table 2 funcref)
  (func (export "planish_events") (param i32) (result i32) (table.set 0 (i32.const 0) (ref.null func)) (i32.const 0)))

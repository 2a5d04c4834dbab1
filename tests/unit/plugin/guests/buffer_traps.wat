;; Its planish_buffer gives no room.
(module
  (memory (export "memory") 2)
  (func (export "planish_abi") (result i32) (i32.const 1))
  (func (export "planish_buffer") (param $bytes i32) (result i32)
    (if (i32.le_u (local.get $bytes) (i32.const 262144)) (then (return (i32.const 0))))
    (unreachable))
  (func (export "planish_events") (param i32) (result i32) (i32.const 0)))

;; it drops a segment
(module (memory (export "memory") 2)
  (func (export "planish_abi") (result i32) (i32.const 1))
  (func (export "planish_buffer") (param i32) (result i32) (i32.const 1024)) (data $d "secret")
  (func (export "planish_events") (param i32) (result i32) (data.drop $d) (i32.const 0)))

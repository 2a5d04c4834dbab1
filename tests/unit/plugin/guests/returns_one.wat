;; Says drop of the first event, and then that all of it has failed.
(module
  (memory (export "memory") 2)
  (func (export "planish_abi") (result i32) (i32.const 1))
  (func (export "planish_buffer") (param i32) (result i32) (i32.const 1024))
  (func (export "planish_events") (param $request i32) (result i32)
    (i32.store (i32.load offset=12 (local.get $request)) (i32.const 1))
    (i32.const 1)))

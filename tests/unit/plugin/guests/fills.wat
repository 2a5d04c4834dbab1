;; Writes to more of its memory than a request was given: by its own stores where the first event's type has one byte, by memory.fill,
;; which the engine does for it, where it has three.
(module
  (memory (export "memory") 240)
  (func (export "planish_abi") (result i32) (i32.const 1))
  (func (export "planish_buffer") (param i32) (result i32) (i32.const 65536))
  (func (export "planish_events") (param $request i32) (result i32)
    (local $at i32) (local $type i32)
    (local.set $at (i32.const 1048576))
    (local.set $type (i32.load offset=4 (i32.load offset=8 (local.get $request))))
    (if (i32.eq (local.get $type) (i32.const 3))
      (then (memory.fill (local.get $at) (i32.const 7) (i32.const 12000000))))
    (if (i32.eq (local.get $type) (i32.const 1))
      (then (loop $next
        (i32.store (local.get $at) (i32.const 1))
        (br_if $next (i32.lt_u (local.tee $at (i32.add (local.get $at) (i32.const 4096))) (i32.const 13000000))))))
    (i32.const 0)))

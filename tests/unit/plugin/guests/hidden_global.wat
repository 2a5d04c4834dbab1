;; A counter in a mutable global that it does not export. Rejects from the second event on that it has seen since its start.
(module
  (memory (export "memory") 2)
  (global $seen (mut i32) (i32.const 0))
  (func (export "planish_abi") (result i32) (i32.const 1))
  (func (export "planish_buffer") (param i32) (result i32) (i32.const 1024))
  (func (export "planish_events") (param $request i32) (result i32)
    (local $verdict i32) (local $left i32)
    (local.set $verdict (i32.load offset=12 (local.get $request)))
    (local.set $left (i32.load offset=4 (local.get $request)))
    (loop $next
      (if (global.get $seen) (then (i32.store (local.get $verdict) (i32.const 2))))
      (global.set $seen (i32.add (global.get $seen) (i32.const 1)))
      (local.set $verdict (i32.add (local.get $verdict) (i32.const 64)))
      (br_if $next (local.tee $left (i32.sub (local.get $left) (i32.const 1)))))
    (i32.const 0)))

;; Asks WASI for what the event's type names by its first letter, and rejects with what it was told.
(module
  (import "wasi_snapshot_preview1" "fd_write" (func $fd_write (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "clock_time_get" (func $clock (param i32 i64 i32) (result i32)))
  (import "wasi_snapshot_preview1" "random_get" (func $random (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "environ_sizes_get" (func $sizes (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "path_open" (func $path_open (param i32) (result i32)))
  (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
  (memory (export "memory") 2)
  (data (i32.const 16) "\20\00\00\00\06\00\00\00hello\0a")  ;; a piece: 32, 6 bytes
  (data (i32.const 32) "hello\0a")
  (data (i32.const 64) "\20\00\00\00\06\00\00\00\f0\ff\ff\ff\06\00\00\00") ;; and a wild one
  (func (export "planish_abi") (result i32) (i32.const 1))
  (func (export "planish_buffer") (param i32) (result i32) (i32.const 4096))
  (func $is (param $type i32) (param $letter i32) (result i32)
    (i32.eq (i32.load8_u (i32.load (local.get $type))) (local.get $letter)))
  ;; The digits of a number below 100 at 128.
  (func $say (param $verdict i32) (param $errno i32) (result i32)
    (i32.store8 (i32.const 128) (i32.add (i32.const 48) (i32.div_u (local.get $errno) (i32.const 10))))
    (i32.store8 (i32.const 129) (i32.add (i32.const 48) (i32.rem_u (local.get $errno) (i32.const 10))))
    (i32.store (local.get $verdict) (i32.const 2))
    (i32.store offset=4 (local.get $verdict) (i32.const 128))
    (i32.store offset=8 (local.get $verdict) (i32.const 2))
    (i32.const 0))
  (func (export "planish_events") (param $request i32) (result i32)
    (local $event i32) (local $verdict i32)
    (local.set $event (i32.load offset=8 (local.get $request)))
    (local.set $verdict (i32.load offset=12 (local.get $request)))
    (if (call $is (local.get $event) (i32.const 119)) ;; write
      (then (return (call $say (local.get $verdict) (call $fd_write (i32.const 1) (i32.const 16) (i32.const 1) (i32.const 256))))))
    (if (call $is (local.get $event) (i32.const 98)) ;; bad piece
      (then (return (call $say (local.get $verdict) (call $fd_write (i32.const 2) (i32.const 64) (i32.const 2) (i32.const 256))))))
    (if (call $is (local.get $event) (i32.const 102)) ;; file
      (then (return (call $say (local.get $verdict) (call $fd_write (i32.const 3) (i32.const 16) (i32.const 1) (i32.const 256))))))
    (if (call $is (local.get $event) (i32.const 111)) ;; open
      (then (return (call $say (local.get $verdict) (call $path_open (i32.const 0))))))
    (if (call $is (local.get $event) (i32.const 119)) (then (unreachable)))
    (if (call $is (local.get $event) (i32.const 115)) ;; sizes, out of the memory
      (then (return (call $say (local.get $verdict) (call $sizes (i32.const 256) (i32.const 131070))))))
    (if (call $is (local.get $event) (i32.const 120)) (then (call $exit (i32.const 0)))) ;; exit
    (if (call $is (local.get $event) (i32.const 116)) ;; time: the last two digits of its seconds
      (then
        (drop (call $clock (i32.const 0) (i64.const 1) (i32.const 256)))
        (return (call $say (local.get $verdict)
          (i32.wrap_i64 (i64.rem_u (i64.div_u (i64.load (i32.const 256)) (i64.const 1000000000)) (i64.const 100)))))))
    (if (call $is (local.get $event) (i32.const 114)) ;; random
      (then
        (drop (call $random (i32.const 256) (i32.const 8)))
        (return (call $say (local.get $verdict) (i32.wrap_i64 (i64.rem_u (i64.load (i32.const 256)) (i64.const 100)))))))
    (i32.const 0)))

#!/usr/bin/env python3
"""Generated guests that hide a secret wherever a guest can: in its data, its stack, its heap, pages that it grows, the request
itself, globals of every type, exported or not. None finds it in a later request. freshness_test.py FRESHNESS COMPILE WAT2WASM COUNT"""
import concurrent.futures
import os
import pathlib
import random
import subprocess
import sys
import tempfile

PAGE = 65536
SECRET = 0x5EC7E70F5EC7E70F  # in no guest's memory before it is hidden: code has it alone
TYPES = ("i32", "i64", "f32", "f64", "v128")
AT_ONCE = 100


def literal(kind, value):
    if kind == "v128":
        return f"(v128.const i64x2 {value} {value})"
    if kind in ("i32", "f32"):
        bits = f"(i32.const {value & 0x7FFFFFFF})"
        return bits if kind == "i32" else f"(f32.reinterpret_i32 {bits})"
    bits = f"(i64.const {value})"
    return bits if kind == "i64" else f"(f64.reinterpret_i64 {bits})"


def differs(kind, a, b):
    """Whether two values differ, bit for bit."""
    if kind == "v128":
        return f"(v128.any_true (v128.xor {a} {b}))"
    if kind == "f32":
        return f"(i32.ne (i32.reinterpret_f32 {a}) (i32.reinterpret_f32 {b}))"
    if kind == "f64":
        return f"(i64.ne (i64.reinterpret_f64 {a}) (i64.reinterpret_f64 {b}))"
    return f"({kind}.ne {a} {b})"


def buffer_function(buffer):
    if buffer:
        return f'(func (export "planish_buffer") (param i32) (result i32) (i32.const {buffer}))'
    return ('(func (export "planish_buffer") (param $bytes i32) (result i32) (local $at i32)'
            ' (local.set $at (memory.grow (i32.shr_u (i32.add (local.get $bytes) (i32.const 65535)) (i32.const 16))))'
            ' (if (result i32) (i32.lt_s (local.get $at) (i32.const 0)) (then (i32.const 0)) (else (i32.shl (local.get $at) (i32.const 16)))))')


def functions(scan, found, hide, trap):
    """What it does with an event: s seeks, h hides, t hides and traps."""
    return [
        "(func $scan (result i32) (local $at i32)",  # at every eighth byte of all that there is
        "(loop $next",
        f"(if (i64.eq (i64.load (local.get $at)) (i64.const {SECRET})) (then (return (i32.const 1))))",
        "(local.set $at (i32.add (local.get $at) (i32.const 8)))",
        "(br_if $next (i32.lt_u (local.get $at) (i32.mul (memory.size) (i32.const 65536)))))",
        "(i32.const 0))",
        "(func $found (result i32)", scan, *(f"(i32.or {test})" for test in found), ")",
        "(func $hide (param $request i32)", *hide, ")",
        '(func (export "planish_events") (param $request i32) (result i32) (local $event i32) (local $verdict i32) (local $i i32) (local $count i32) (local $kind i32)',
        "(local.set $event (i32.load offset=8 (local.get $request)))",
        "(local.set $verdict (i32.load offset=12 (local.get $request)))",
        "(local.set $count (i32.load offset=4 (local.get $request)))",
        "(loop $next",
        "(i32.store offset=24 (local.get $request) (local.get $i))",
        "(local.set $kind (i32.load8_u (i32.load (local.get $event))))",
        "(local.set $event (i32.add (local.get $event) (i32.const 64)))",
        f"(if (i32.eq (local.get $kind) (i32.const {ord('s')})) (then (if (call $found) (then (i32.store (local.get $verdict) (i32.const 2)))))",
        f"(else (call $hide (local.get $request)) (if (i32.eq (local.get $kind) (i32.const {ord('t')})) (then {trap}))))",
        "(local.set $verdict (i32.add (local.get $verdict) (i32.const 64)))",
        "(br_if $next (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (local.get $count))))",
        "(i32.const 0)))",
    ]


def guest(seed):
    """A module as text: where it hides, what its init leaves, and how large it is differ from seed to seed."""
    rnd = random.Random(seed)
    pages = rnd.choice((1, 2, 2, 3, 5, 9))
    grown_by_init = rnd.choice((0, 0, 0, 1, 3))
    grows = rnd.choice((0, 0, 1, 2, 7))
    marked = pages + grown_by_init  # pages that each request begins with
    buffer = rnd.choice((0, 1024, 4096, 40_000 // 16 * 16, (pages - 1) * PAGE + 16, pages * PAGE - 64))
    if buffer:  # the least that a request needs, or what keeps it in one place
        pages = max(pages, (buffer + 80_000) // PAGE + 1 + rnd.choice((0, 1, 4)))
        marked = pages + grown_by_init

    def is_record(at):
        """Whether the request's own records lie there."""
        return buffer != 0 and buffer - 8 <= at <= buffer + 2048

    def place(below):
        while True:
            at = rnd.randrange(0, below * PAGE - 8) // 8 * 8
            if not is_record(at):
                return at

    data = [(place(pages), rnd.randrange(1, 256)) for _ in range(rnd.randrange(4))]
    marks = [place(marked) for _ in range(rnd.randrange(4))] if grown_by_init or rnd.random() < 0.5 else []
    if buffer:  # what the host writes over is no mark
        marks = [at for at in marks if at < buffer - 8 or at > buffer + 300_000]
    globals_ = [(rnd.choice(TYPES), rnd.random() < 0.5, rnd.randrange(1 << 30)) for _ in range(rnd.randrange(6))]
    hidden = [place(marked) for _ in range(rnd.randrange(1, 12))]
    hidden += [at + 4096 * i for at in hidden[:1] for i in range(rnd.choice((0, 0, 80))) if at + 4096 * i < marked * PAGE - 8]
    hidden = [at for at in hidden if not is_record(at)]
    in_request = rnd.random() < 0.5
    trap = rnd.choice(("unreachable", "(drop (i32.load (i32.const -8)))", "(drop (i32.div_s (i32.const 1) (global.get $zero)))"))

    hide = [f"(i64.store (i32.const {at}) (i64.const {SECRET}))" for at in hidden]
    hide += [f"(global.set $g{i} {literal(kind, SECRET)})" for i, (kind, _, _) in enumerate(globals_)]
    if grows:
        last = "(i32.sub (i32.mul (memory.size) (i32.const 65536)) (i32.const 16))"
        hide += [f"(drop (memory.grow (i32.const {grows})))", f"(i64.store {last} (i64.const {SECRET}))"]
    if in_request:  # over what it reads no more
        hide.append(f"(i64.store offset=48 (local.get $request) (i64.const {SECRET}))")
    if rnd.random() < 0.3:
        hide.append(f"(memory.fill (i32.const {place(1)}) (i32.const 94) (i32.const 8))")
    rnd.shuffle(hide)
    found = [differs(kind, f"(global.get $g{i})", literal(kind, first)) for i, (kind, _, first) in enumerate(globals_)]
    found += [f"(i64.ne (i64.load (i32.const {at})) (i64.const {at + 1}))" for at in marks]
    # In a request that has hidden something the memory may be larger; in a fresh one it is not.
    has_init = bool(grown_by_init or marks)
    given = 0 if buffer else 4 + has_init  # pages that planish_buffer has grown: for requests, and for the configuration
    found.append(f"(i32.ne (memory.size) (i32.const {marked + given}))")
    lines = ["(module", f'(memory (export "memory") {pages} 64)', "(global $zero i32 (i32.const 0))"]
    for i, (kind, exported, first) in enumerate(globals_):
        name = f' (export "g{i}")' if exported else ""
        lines.append(f"(global $g{i}{name} (mut {kind}) {literal(kind, first) if kind[0] != 'f' else f'({kind}.const {first & 0xFFFF})'})")
    found = [test.replace(literal(kind, first), f"({kind}.const {first & 0xFFFF})") if kind[0] == "f" else test
             for test, (kind, _, first) in zip(found, globals_)] + found[len(globals_):]
    lines += [f'(data (i32.const {at}) "\\{byte:02x}\\00\\7f")' for at, byte in data]
    if rnd.random() < 0.5:
        lines.append("(table 2 funcref) (elem (i32.const 0) $scan $scan)")
        scan = "(call_indirect (result i32) (i32.const 1))"
    else:
        scan = "(call $scan)"
    lines += [
        '(func (export "planish_abi") (result i32) (i32.const 1))',
        buffer_function(buffer),
    ]
    if has_init:
        lines.append('(func (export "planish_init") (param i32 i32) (result i32)')
        lines.append(f"(drop (memory.grow (i32.const {grown_by_init})))")
        lines += [f"(i64.store (i32.const {at}) (i64.const {at + 1}))" for at in marks]
        lines.append("(i32.const 0))")
    return "\n".join(lines + functions(scan, found, hide, trap))


def make(folder, compiler, wat2wasm, seed):
    paths = [folder / f"{seed}.{end}" for end in ("wat", "wasm", "cwasm")]
    paths[0].write_text(guest(seed))
    subprocess.run([wat2wasm, paths[0], "-o", paths[1]], check=True)
    subprocess.run([compiler, paths[1], paths[2]], check=True)
    return paths[2]


def main():
    runner, compiler, wat2wasm, count = sys.argv[1:]
    wrong = 0
    for first in range(0, int(count), AT_ONCE):
        with tempfile.TemporaryDirectory() as name, concurrent.futures.ThreadPoolExecutor(min(2, os.cpu_count() or 1)) as pool:
            folder = pathlib.Path(name)
            files = list(pool.map(lambda seed: make(folder, compiler, wat2wasm, seed), range(first, min(first + AT_ONCE, int(count)))))
            done = subprocess.run([runner, *files], capture_output=True, text=True)
            if done.returncode != 0:
                print(done.stdout, done.stderr)
                wrong += 1
    print(f"{count} guests")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())

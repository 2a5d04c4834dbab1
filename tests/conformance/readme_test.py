"""README.md, run as it is written: its servers are started, its commands print what stands below them.

A block of indented lines that begins with a command is run, `cmake/run SETTINGS` or `planish serve SETTINGS` starts planish with these settings (on a port of
the kernel's choice, which then stands for 8080); a block that begins otherwise is what the one before it prints. readme_test.py --update writes what they print today."""
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

from planish_server import Server, binary, undated

README = pathlib.Path(__file__).resolve().parents[2] / "README.md"
SECTIONS = ("30 seconds to the first answer", "8. Endpoints and shapes", "10. Contracts")
COMMAND = re.compile(r"(curl|printf|sed|planish|cmake/run) ?")
SERVER = re.compile(r"(?:cmake/run|planish serve)(.*)")


def section(lines, title):
    """Its lines' numbers."""
    begin = next(i for i, line in enumerate(lines) if re.fullmatch("#+ " + re.escape(title), line))
    return range(begin + 1, next((i for i in range(begin + 1, len(lines)) if re.match("#+ ", lines[i])), len(lines)))


def blocks(lines, title):
    """(first line, end) of each run of indented lines."""
    begin = None
    where = section(lines, title)
    for i in [*where, where.stop]:
        inside = i < where.stop and lines[i].startswith("    ")
        if inside and begin is None:
            begin = i
        if not inside and begin is not None:
            yield begin, i
            begin = None


def run(lines, title):
    """(first line, end, what its command prints) for each block of output."""
    server = printed = None
    environment = {key: value for key, value in os.environ.items() if not key.startswith("PLANISH_")}
    with tempfile.TemporaryDirectory() as folder:
        os.symlink(os.path.abspath(binary()), os.path.join(folder, "planish"))
        environment["PATH"] = folder + os.pathsep + environment["PATH"]
        os.mkdir(os.path.join(folder, "work"))
        os.chdir(os.path.join(folder, "work"))
        try:
            for begin, end in blocks(lines, title):
                text = "\n".join(line[4:] for line in lines[begin:end])
                if started := SERVER.fullmatch(text):
                    if server:
                        server.kill()
                    server = Server(*started[1].split())
                elif COMMAND.match(text):
                    text = text.replace("localhost:8080", f"127.0.0.1:{server.port}" if server else "")
                    printed = subprocess.run(["bash", "-euc", text], env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, check=True, timeout=60).stdout
                elif printed:
                    yield begin, end, undated(printed).decode()
                    printed = None
        finally:
            os.chdir("/")
            if server:
                server.kill()


class Readme(unittest.TestCase):
    maxDiff = None

    def test_each_command_prints_what_stands_below_it(self):
        lines = README.read_text(encoding="utf-8").split("\n")
        for title in SECTIONS:
            seen = 0
            for begin, end, printed in run(lines, title):
                with self.subTest(title, line=begin + 1):
                    self.assertEqual(printed.rstrip("\n"), "\n".join(line[4:] for line in lines[begin:end]))
                seen += 1
            self.assertGreater(seen, 0, title)


def update():
    lines = README.read_text(encoding="utf-8").split("\n")
    found = [block for title in SECTIONS for block in run(lines, title)]
    for begin, end, printed in sorted(found, reverse=True):
        lines[begin:end] = ["    " + line for line in printed.rstrip("\n").split("\n")]
    README.write_text("\n".join(lines), encoding="utf-8")


if __name__ == "__main__":
    update() if sys.argv[1:] == ["--update"] else unittest.main()

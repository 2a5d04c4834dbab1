"""Bill of materials, man page and completion: do they say what the binary and the build say?"""
import json
import os
import pathlib
import re
import subprocess
import unittest

from planish_server import Server

ROOT = pathlib.Path(__file__).resolve().parents[2]
BINARY = os.environ["PLANISH_BIN"]
ENVIRONMENT = {k: v for k, v in os.environ.items() if not k.startswith("PLANISH_")}  # it refuses what it does not know
FLAG = re.compile(r"(?<![\w-])--[a-z][a-z-]*")
SPDX = re.compile(r"(Apache-2\.0|MIT|BSD-[23]-Clause|BSL-1\.0|Zlib|Unlicense|GPL-2\.0-only)( WITH (LLVM-exception|Linux-syscall-note))?")


def run(*command):
    return subprocess.run(command, check=True, capture_output=True, text=True, timeout=60, env=ENVIRONMENT).stdout


def flags_of_the_binary():
    return set(FLAG.findall(run(BINARY, "serve", "--help"))) - {"--help"}


def commands_of_the_binary():
    return set(re.findall(r"(?m)^  ([a-z]+) ", run(BINARY, "--help")))


def words_of_the_settings():
    """Those of each setting that takes one of a few words, as its page has them."""
    return {f"--{key.replace('_', '-')}": set(words.split())
            for key, words in re.findall(r"(?m)^  ([a-z_]+) .*\n {20,}([a-z0-9 -]+)$", run(BINARY, "help", "settings"))}


def rows(path, columns):
    for line in (ROOT / path).read_text().splitlines():
        if line and not line.startswith("#"):
            parts = line.split()
            assert len(parts) == columns, line
            yield parts


class BillOfMaterials(unittest.TestCase):
    def bill(self, arch):
        return json.loads(run("python3", str(ROOT / "cmake/dist/sbom.py"), arch))

    def test_is_cyclonedx(self):
        for arch in ("x86_64", "aarch64"):
            with self.subTest(arch):
                bill = self.bill(arch)
                self.assertEqual((bill["bomFormat"], bill["specVersion"], bill["version"]), ("CycloneDX", "1.5", 1))
                self.assertRegex(bill["serialNumber"], r"^urn:uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$")
                self.assertEqual(bill["metadata"]["component"]["type"], "application")
                refs = [part["bom-ref"] for part in bill["components"]]
                self.assertEqual(len(refs), len(set(refs)))
                self.assertEqual({row["ref"] for row in bill["dependencies"]}, {"planish", *refs})
                self.assertEqual(bill["dependencies"][0]["dependsOn"], refs)
                for part in bill["components"]:
                    self.assertEqual(part["type"], "library")
                    self.assertRegex(part["purl"], r"^pkg:(deb/debian/[a-z0-9.+-]+@[A-Za-z0-9.%~-]+\?arch=\w+|cargo/[a-z0-9_-]+@[0-9.]+)$")
                    self.assertRegex(part["hashes"][0]["content"], r"^[0-9a-f]{64}$")
                    for licence in part["licenses"]:
                        said = licence.get("expression") or licence["license"]["id"]
                        for choice in said.split(" OR "):
                            self.assertIsNotNone(SPDX.fullmatch(choice), said)

    def test_same_inputs_give_the_same_bytes(self):
        self.assertEqual(self.bill("x86_64"), self.bill("x86_64"))

    def test_has_every_library_that_the_build_asks_for(self):
        """By its source package, in the upstream version that is installed here."""
        pinned = {name: version for _, name, version, *_ in rows("cmake/musl/sources.txt", 8)}
        upstream = lambda version: re.sub(r"^\d+:|-[^-]*$", "", version)
        for group, package in rows("cmake/packages.txt", 2):
            if group == "build" and re.fullmatch(r"(lib.*|zlib1g)-dev", package):
                source, version = run("dpkg-query", "-W", "-f=${source:Package} ${source:Version}", package).split()
                with self.subTest(package):
                    self.assertTrue(source in pinned or package in pinned, f"{package} is not in sources.txt")
                    self.assertEqual(upstream(pinned.get(source) or pinned[package]), upstream(version))

    def test_licences_are_printed_for_all_of_it(self):
        """Of each component of the static binary: its name, and the text of its licence."""
        said = run(BINARY, "licenses")
        names = {"llvm-toolchain-19": "libc++", "fmtlib": "fmt", "libzstd": "zstd", "musl-dev": "musl",
                 "libboost1.81-dev": "Boost", "libcli11-dev": "CLI11", "libtomlplusplus-dev": "toml++",
                 "libxxhash-dev": "xxHash", "libfast-float-dev": "fast_float"}
        for part in self.bill("x86_64")["components"]:
            if part["name"].startswith("linux-libc-dev"):
                continue  # the kernel's interface, which its licence leaves free to use
            with self.subTest(part["name"]):
                if part["purl"].startswith("pkg:cargo/"):  # families of them are named
                    self.assertIn(re.split("[-_]", part["name"])[0], said.lower())
                else:
                    self.assertIn("\n" + names.get(part["name"], part["name"]), said)
                for licence in part["licenses"]:
                    said_of = [all(f"======== {text} ========" in said for text in choice.split(" WITH "))
                               for choice in (licence.get("expression") or licence["license"]["id"]).split(" OR ")]
                    self.assertTrue(any(said_of), licence)


class Kernel(unittest.TestCase):
    def test_reads_with_simd(self):
        """simdjson picks its kernel at run time; the fallback would read every byte by itself."""
        with Server() as server:
            running = server.get("/version").json()["simdjson_kernel"]
        self.assertIn(running, ("icelake", "haswell", "westmere", "arm64"))
        self.assertEqual(json.loads(run(BINARY, "version", "--json"))["simdjson_kernel"], running)


class ManPage(unittest.TestCase):
    page = (ROOT / "cmake/dist/planish.1").read_text()

    def test_has_the_settings_of_the_binary(self):
        documented = set(FLAG.findall(self.page.replace("\\-", "-"))) - {"--url", "--ndjson", "--connect", "--help"}
        self.assertEqual(documented, flags_of_the_binary())

    def test_has_its_commands(self):
        synopsis, described = self.page.split(".SH DESCRIPTION")
        for command in commands_of_the_binary():
            self.assertRegex(described, rf'(?m)^\.TP\n\.BR? "?{command}\b')
            self.assertRegex(synopsis, rf"(?m)^\.(R?B) .*\b{command}\b")


class Readme(unittest.TestCase):
    text = (ROOT / "README.md").read_text()

    def rows_under(self, heading):
        """Of the first table under a heading: the cells of each row, as they stand."""
        section = self.text[re.search(rf"(?m)^#+ {heading}$", self.text).end():]
        table = re.search(r"(?m)^\|[^\n]*\n\|[-| ]+\n((?:\|[^\n]*\n)+)", section)[1]
        return [[cell.strip() for cell in row.strip("|").split(" | ")] for row in table.splitlines()]

    def test_has_each_status_of_the_tables_of_faults_and_whether_the_connection_stays(self):
        statuses = dict(re.findall(r"\{(\w+), (\d+), \"[a-z-]+\"", (ROOT / "src/http/problem.cpp").read_text()))
        rows = re.findall(r'\{Fault::\w+,\s*(\w+),\s*"(?:[^"\\]|\\.)*",\s*\w+,\s*(keeps|closes),', (ROOT / "src/http/fault_table.cpp").read_text())
        self.assertGreater(len(rows), 30)
        ours = {(statuses[kind], {"keeps": "stays", "closes": "closes"}[connection]) for kind, connection in rows if statuses[kind] != "500"}
        ours |= {("400", "stays"), ("422", "stays")}  # what is wrong with the content itself
        told = {(status, row[-1]) for row in self.rows_under("2. Errors") for status in re.findall(r"\b[45]\d\d\b", row[0])}
        self.assertEqual(told, ours)

    def test_has_the_codes_and_slugs_of_the_description(self):
        description = json.loads((ROOT / "src/http/openapi.json").read_text())["components"]["schemas"]
        section = self.text.split("\n### 2. Errors\n")[1].split("\n### ")[0]
        codes = re.search(r"(?s)Codes of 422: (.*?)\.\n", section)[1]
        self.assertEqual(set(re.findall(r"`(\w+)`", codes)), set(description["Fault"]["properties"]["code"]["enum"]))
        named = {"not-json", "invalid-request", "invalid-events", "bad-content-coding"}
        for slug in named:
            self.assertIn(f"`{slug}`", section)
        self.assertLess(named, set(description["Slug"]["enum"]))

    def test_lists_the_settings_of_the_binary(self):
        self.assertEqual({FLAG.search(row[0])[0] for row in self.rows_under("Settings")} | {"--config"}, flags_of_the_binary())

    def test_says_their_defaults(self):
        effective = dict(line.split(" = ", 1) for line in run(BINARY, "check").splitlines() if " = " in line)
        said = 0
        for flag, default, *_ in self.rows_under("Settings"):
            key = FLAG.search(flag)[0].lstrip("-").replace("-", "_")
            if exact := re.fullmatch(r"`([^`]+)`", default):
                with self.subTest(key):
                    self.assertEqual(effective[key].strip("[]\"").removesuffix(".0"), exact[1])
                    said += 1
        self.assertGreater(said, 20)

    def test_lists_the_metrics(self):
        with Server() as server:
            scraped = set(re.findall(r"(?m)^# TYPE (\S+)", server.get("/metrics").body.decode()))
        listed = {name for row in self.rows_under("Metrics") for name in re.findall(r"`([a-z_*]+)`", row[0])}
        elsewhere = {name for name in listed if name.startswith(("planish_plugin_", "planish_upstream_"))}  # integration/{plugin,upstream}_test
        self.assertEqual({name for name in scraped if not name.startswith("process_")} | {"process_*"} | elsewhere, listed)


class Maps(unittest.TestCase):
    def test_have_each_room_and_no_other(self):
        rooms = {folder.name for folder in (ROOT / "src").iterdir() if folder.is_dir()}
        for page in ("README.md", ".github/CONTRIBUTING.md"):
            self.assertEqual(set(re.findall(r"(?m)^    src/(\w+)/ ", (ROOT / page).read_text())), rooms, page)


class Completion(unittest.TestCase):
    script = ROOT / "cmake/dist/planish.bash"

    def complete(self, *words):
        code = (f'source "{self.script}"; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _planish; printf "%s\\n" "${{COMPREPLY[@]}}"')
        return set(run("bash", "-c", code, "bash", *words).split())

    def test_offers_every_setting_of_the_binary(self):
        self.assertEqual(self.complete(BINARY, "serve", "--") - {"--help"}, flags_of_the_binary())

    def test_offers_commands_and_values(self):
        self.assertEqual(self.complete(BINARY, ""), commands_of_the_binary())
        self.assertEqual(self.complete(BINARY, "h"), {"healthcheck", "help"})
        self.assertEqual(self.complete(BINARY, "plugin", "b"), {"build", "bench"})
        self.assertIn("settings", self.complete(BINARY, "help", ""))
        self.assertEqual(self.complete(BINARY, "serve", "--hash", "x"), {"xxh3-128", "xxh3-64"})
        self.assertEqual(self.complete(BINARY, "serve", "--log-format", "=", "j"), {"json"})

    def test_offers_only_values_that_the_binary_takes(self):
        told = words_of_the_settings()
        self.assertGreater(len(told), 10)
        for flag, words in {**told, "--shape": {"planish", "segment", "posthog", "cloudevents", "mixpanel", "amplitude"}}.items():
            self.assertEqual(self.complete(BINARY, "serve", flag, ""), words)
            if flag == "--answer":  # `none` is for SDKs' shapes, and needs one
                words = words - {"none"}
            for value in words:
                with self.subTest(flag=flag, value=value):
                    run(BINARY, "check", flag, value)


if __name__ == "__main__":
    unittest.main()

#!/usr/bin/env python3
"""CONTRIBUTING's errands, made in a copy: the files that it lists for each are those that have to change, two at most, and they compile.

Where a part of an errand can be forgotten, the compiler says so: that is tried too. Only the syntax is compiled, with the
flags that the build has for the file; a new file is compiled whole, and must define what the changed ones then ask for."""
import json
import pathlib
import re
import shlex
import shutil
import subprocess
import sys
import tempfile

from report import report

# Of each errand: its edits, as (file, what stands there, what goes in front of it), and the files that show whether it compiles.
ERRANDS = {
    "a setting": (
        [("src/app/settings.hpp", "  double access_log = 0;", "  unsigned greetings = 1;\n"),
         ("src/app/setting_table.cpp", "    share<&S::access_log>", '    count<&S::greetings>(1, 9, {"greetings", "1", "how often"}),\n')],
        ["src/app/setting_table.cpp"]),
    "a field of a request": (
        [("src/http/request.hpp", "  std::uint64_t content_length = 0;", "  bool saves_data = false;\n"),
         ("src/http/request_fields.cpp", "  other,\n};", "  save_data,\n"),
         ("src/http/request_fields.cpp", "    case 10:\n", '    case 9:\n      return is("save-data") ? Field::save_data : Field::other;\n'),
         ("src/http/request_fields.cpp", "    case Field::other:\n      return;",
          '    case Field::save_data:\n      head.saves_data = equals_no_case(value, "on");\n      return;\n')],
        ["src/http/request_fields.cpp"]),
    "a field of every answer": (
        [("src/http/response.cpp", "  if (delivery.connection == Delivery::Connection::close)", '  out.text("Server: planish\\r\\n");\n')],
        ["src/http/response.cpp"]),
    "a hash": (
        [("include/planish/options.hpp", "sha256, prefix8 };", "crc32, "),
         ("include/planish/options.hpp", '"sha256", "prefix8"});', '"crc32", '),
         ("src/core/hash.cpp", "    case HashAlgorithm::sha256:", "    case HashAlgorithm::crc32:\n      return text.copy(out, 8);\n")],
        ["src/core/hash.cpp", "src/app/setting_table.cpp"]),
    "a route": (
        [("src/http/routes.hpp", "  asterisk,  // OPTIONS *", "  hello,\n"),
         ("src/http/service_routes.cpp", "  // How much their contents", '  static Response hello(Service&, const Asked& asked, PaddedView) { return text(asked, kPlainText, {}, "hello"); }\n'),
         ("src/http/service_routes.cpp", "      {Route::asterisk,", '      {Route::hello, "/hello", get, open, unused, hello, small},\n')],
        ["src/http/service_routes.cpp", "src/http/routes.cpp"]),
    "a fault of a message": (
        [("src/http/fault.hpp", "  // The process.\n", "  too_polite,  // 400\n"),
         ("src/http/fault_table.cpp", "    {Fault::internal,", '    {Fault::too_polite, bad_request, "The client says please", routing, keeps, nothing, none},\n')],
        ["src/http/fault_table.cpp"]),
    "a stage of events": (
        [("src/core/stages/at_night.cpp", None, """// Drops what comes at night.
#include <core/stage_of.hpp>

namespace planish::core {

struct AtNight {
  static bool is_configured(const Options&) noexcept { return true; }
  static Judged judge(Event& event, Scratch&) noexcept { return event.index % 2 == 0 ? Judged::kept : Judged::dropped; }
};

template Stage stage_of<AtNight>(const Options&) noexcept;

}  // namespace planish::core
"""),
         ("src/core/stage.hpp", "                         struct RulesStage>;", "                         struct AtNight,\n")],
        ["src/core/stages/at_night.cpp", "src/core/plan.cpp"]),
}
# What the compiler says where only the first edit is made.
FORGOTTEN = {
    "a fault of a message": "src/http/fault_table.cpp",
    "a hash": "src/core/hash.cpp",
    "a route": "src/http/service_routes.cpp",
}
LISTED = re.compile(r"^- \*\*(.+?)\*\*: (.+)$", re.MULTILINE)


FILES_MAX = 2
# Of these, lines in files that are there already.
LINES_MAX = {"a stage of events": 1}


def commands(build):
    return {entry["file"]: entry["command"] for entry in json.loads((build / "compile_commands.json").read_text())}


def compiles(copy, root, name, known, whole=False):
    # A new file is compiled as its neighbours are.
    neighbour = name if str(root / name) in known else next(n for n in known if pathlib.Path(n).parent == (root / name).parent)
    command = known[str(root / neighbour)] if str(root / neighbour) in known else known[neighbour]
    words = [word for word in shlex.split(command) if word not in ("-c", "ccache")]
    words = words[:words.index("-o")] + words[words.index("-o") + 2:]
    here = [word.replace(f"{root}/src", f"{copy}/src").replace(f"{root}/include", f"{copy}/include") for word in words[:-1]]
    what = ["-o", str(copy / "object.o"), "-c"] if whole else ["-fsyntax-only"]
    done = subprocess.run([*here, *what, "-O0", str(copy / name)], capture_output=True, text=True, cwd=copy)
    return done.returncode == 0, done.stderr


def symbols(copy, root, name, known, letters):
    """Those of a file that is compiled whole, of the kinds that nm gives these letters."""
    if not compiles(copy, root, name, known, whole=True)[0]:
        return set()
    told = subprocess.run(["nm", "-C", str(copy / "object.o")], capture_output=True, text=True, check=True).stdout
    return {line[19:] for line in told.splitlines() if line[17] in letters}


def unlinked(copy, root, edits, shown, known):
    """What the errand's files ask for by the name of what is new, and do not define."""
    new = [name for name, before, _ in edits if before is None]
    for name in new:
        word = "".join(part.title() for part in pathlib.Path(name).stem.split("_"))
        asked = {s for other in shown if other not in new for s in symbols(copy, root, other, known, "U") if word in s}
        if not asked or asked - symbols(copy, root, name, known, "TW"):
            yield f"{name}: asked for {sorted(asked)}, which it does not define"


def edit(copy, edits):
    for name, before, text in edits:
        path = copy / name
        if before is None:
            path.write_text(text)
            continue
        old = path.read_text()
        if old.count(before) != 1:
            return f"{name}: {before!r} stands there {old.count(before)} times"
        path.write_text(old.replace(before, text + before))
    return None


def copied(root, folder):
    copy = pathlib.Path(folder)
    for part in ("src", "include"):
        shutil.copytree(root / part, copy / part)
    return copy


def faults(root, build):
    known = commands(build)
    listed = {name: re.findall(r"`([\w.]+(?:/[\w.]+)+|README\.md)`", text) for name, text in LISTED.findall((root / ".github/CONTRIBUTING.md").read_text())}
    if set(listed) != set(ERRANDS):
        yield f"CONTRIBUTING lists {sorted(listed)}"
    for errand, (edits, shown) in ERRANDS.items():
        with tempfile.TemporaryDirectory() as folder:
            copy = copied(root, folder)
            changed = list(dict.fromkeys(name for name, *_ in edits))
            sources = [name for name in listed.get(errand, []) if name.startswith(("src/", "include/")) and name.endswith((".cpp", ".hpp"))]
            if sorted(sources) != sorted(n if (root / n).exists() else str(pathlib.Path(n).with_stem("NAME")) for n in changed):
                yield f"{errand}: CONTRIBUTING lists {sources}, it takes {changed}"
            lines = sum(text.count("\n") or 1 for _, before, text in edits if before is not None)
            if len(changed) > FILES_MAX or lines > LINES_MAX.get(errand, lines):
                yield f"{errand}: takes {len(changed)} files and {lines} lines of those that are there"
            yield from (f"{errand}: there is no {n}" for n in listed.get(errand, []) if "NAME" not in n and not (root / n).exists())
            if wrong := edit(copy, edits):
                yield f"{errand}: {wrong}"
                continue
            for name in shown:
                fine, words = compiles(copy, root, name, known)
                if not fine:
                    yield f"{errand}: {name} does not compile:\n{words}"
            yield from unlinked(copy, root, edits, shown, known)


def forgotten(root, build):
    known = commands(build)
    for errand, name in FORGOTTEN.items():
        with tempfile.TemporaryDirectory() as folder:
            copy = copied(root, folder)
            first = ERRANDS[errand][0][0][0]
            edit(copy, [e for e in ERRANDS[errand][0] if e[0] == first][:1])
            if compiles(copy, root, name, known)[0]:
                yield f"{errand}: {name} compiles although the rest is forgotten"


def main():
    root, build = (pathlib.Path(argument).resolve() for argument in sys.argv[1:3])
    return report([*faults(root, build), *forgotten(root, build)], "errands: each takes what CONTRIBUTING says")


if __name__ == "__main__":
    sys.exit(main())

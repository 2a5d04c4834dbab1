#!/usr/bin/env python3
"""Who may include what: an allow-list per room, of which each line is used. main -> app -> net -> http -> core -> bytes;
telemetry is used by http, net, plugin, app."""
import pathlib
import re
import sys

from report import report

STD_VALUES = set(
    "algorithm array atomic bit bitset cassert charconv chrono cmath compare concepts cstddef cstdint cstdlib cstring functional "
    "initializer_list iterator limits memory new numeric optional span string string_view tuple type_traits utility "
    "variant vector version".split())
# What the core may not have: no clock beyond durations, no I/O, no threads.
STD_CORE = STD_VALUES - {"atomic", "functional"}
STD_NET = STD_VALUES | {"exception", "random", "cerrno", "cstdio", "system_error", "thread", "mutex", "barrier", "latch", "condition_variable", "list", "deque", "stdexcept"}
STD_APP = STD_NET | {"map", "unordered_map", "set", "exception", "cctype", "ctime", "fstream", "sstream", "csignal", "filesystem"}

# room -> (rooms whose headers it may include, standard headers, regular expressions of other headers)
ROOMS = {
    "include/planish": ({"planish"}, STD_CORE, []),
    "src/bytes": (set(), STD_CORE, []),
    "src/core": ({"planish", "bytes", "core"}, STD_CORE,
                 [r"simdjson\.h", r"xxhash\.h", r"\w*intrin\.h", r"cpuid\.h"]),
    "src/core/canonical": ({"planish", "core"}, STD_CORE | {"atomic"},
                           [r"fast_float/.*", r"\w*intrin\.h", r"arm_neon\.h", r"sys/mman\.h", r"unistd\.h"]),
    "src/core/contract": ({"planish", "bytes", "core"}, STD_CORE, [r"re2/re2\.h"]),
    "src/core/rules": ({"planish", "core"}, STD_CORE, []),
    "src/plugin": ({"planish", "bytes", "telemetry", "core", "plugin"}, STD_VALUES | {"cerrno", "condition_variable", "csignal", "cstdio", "mutex", "thread"},
                   [r"sys/(mman|prctl|stat|syscall)\.h", r"linux/membarrier\.h", r"fcntl\.h", r"immintrin\.h", r"pthread\.h", r"sched\.h", r"ucontext\.h", r"unistd\.h"]),
    "src/telemetry": ({"bytes", "telemetry"}, STD_VALUES, []),
    "src/http": ({"planish", "bytes", "telemetry", "http"}, STD_VALUES | {"cstdio"},
                 [r"boost/beast/http/.*", r"boost/asio/buffer\.hpp", r"zlib\.h", r"immintrin\.h", r"cpuid\.h", r"zstd(_errors)?\.h"]),
    "src/net": ({"planish", "telemetry", "http", "net"}, STD_NET,
                [r"boost/asio/.*", r"boost/intrusive/.*", r"boost/system/.*", r"sys/.*\.h", r"netinet/.*\.h", r"arpa/inet\.h", r"netdb\.h", r"unistd\.h", r"fcntl\.h",
                 r"poll\.h", r"linux/.*\.h"]),
    "src/app": ({"planish", "bytes", "telemetry", "http", "net", "plugin", "app"}, STD_APP,
                [r"CLI/.*", r"toml\+\+/.*", r"spdlog/.*", r"fmt/.*", r"sys/.*\.h", r"unistd\.h", r"fcntl\.h", r"sched\.h", r"signal\.h", r"dirent\.h", r"limits\.h",
                 r"link\.h", r"pthread\.h", r"poll\.h", r"spawn\.h", r"boost/version\.hpp", r"netinet/.*\.h", r"arpa/inet\.h"]),
    "src": ({"app"}, set(), []),  # main.cpp
}
# simdjson's internals stay behind one small type.
# RE2 allocates and locks, which nothing else in the core does while it runs: it stays behind one class, in a library of its own.
ONLY_IN = {r"simdjson\.h": {"src/core/structural_index.cpp", "src/core/structural_index.hpp"},
           r"re2/re2\.h": {"src/core/contract/pattern.cpp"}}

INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]')


def files_of(root, room):
    """Those of its folder and of all folders below, but for folders that have a row of their own."""
    for path in sorted((root / room).rglob("*")):
        folder = path.parent.relative_to(root).as_posix()
        nearest = max((r for r in ROOMS if (folder + "/").startswith(r + "/")), key=len)
        if nearest == room and path.suffix in (".hpp", ".cpp", ".h", ".in"):
            yield path


def faults(root):
    for room, (rooms, std, others) in ROOMS.items():
        files = list(files_of(root, room))
        if not files:
            yield f"{room} is missing"
            continue
        unused = set(rooms) | set(others)
        for path in files:
            name = path.relative_to(root).as_posix()
            for number, line in enumerate(path.read_text().splitlines(), 1):
                match = INCLUDE.match(line)
                if not match:
                    continue
                quote, header = match.groups()
                unused -= {header.split("/")[0], *(o for o in others if re.fullmatch(o, header))}
                if quote == '"':
                    yield f'{name}:{number}: "{header}" is included relatively; write <room/{header}>'
                elif "/" in header and header.split("/")[0] in rooms:
                    pass
                elif header in std or any(re.fullmatch(o, header) for o in others):
                    for pattern, allowed in ONLY_IN.items():
                        if re.fullmatch(pattern, header) and name not in allowed:
                            yield f"{name}:{number}: <{header}> belongs in {', '.join(sorted(allowed))} alone"
                else:
                    yield f"{name}:{number}: <{header}> is not on the list of {room}"
        for allowance in sorted(unused):
            yield f"{room}: nothing includes what {allowance} allows"


def main():
    root = pathlib.Path(sys.argv[1])
    return report(faults(root), "includes: every room keeps to its list")


if __name__ == "__main__":
    sys.exit(main())

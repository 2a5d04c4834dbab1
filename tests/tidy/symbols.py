#!/usr/bin/env python3
"""What the core library asks of the outside: an allow-list of undefined symbols. A deny-list lies: banning printf misses
the putchar that the compiler makes of it."""
import re
import subprocess
import sys

ALLOWED = [
    r"mem(cpy|move|set|cmp|chr)", r"bcmp", r"strlen",
    r"operator (new|delete)(\[\])?\(.*", r"__cxa_.*", r"__stack_chk_fail", r"abort", r"__dso_handle",
    r"m(map|protect|unmap)", r"sysconf",  # guarded_array.cpp
    r"_GLOBAL_OFFSET_TABLE_", r"__cpu_(model|indicator_init|features2?)", r"__tls_get_addr", r"_DYNAMIC",
    r"simdjson::.*", r"vtable for (simdjson::.*|__cxxabiv1::.*)", r"typeinfo for simdjson::.*",
    r"std::to_chars\(char\*, char\*, (double|float)(, std::chars_format)?\)", r"std::__throw_(bad_alloc|length_error|logic_error|bad_array_new_length|out_of_range_fmt|bad_optional_access)\(.*",
    r"std::__cxx11::basic_string<.*", r"std::_Sp_.*", r"std::__.*::.*shared.*", r"std::__glibcxx_assert_fail.*",
    r"std::terminate\(\)", r"std::__detail::__to_chars.*", r"std::nothrow", r"getenv", r"__libc_single_threaded", r"std::_Rb_tree.*", r"__gthread.*", r"pthread_mutex_(lock|unlock)", r"__assert_fail",
]


def main():
    nm, library = sys.argv[1:3]
    listing = subprocess.run([nm, "-C", library], check=True, capture_output=True, text=True).stdout
    undefined, defined = set(), set()
    for line in listing.splitlines():
        match = re.match(r"^([0-9a-f]{8,}| +)\s+([A-Za-z])\s(.+)$", line)
        if match:
            (undefined if match.group(2) in "Uw" else defined).add(match.group(3))
    outside = sorted(undefined - defined)
    wrong = [s for s in outside if not s.startswith("planish::") and not any(re.fullmatch(a, s) for a in ALLOWED)]
    for symbol in wrong:
        print(f"the core asks for: {symbol}")
    if not outside:
        print("no undefined symbol at all: nm read nothing")
        return 1
    print(f"symbols: {len(outside)} undefined, {len(wrong)} not on the list")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())

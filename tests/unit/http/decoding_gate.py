"""What a unit of decoding's work (src/http/decoding.hpp) is worth, in instructions: decoding_gate.py PROGRAM

Of bodies that consist of nothing but the dearest of one kind. What a body may cost is counted in these units before it is
done, so this is what bounds the time as well: a byte that is read or written, and a unit of what is counted beside bytes."""
import os
import sys
from concurrent.futures import ThreadPoolExecutor

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "core"))
from transform_gate import collected, size_of  # noqa: E402

# Measured with zlib 1.2.13 and libzstd 1.5.4: 42.6 and 12.0 are the most.
A_BYTE, A_UNIT = 45, 14
BYTES = ["gzip_usual", "gzip_literals_of_fixed_codes", "gzip_literals_of_long_codes", "gzip_matches_of_3", "zstd_usual", "zstd_noise",
         "zstd_literals", "zstd_matches_of_3"]
UNITS = ["gzip_empty_fixed_blocks", "gzip_empty_stored_blocks", "gzip_small_tables", "gzip_large_tables", "gzip_members_of_nothing",
         "zstd_raw_blocks_of_nothing", "zstd_raw_blocks_of_a_byte", "zstd_runs_of_a_byte", "zstd_tables", "zstd_trees",
         "zstd_without_tree", "zstd_four_streams", "zstd_one_match_a_block", "zstd_frames_of_nothing"]
LIMITS = {**dict.fromkeys(BYTES, A_BYTE), **dict.fromkeys(UNITS, A_UNIT)}


def price(kind):
    program = sys.argv[1]
    return (collected(program, 3, kind) - collected(program, 1, kind)) / 2 / size_of(program, kind)


if __name__ == "__main__":
    with ThreadPoolExecutor(2) as pool:
        prices = dict(zip(LIMITS, pool.map(price, LIMITS)))
    for kind, limit in LIMITS.items():
        print(f"{kind}: {prices[kind]:.1f} instructions a unit of work, at most {limit}")
    sys.exit(any(prices[kind] > limit for kind, limit in LIMITS.items()))

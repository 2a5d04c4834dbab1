"""What a share drops is the same in the Wasm twin: drop_twin.py NATIVE CLANG++ NODE SOURCE

Builds the code that decides as a wasm32-wasi command, runs it in Node, and holds what it drops of 100 000 users, ids and events against
what this machine's own code drops; and against hashlib, by the rule's words."""
import hashlib
import pathlib
import subprocess
import sys
import tempfile

RUN = """const { readFileSync } = require('node:fs'), { WASI } = require('node:wasi');
const wasi = new WASI({ version: 'preview1', args: [], env: {}, returnOnExit: true });
const module = new WebAssembly.Module(readFileSync(process.argv[1]));
process.exit(wasi.start(new WebAssembly.Instance(module, wasi.getImportObject())));"""


def twin(clang, node, source):
    with tempfile.TemporaryDirectory() as folder:
        wasm = pathlib.Path(folder) / "shares.wasm"
        files = ["tests/unit/core/rules/drop_shares.cpp", *(f"src/core/{name}.cpp" for name in ("rules/share", "sha256", "json_string"))]
        subprocess.run([clang, "--target=wasm32-wasi", "-std=c++20", "-O2", "-fno-exceptions", "-fno-rtti", f"-I{source}/src",
                        *(source / file for file in files), "-o", wasm], check=True, timeout=250)
        return subprocess.run([node, "--no-warnings", "-e", RUN, wasm], check=True, capture_output=True, text=True, timeout=250).stdout.splitlines()


def decided(i, below):
    user = [f"user-{i}", str(i), f"é\n{i}", None][i % 4]
    text = user or (f"id-{i}" if i % 8 == 3 else f'{{"event":{i}}}')
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big") < below


def main():
    native, clang, node, source = sys.argv[1:]
    by_native = subprocess.run([native], check=True, capture_output=True, text=True, timeout=250).stdout.splitlines()
    by_twin = twin(clang, node, pathlib.Path(source))
    if len(by_native) != 7:
        sys.exit(f"{len(by_native)} lines where there are 7 shares")
    for here, there in zip(by_native, by_twin, strict=True):
        share, below, bits = here.split()
        if here != there:
            at = next(i for i, (a, b) in enumerate(zip(here, there)) if a != b)
            sys.exit(f"of share {share} the twin says something else: {here[at - 20:at + 9]} here, {there[at - 20:at + 9]} there")
        if bits != "".join("01"[decided(i, int(below))] for i in range(len(bits))):
            sys.exit(f"of share {share} hashlib says something else")
        print(f"share {share}: {bits.count('1')} of {len(bits)} are dropped by both")


if __name__ == "__main__":
    main()

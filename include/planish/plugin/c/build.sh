#!/bin/sh
# plugin.wasm from plugin.c or plugin.cpp, and plugin.cwasm, which planish runs. Debian 12: apt-get install clang-19 lld-19
set -e
cd "$(dirname "$0")"
source=plugin.c
[ -e plugin.c ] || source=plugin.cpp
"${CLANG:-clang-19}" --target=wasm32 -O2 -nostdlib -ffreestanding -fno-builtin -mbulk-memory -Wall -Wextra \
  -Wl,--no-entry -Wl,--stack-first -Wl,-z,stack-size=16384 "$source" -o plugin.wasm
"${PLANISH:-planish}" plugin build plugin.wasm

#!/usr/bin/env bash
# cmake/musl/sysroot.sh [--arch x86_64|aarch64] [--no-tests]: makes a <arch>-linux-musl sysroot (musl, Linux headers, compiler-rt,
# libunwind, libc++, planish's dependencies) and clang wrappers, all from signed Debian packages, and prints its folder.
# Needs no root; needs clang-19 lld-19 llvm-19 cmake ninja-build xz-utils bzip2 perl-base python3-six unicode-data
# (cmake/packages release).
# The folder lies under ${PLANISH_CACHE:-~/.cache/planish}, keyed by a hash of all that goes into it: the next clone finds it.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
llvm=19 arch=x86_64 tests=1 jobs=${JOBS:-$(nproc)}
while [ $# -gt 0 ]; do
  case $1 in
    --arch) arch=$2; shift 2 ;;
    --no-tests) tests=0; shift ;;
    *) sed -n 2,6p "$0" >&2; exit 64 ;;
  esac
done
case $arch in
  x86_64) deb_arch=amd64 ;;
  aarch64) deb_arch=arm64 ;;
  *) echo "unknown arch $arch" >&2; exit 64 ;;
esac

key=$(cat "$0" "$here/sources.txt" "$here/../toolchains/linux-musl.cmake" | sha256sum | cut -c1-16)
cache=${PLANISH_CACHE:-${XDG_CACHE_HOME:-${HOME:-/var/tmp}/.cache}/planish}
out=$cache/musl-$key
target=$arch-linux-musl root=$out/$target
downloads=$cache/downloads src=$out/src-$arch work=$out/build-$arch resource=$out/resource
mkdir -p "$out" "$downloads"
exec 9>"$out/.lock"
flock 9  # two clones may want it at the same time
if [ "$(cat "$root/.complete" 2>/dev/null)" -ge "$tests" ] 2>/dev/null; then echo "$out"; exit 0; fi

step() { printf '  musl %s: %s (%ss)\n' "$arch" "$*" "$SECONDS" >&2; }
run() {  # run LOG COMMAND...
  local log=$1
  shift
  "$@" >>"$log" 2>&1 9>&- || { tail -n 40 "$log" >&2; echo "failed: $* (log: $log)" >&2; exit 1; }
}
listed() { awk -v arch="$arch" '!/^#/ && NF && ($4 == "any" || $4 == arch)' "$here/sources.txt"; }
verified() { (cd "$downloads" && listed | awk '{print $8 "  " $7}' | sha256sum --quiet -c -); }

fetch() {  # exact versions; checked by apt (signed Release files) and by the sums
  local apt=$out/apt mirror by
  mkdir -p "$apt"/{lists/partial,cache/archives/partial}
  : >"$apt/status"
  # The mirror the host itself uses (one-line or deb822 sources): local mirrors and proxies keep working.
  mirror=${DEBIAN_MIRROR:-$(sed -nE 's/^deb +(\[[^]]*\] +)?([^ ]+) +bookworm .*/\2/p; s/^URIs: *([^ ]+).*/\1/p' \
    /etc/apt/sources.list /etc/apt/sources.list.d/* 2>/dev/null | grep -m1 -E '/debian/?$' || true)}
  : "${mirror:?no Debian mirror in the apt sources of this machine; set DEBIAN_MIRROR}"
  by="[signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $mirror"
  printf '%s\n' "deb $by bookworm main" "deb-src $by bookworm main" "deb $by trixie main" >"$apt/sources.list"
  cat >"$apt/apt.conf" <<CONF
Dir::Etc::sourcelist "$apt/sources.list"; Dir::Etc::sourceparts "/dev/null";
Dir::Etc::preferences "/dev/null"; Dir::Etc::preferencesparts "/dev/null";
Dir::State "$apt/"; Dir::State::lists "$apt/lists/"; Dir::State::status "$apt/status"; Dir::Cache "$apt/cache/";
APT::Architecture "amd64"; APT::Architectures { "amd64"; "$deb_arch"; }; APT::Sandbox::User "";
Acquire::Languages "none"; Acquire::GzipIndexes "true"; Acquire::Retries "3";
CONF
  local sources debs
  mapfile -t sources < <(listed | awk '$1 == "source" {print $2 "=" $3}')
  mapfile -t debs < <(listed | awk '$1 == "deb" {a = $7; sub(/.*_/, "", a); sub(/\.deb/, "", a); print $2 (a == "all" ? "" : ":" a) "=" $3}')
  (
    cd "$downloads"
    export APT_CONFIG=$apt/apt.conf
    run "$out/fetch.log" apt-get update
    run "$out/fetch.log" apt-get source --download-only "${sources[@]}"
    run "$out/fetch.log" apt-get download "${debs[@]}"
  )
  rm -rf "$apt"
}

step fetch
if ! verified >/dev/null 2>&1; then
  fetch
  verified >&2 || { echo "a fetched file differs from cmake/musl/sources.txt" >&2; exit 1; }
fi

step unpack
rm -rf "$root" "$work" "$src"
mkdir -p "$root/usr/include" "$root/usr/lib" "$work/debs" "$src" "$out/bin" "$resource/lib/linux"
unpack() {  # unpack NAME [PATHS...]
  local file
  file=$(listed | awk -v name="$1" '$1 == "source" && $2 == name {print $7}')
  mkdir -p "$src/$1"
  tar xf "$downloads/$file" -C "$src/$1" --strip-components=1 "${@:2}"
}
top="llvm-toolchain-19_19.1.7"
unpack llvm-toolchain-19 $top/{runtimes,libcxx,libcxxabi,libunwind,cmake,libc,compiler-rt/lib/builtins,compiler-rt/cmake,llvm/cmake,llvm/utils/llvm-lit}
for name in $(listed | awk '$1 == "source" && $2 !~ /^llvm/ {print $2}'); do unpack "$name"; done
for deb in $(listed | awk '$1 == "deb" {print $7}'); do dpkg-deb -x "$downloads/$deb" "$work/debs"; done
# Debian's multiarch layout -> the plain layout clang expects under --sysroot
cp -a "$work/debs/usr/include/$target/." "$work/debs/usr/$arch-linux-gnu/include"/{linux,asm,asm-generic} \
  "$work/debs/usr/include"/{boost,CLI,toml++,fast_float,rapidjson,xxhash.h,xxh3.h} "$root/usr/include/"
cp -a "$work/debs/usr/lib/$target/." "$root/usr/lib/"

step "compiler wrappers"
# <CFGDIR> is the folder of the .cfg. stack-size: musl gives threads 128 KiB unless PT_GNU_STACK says otherwise.
# _LARGEFILE64_SOURCE: musl >= 1.2.4 hides stat64, spdlog 1.10 uses it.
printf '%s\n' --target="$target" "--sysroot=<CFGDIR>/$target" "-resource-dir=<CFGDIR>/resource" "-ffile-prefix-map=<CFGDIR>=/musl" \
  -stdlib=libc++ --rtlib=compiler-rt --unwindlib=libunwind -fuse-ld=lld -static-pie -fPIE -ffunction-sections -fdata-sections \
  -D_LARGEFILE64_SOURCE \
  -Wl,--gc-sections,--icf=safe,-z,relro,-z,now,-z,noexecstack,-z,stack-size=1048576,--build-id=none,--pack-dyn-relocs=relr >"$out/$target.cfg"
for k in clang clang++; do
  printf '#!/bin/sh\nexec %s-%s --config="%s" "$@"\n' $k $llvm "$out/$target.cfg" >"$out/bin/$target-$k"
  chmod +x "$out/bin/$target-$k"
done
for k in ar ranlib nm strip objcopy; do ln -sfn "$(command -v llvm-$k-$llvm)" "$out/bin/$target-$k"; done
ln -sfn "$(clang-$llvm -print-resource-dir)/include" "$resource/include"

export MUSL_TC=$out MUSL_ARCH=$arch
build() {  # build NAME SOURCE [CMAKE ARGUMENTS...]
  step "$1"
  run "$work/$1.log" cmake -S "$src/$2" -B "$work/$1" -G Ninja -DCMAKE_TOOLCHAIN_FILE="$here/../toolchains/linux-musl.cmake" \
    -DCMAKE_BUILD_TYPE=Release -DCMAKE_INSTALL_PREFIX="$root/usr" -DCMAKE_INSTALL_LIBDIR=lib -DBUILD_SHARED_LIBS=OFF \
    -DCMAKE_CXX_STANDARD=20 "${@:3}"
  run "$work/$1.log" ninja -C "$work/$1" -j"$jobs" install
}
build builtins llvm-toolchain-19/compiler-rt/lib/builtins -DCMAKE_TRY_COMPILE_TARGET_TYPE=STATIC_LIBRARY \
  -DCMAKE_INSTALL_PREFIX="$resource" -DCOMPILER_RT_INSTALL_PATH="$resource" -DCOMPILER_RT_DEFAULT_TARGET_ONLY=ON \
  -DCOMPILER_RT_BUILD_CRT=ON -DLLVM_CMAKE_DIR="$src/llvm-toolchain-19/llvm/cmake"
build libcxx llvm-toolchain-19/runtimes -DCMAKE_TRY_COMPILE_TARGET_TYPE=STATIC_LIBRARY -DLLVM_INCLUDE_TESTS=OFF \
  -DLLVM_ENABLE_RUNTIMES='libunwind;libcxxabi;libcxx' \
  -DLIBUNWIND_ENABLE_SHARED=OFF -DLIBUNWIND_USE_COMPILER_RT=ON -DLIBUNWIND_INCLUDE_TESTS=OFF \
  -DLIBCXXABI_ENABLE_SHARED=OFF -DLIBCXXABI_USE_COMPILER_RT=ON -DLIBCXXABI_USE_LLVM_UNWINDER=ON -DLIBCXXABI_INCLUDE_TESTS=OFF \
  -DLIBCXXABI_HAS_CXA_THREAD_ATEXIT_IMPL=OFF -DLIBCXXABI_NON_DEMANGLING_TERMINATE=ON \
  -DLIBCXX_ENABLE_SHARED=OFF -DLIBCXX_HAS_MUSL_LIBC=ON -DLIBCXX_USE_COMPILER_RT=ON -DLIBCXX_CXX_ABI=libcxxabi \
  -DLIBCXX_STATICALLY_LINK_ABI_IN_STATIC_LIBRARY=ON -DLIBCXX_INCLUDE_TESTS=OFF -DLIBCXX_INCLUDE_BENCHMARKS=OFF \
  -DLIBCXX_HAS_ATOMIC_LIB=OFF -DLIBCXX_HARDENING_MODE=fast

step "LLVM libc's mem* instead of musl's"
memory=(memcpy memmove memset memcmp bcmp)
for f in "${memory[@]}"; do
  run "$work/mem.log" "$out/bin/$target-clang++" -std=c++17 -O3 -fPIC -fno-builtin -fno-exceptions -fno-rtti \
    -I"$src/llvm-toolchain-19/libc" -DLIBC_NAMESPACE=__llvm_libc_musl -DLIBC_COPT_PUBLIC_PACKAGING \
    -c "$src/llvm-toolchain-19/libc/src/string/$f.cpp" -o "$work/$f.o"
  "$out/bin/$target-ar" d "$root/usr/lib/libc.a" "$f.o" "$f.lo"
done
(cd "$work" && run "$work/mem.log" "$out/bin/$target-ar" rs "$root/usr/lib/libc.a" "${memory[@]/%/.o}")

build fmt fmtlib -DFMT_TEST=OFF -DFMT_DOC=OFF
build spdlog spdlog -DSPDLOG_FMT_EXTERNAL=ON -DSPDLOG_BUILD_EXAMPLE=OFF -DSPDLOG_BUILD_TESTS=OFF
build simdjson simdjson -DSIMDJSON_DEVELOPER_MODE=OFF
(  # Debian leaves out the tables that are made of Unicode's files, and makes them for its package as it is done here.
  cd "$src/re2/re2"
  sed -i 's,https://www.unicode.org/Public/[0-9.]*/ucd,/usr/share/unicode,' unicode.py
  perl make_perl_groups.pl >perl_groups.cc
  python3 make_unicode_casefold.py >unicode_casefold.cc
  python3 make_unicode_groups.py >unicode_groups.cc
)
build re2 re2 -DRE2_BUILD_TESTING=OFF
build zstd libzstd/build/cmake -DZSTD_BUILD_PROGRAMS=OFF -DZSTD_BUILD_SHARED=OFF -DZSTD_BUILD_TESTS=OFF -DZSTD_LEGACY_SUPPORT=OFF

step zlib  # the two streams alone: its CMake builds a shared library, too, and writes into its sources
(
  cd "$src/zlib"
  for f in adler32 crc32 deflate inffast inflate inftrees trees zutil; do
    run "$work/zlib.log" "$out/bin/$target-clang" -std=c99 -O3 -c "$f.c" -o "$work/zlib-$f.o"
  done
  run "$work/zlib.log" "$out/bin/$target-ar" rcs "$root/usr/lib/libz.a" "$work"/zlib-*.o
  cp zlib.h zconf.h "$root/usr/include/"
)
if [ "$tests" = 1 ]; then build googletest googletest; fi

rm -rf "$work" "$src"
echo "$tests" >"$root/.complete"
step ready
echo "$out"

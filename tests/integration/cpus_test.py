"""The kernel that runs, on processors that are played by qemu: what they have, and what of it the system has switched on."""
import json
import os
import re
import subprocess
import unittest

import planish_server
from planish_server import Server, benchmark_body, request, undated

# As `qemu-x86_64 -cpu` has them, with the kernel of simdjson that is to be picked.
CPUS = {
    "max": "haswell",
    "max,-avx": "westmere",  # CPUID has AVX2, XCR0 has no YMM
    "max,-xsave": "westmere",  # CPUID has AVX and AVX2, and there is no XCR0
    "max,-avx,-xsave": "westmere",
    "max,-avx2": "westmere",
    "max,-bmi2": "westmere",
    "max,-sse4.2": "fallback",
    "max,-popcnt": "fallback",
    "max,-sse4.1": "fallback",
    "max,-ssse3": "fallback",
    "max,-pclmulqdq": "fallback",
    "max,-avx,-pclmulqdq": "fallback",
    "qemu64": "fallback",
    "Haswell,-avx": "westmere",
}


def without_settings(**more):
    return {**{k: v for k, v in os.environ.items() if not k.startswith(("PLANISH_", "SIMDJSON_"))}, **more}


def run(cpu, *args, stdin=b"", **more):
    return subprocess.run(["qemu-x86_64", "-cpu", cpu, planish_server.binary(), *args], input=stdin, capture_output=True,
                          env=without_settings(**more), timeout=120)


class Cpus(unittest.TestCase):
    def test_the_kernel_is_the_widest_that_runs(self):
        for cpu, kernel in CPUS.items():
            result = run(cpu, "version")
            self.assertEqual(result.returncode, 0, (cpu, result.stderr))
            self.assertEqual(re.search(rb"^kernel +(\w+)$", result.stdout, re.M)[1].decode(), kernel, cpu)

    def test_the_same_answers_on_all_of_them(self):
        for settings in (["--hash", "sha256"], ["--hash", "xxh3-128"]):
            expected = subprocess.run([planish_server.binary(), "transform", *settings], input=benchmark_body(), capture_output=True,
                                      env=without_settings(), check=True).stdout
            for cpu in CPUS:
                result = run(cpu, "transform", *settings, stdin=benchmark_body())
                self.assertEqual((result.returncode, undated(result.stdout)), (0, undated(expected)), (cpu, settings, result.stderr))

    def test_a_server_starts_and_answers_without_avx(self):
        for cpu in ("max,-avx", "max,-xsave"):
            with Server(prefix=["qemu-x86_64", "-cpu", cpu]) as server:
                self.assertEqual(server.post(benchmark_body()).status, 200)
                self.assertEqual(json.loads(server.get("/version").body)["simdjson_kernel"], "westmere")
                self.assertEqual(server.stop(), 0)

    def test_who_names_a_kernel_gets_it(self):
        self.assertIn(b"fallback", run("max", "version", SIMDJSON_FORCE_IMPLEMENTATION="fallback").stdout)


if __name__ == "__main__":
    unittest.main()

#!/usr/bin/env python3
"""The software bill of materials of the static binary: CycloneDX 1.5 JSON on standard output, from cmake/musl/sources.txt
and, where the binary runs plugins, cmake/dist/crates.txt.

sbom.py [ARCH [BINARY]]: with a binary, its SHA-256 goes in. The same inputs give the same bytes: no time, no random number.
"""
import hashlib
import json
import pathlib
import re
import sys
import urllib.parse
import uuid

ROOT = pathlib.Path(__file__).resolve().parents[2]
EXPRESSIONS = re.compile(r"_(WITH|OR|AND)_")


# Where plugins are built.
PLUGINS = {"x86_64"}


def dependencies(arch):
    """Rows of sources.txt that are in the binary, as (name, Debian version, use, licence, kind, file, sha256)."""
    for line in (ROOT / "cmake/musl/sources.txt").read_text().splitlines():
        if line and not line.startswith("#"):
            kind, name, version, row_arch, use, licence, file, sha256 = line.split()
            if row_arch in ("any", arch) and use in ("linked", "headers"):
                yield name, version, use, EXPRESSIONS.sub(r" \1 ", licence), kind, file, sha256


def licences(expression):
    return [{"expression": expression}] if " " in expression else [{"license": {"id": expression}}]


def component(name, version, use, licence, kind, file, sha256):
    architecture = "source" if kind == "source" else re.search(r"_(\w+)\.deb$", file)[1]
    purl = f"pkg:deb/debian/{urllib.parse.quote(name)}@{urllib.parse.quote(version, safe='')}?arch={architecture}"
    return {
        "type": "library",
        "bom-ref": purl,
        "name": name,
        "version": version,
        "scope": "required",
        "hashes": [{"alg": "SHA-256", "content": sha256}],
        "licenses": licences(licence),
        "purl": purl,
        "properties": [{"name": "planish:use", "value": use}, {"name": "planish:file", "value": file}],
    }


def crates():
    """Those that are linked, with what Cargo.lock says of them; each of crates.txt is there in that version."""
    lock = (ROOT / "src/plugin/engine/Cargo.lock").read_text()
    entry = re.compile(r'name = "([^"]+)"\nversion = "([^"]+)"\nsource = [^\n]+\nchecksum = "([0-9a-f]{64})"')
    locked = {(name, version): checksum for name, version, checksum in entry.findall(lock)}
    for line in (ROOT / "cmake/dist/crates.txt").read_text().splitlines():
        if line and not line.startswith("#"):
            name, version, licence = line.split()
            purl = f"pkg:cargo/{name}@{version}"
            yield {
                "type": "library",
                "bom-ref": purl,
                "name": name,
                "version": version,
                "scope": "required",
                "hashes": [{"alg": "SHA-256", "content": locked[name, version]}],
                "licenses": licences(licence.replace("_", " ")),
                "purl": purl,
                "properties": [{"name": "planish:use", "value": "linked"}],
            }


def bill(arch, binary=None):
    version = re.search(r"project\(planish VERSION ([0-9.]+)", (ROOT / "CMakeLists.txt").read_text())[1]
    planish = {
        "type": "application",
        "bom-ref": "planish",
        "name": "planish",
        "version": version,
        "description": f"static binary for linux-{arch}",
        "licenses": licences("Apache-2.0"),
    }
    if binary:
        planish["hashes"] = [{"alg": "SHA-256", "content": hashlib.sha256(pathlib.Path(binary).read_bytes()).hexdigest()}]
    linked = [component(*row) for row in dependencies(arch)] + (list(crates()) if arch in PLUGINS else [])
    components = sorted(linked, key=lambda c: c["bom-ref"])
    refs = [c["bom-ref"] for c in components]
    seed = json.dumps([planish, components], sort_keys=True)
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "serialNumber": f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_OID, seed)}",
        "version": 1,
        "metadata": {"component": planish},
        "components": components,
        "dependencies": [{"ref": "planish", "dependsOn": refs}] + [{"ref": ref, "dependsOn": []} for ref in refs],
    }


if __name__ == "__main__":
    json.dump(bill(*(sys.argv[1:] or ["x86_64"])), sys.stdout, indent=2)
    print()

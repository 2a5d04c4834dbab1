"""What is published with planish, before the public validators: OpenAPI's linter, CycloneDX's and Kubernetes' schemas.

They come from npm, pinned by npm/package-lock.json. Where no registry is in reach, the rules written here hold
by themselves, and so do those of the other tests on these documents.
"""
import json
import pathlib
import re
import subprocess
import sys
import unittest

import yaml

from npm_packages import installed
from planish_server import Server

ROOT = pathlib.Path(__file__).resolve().parents[2]
NPM = pathlib.Path(__file__).parent / "npm"
METHODS = {"get", "put", "post", "delete", "options", "head", "patch", "trace"}
VALIDATORS = installed(NPM)


def setUpModule():
    print("with the validators from npm" if VALIDATORS else "no registry in reach: by the rules of this file alone")


def faults(kind, document):
    """What the public validator says of it, a line each."""
    if not VALIDATORS:
        return []
    done = subprocess.run(["node", NPM / "validate.cjs", kind], input=json.dumps(document), capture_output=True,
                          text=True, timeout=300, check=True)
    return done.stdout.splitlines()


class Validated(unittest.TestCase):
    def assert_valid(self, kind, document):
        self.assertEqual(faults(kind, document), [])

    def assert_seen(self, kind, document, part):
        """The validator does look: it finds the fault that was put in."""
        self.assertTrue(not VALIDATORS or any(part in line for line in faults(kind, document)), part)


class Openapi(Validated):
    @classmethod
    def setUpClass(cls):
        with Server() as server:
            cls.text = server.get("/openapi.json").body.decode()

    def operations(self):
        for path, item in json.loads(self.text)["paths"].items():
            for method, operation in item.items():
                if method in METHODS:
                    yield path, method, operation

    def test_lint(self):
        self.assert_valid("openapi", json.loads(self.text))

    def test_a_fault_is_found(self):
        document = json.loads(self.text)
        document["paths"]["/healthz"]["get"]["operationId"] = "transform"
        self.assert_seen("openapi", document, "operationId")

    def test_operations_are_named_once_and_say_what_they_answer(self):
        names = [operation["operationId"] for _, _, operation in self.operations()]
        self.assertEqual(len(names), len(set(names)))
        for path, method, operation in self.operations():
            with self.subTest(f"{method} {path}"):
                self.assertTrue(operation["summary"])
                self.assertTrue(any(status.startswith("2") for status in operation["responses"]))
                self.assertTrue(any(status.startswith("4") for status in operation["responses"]))
                declared = {parameter["name"] for parameter in operation["parameters"] if parameter.get("in") == "path"}
                self.assertEqual(declared, set(re.findall(r"\{(\w+)\}", path)))

    def test_every_component_is_used(self):
        document = json.loads(self.text)
        used = set(re.findall(r"#/components/(\w+/\w+)", self.text))
        defined = {f"{kind}/{name}" for kind, parts in document["components"].items() for name in parts}
        self.assertEqual(used, defined)


class BillOfMaterials(Validated):
    def bill(self, arch):
        command = [sys.executable, ROOT / "cmake/dist/sbom.py", arch]
        return json.loads(subprocess.run(command, capture_output=True, timeout=60, check=True).stdout)

    def test_schema(self):
        for arch in ("x86_64", "aarch64"):
            with self.subTest(arch):
                self.assert_valid("bom", self.bill(arch))

    def test_a_fault_is_found(self):
        bill = self.bill("x86_64")
        bill["components"][0]["type"] = "librarie"
        self.assert_seen("bom", bill, "/components/0/type")


class Kubernetes(Validated):
    objects, sidecar = (list(yaml.safe_load_all((ROOT / f"docker/kubernetes/{name}.yaml").read_text())) for name in ("planish", "sidecar"))

    def test_schema(self):
        self.assertEqual([thing["kind"] for thing in self.objects],
                         ["Deployment", "Service", "HorizontalPodAutoscaler", "PodDisruptionBudget"])
        self.assert_valid("kubernetes", self.objects)
        self.assertEqual([thing["kind"] for thing in self.sidecar], ["ConfigMap", "Deployment", "Service"])
        self.assert_valid("kubernetes", self.sidecar)

    def test_a_fault_is_found(self):
        text = json.dumps(self.objects)
        for right, wrong, found in (("readOnlyRootFilesystem", "readOnlyRootFs", "readOnlyRootFs"),
                                    ('"replicas": 2', '"replicas": "2"', "spec/replicas")):
            self.assertIn(right, text)
            self.assert_seen("kubernetes", json.loads(text.replace(right, wrong)), found)


if __name__ == "__main__":
    unittest.main()

"""The public JSON-Schema-Test-Suite, which PyPI's source package of jsonschema brings along: read where it lies, nothing of it is kept."""
import fcntl
import os
import pathlib
import subprocess
import sys
import tarfile

PACKAGE = "jsonschema==4.26.0"


def suite(folder, patience=300):
    """The folder `tests` of a checkout that JSON_SCHEMA_TEST_SUITE names, or of the package, downloaded once into `folder`; None without both."""
    if named := os.environ.get("JSON_SCHEMA_TEST_SUITE"):
        return pathlib.Path(named) / "tests"
    folder = pathlib.Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    with open(folder / "lock", "wb") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not any(folder.glob("jsonschema-*.tar.gz")):
            try:
                subprocess.run([sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--no-binary", "jsonschema", "--dest", folder, PACKAGE],
                               timeout=patience, check=False, stdin=subprocess.DEVNULL, capture_output=True)
            except subprocess.TimeoutExpired:
                pass
        for package in folder.glob("jsonschema-*.tar.gz"):
            with tarfile.open(package) as archive:
                archive.extractall(folder, [member for member in archive.getmembers() if "/json/tests/" in member.name])
        return next(folder.glob("jsonschema-*/json/tests"), None)

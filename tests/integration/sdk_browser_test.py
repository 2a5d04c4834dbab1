"""The real SDKs for browsers in a real Chromium, on a page of another origin: each event arrives once, also those of a page that is left.

cmake/test --sdk runs this, beside sdk_test.py. Takes Debian's chromium (cmake/packages browser)."""
import functools
import http.server
import shutil
import subprocess
import tempfile
import threading
import unittest

from driving import ANY, HERE, NOW, ORDER, THEN, Run, SdkTest, packages

CHROMIUM = shutil.which("chromium")
PATIENCE = 60  # for a browser to start on a busy machine, and for a page to be left

LEAVING = ("Leaving", NOW, "user-1", {"a": 1})
EVENTS = {
    "segment": [("Order Completed", THEN, ANY, ORDER), ("identify", NOW, "user-1", {"name": "Zoë"}), ("page", NOW, "user-1", {"name": "Start", "category": "Docs"}), LEAVING],
    "rudder": [("Order Completed", NOW, ANY, ORDER), ("identify", NOW, "user-1", {"name": "Zoë"}), ("page", NOW, "user-1", {"name": "Start", "category": "Docs"}), LEAVING],
    "posthog": [("Order Completed", THEN, ANY, ORDER), ("$identify", NOW, "user-1", {}), ("$pageview", NOW, ANY, {}), ("$pageleave", NOW, "user-1", {}), LEAVING],
    "mixpanel": [("Order Completed", NOW, "user-1", {**ORDER, "name": "Grüße 日本"}), ("Instant", NOW, "user-1", {"a": 1}),
                 ("$identify", NOW, "user-1", {}), LEAVING],
    "amplitude": [("Order Completed", NOW, "user-1", ORDER), ("$identify", NOW, "user-1", {"$set": {"name": "Zoë"}}), LEAVING],
    "jitsu": [("identify", NOW, "user-1", {"name": "Zoë"}), ("Order Completed", NOW, "user-1", ORDER), ("page", NOW, "user-1", {}), LEAVING],
}
EVENTS["segment-batch"] = EVENTS["segment"]


class Pages(http.server.SimpleHTTPRequestHandler):
    """The page, what it loads, and `left`, which the page after it asks for."""

    def do_GET(self):
        if self.path == "/left":
            self.server.left.set()
        super().do_GET()

    def log_message(self, *_):
        pass


def setUpModule():
    if not CHROMIUM:
        raise unittest.case.SkipTest("there is no chromium here: cmake/packages browser installs it")
    packages()


class Browsers(SdkTest):
    @classmethod
    def setUpClass(cls):
        cls.pages = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Pages, directory=str(HERE)))
        cls.pages.left = threading.Event()
        cls.origin = f"http://127.0.0.1:{cls.pages.server_address[1]}"
        threading.Thread(target=cls.pages.serve_forever, daemon=True).start()

    @classmethod
    def tearDownClass(cls):
        cls.pages.shutdown()
        cls.pages.server_close()

    def visit(self, name, target):
        self.pages.left.clear()
        with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
            browser = subprocess.Popen(
                [CHROMIUM, "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync",
                 "--disable-dev-shm-usage", "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1", f"--user-data-dir={profile}", "--remote-debugging-port=0",
                 f"{self.origin}/page.html?sdk={name}&target={target}"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            try:
                self.assertTrue(self.pages.left.wait(PATIENCE), "the page was not left")
            finally:
                browser.terminate()
                browser.wait(PATIENCE)

    def test_each_event_of_a_page_arrives_once(self):
        for name, wanted in EVENTS.items():
            with self.subTest(name):
                run = Run(functools.partial(self.visit, name), flags=("--cors-origin", self.origin, "--cors-headers", "authorization,x-write-key,anonymousid,sentat"))
                strange = [(e.target, e.status) for e in run.others if not e.target.startswith(("/flags", "/engage"))]  # what planish has no path for
                self.assertEqual(strange, [])
                self.check(run, wanted, wider=True)


if __name__ == "__main__":
    unittest.main()

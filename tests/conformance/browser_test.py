"""CORS as a browser means it: pages of another origin in a real Chromium, which sends events by fetch and by sendBeacon.

Takes Debian's chromium (cmake/packages browser). Where there is none, it says so and passes over."""
import http.server
import json
import queue
import shutil
import subprocess
import tempfile
import threading
import unittest

from planish_server import Server, eventually

CHROMIUM = shutil.which("chromium")
PATIENCE = 60  # for a browser to start on a busy machine

PAGE = """<!doctype html><script type="module">
const {target, beacon} = Object.fromEntries(new URLSearchParams(location.search));
const events = n => JSON.stringify({user_id: 1, events: Array.from({length: n}, (_, i) => ({event_type: "click", timestamp: i, payload: i}))});
const json = {"Content-Type": "application/json"};
const ask = (headers, credentials) => fetch(target, {method: "POST", credentials, headers, body: events(1)}).then(
  async answer => ({status: answer.status, events: (await answer.json()).processed_events.length, id: answer.headers.get("X-Request-Id"),
                    timing: answer.headers.get("Server-Timing"), date: answer.headers.get("Date")}),
  () => "refused");
const told = {
  origin: location.origin,
  with_credentials: await ask(json, "include"),
  without: await ask(json, "omit"),
  traced: await ask({...json, "baggage": "a=b", "sentry-trace": "0", "traceparent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"}, "include"),
  other_field: await ask({...json, "X-Other": "1"}, "include"),
  queued: beacon === "1" && navigator.sendBeacon(target, new Blob([events(100)], {type: "application/json"})),
};
await fetch("/report", {method: "POST", body: JSON.stringify(told)});
</script>"""


class Pages(http.server.BaseHTTPRequestHandler):
    """Serves the page by any name, and takes its report."""

    def do_GET(self):
        self.answer(PAGE.encode())

    def do_POST(self):
        self.server.reports.put(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
        self.answer(b"")

    def answer(self, content):
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_):
        pass


class Browser(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        if not CHROMIUM:
            raise unittest.case.SkipTest("there is no chromium here: cmake/packages browser installs it")
        cls.pages = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Pages)
        cls.pages.reports = queue.Queue()
        cls.thread = threading.Thread(target=cls.pages.serve_forever)
        cls.thread.start()
        cls.port = cls.pages.server_address[1]

    @classmethod
    def tearDownClass(cls):
        cls.pages.shutdown()
        cls.thread.join()
        cls.pages.server_close()

    def visit(self, server, beacon=False, host="localhost"):
        """What a page of that host tells of its requests to the server."""
        target = f"http://127.0.0.1:{server.port}/"
        with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
            browser = subprocess.Popen(
                [CHROMIUM, "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
                 "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage", f"--user-data-dir={profile}", "--remote-debugging-port=0",
                 f"http://{host}:{self.port}/?target={target}&beacon={int(beacon)}"],
                stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            try:
                told = self.pages.reports.get(timeout=PATIENCE)
                if beacon:  # nobody is told when it arrived
                    self.assertTrue(eventually(lambda: server.metrics()['planish_events_total{result="ok"}'] >= 100))
                return told
            finally:
                browser.terminate()
                browser.wait(PATIENCE)

    def test_a_page_of_a_named_origin_may_send_all_that_it_does(self):
        with Server("--cors-origin", f"http://localhost:{self.port}", "--cors-headers", "baggage,sentry-trace") as server:
            told = self.visit(server, beacon=True)
            for way in ("with_credentials", "without", "traced"):
                self.assertEqual((told[way]["status"], told[way]["events"]), (200, 1), way)
                self.assertTrue(told[way]["id"] and told[way]["timing"], "exposed")
                self.assertIsNone(told[way]["date"], "not exposed")
            self.assertEqual(told["other_field"], "refused")
            self.assertTrue(told["queued"])
            self.assertEqual(server.metrics()['planish_events_total{result="ok"}'], 103)

    def test_a_page_of_another_origin_may_not(self):
        with Server("--cors-origin", f"http://localhost:{self.port}") as server:
            told = self.visit(server, host="127.0.0.1")
            self.assertEqual({told[way] for way in ("with_credentials", "without", "traced", "other_field")}, {"refused"})
            self.assertEqual(server.metrics()['planish_events_total{result="ok"}'], 0, "JSON is asked for first")

    def test_any_origin_may_send_without_credentials(self):
        with Server("--cors-origin", "*") as server:
            told = self.visit(server)
            self.assertEqual((told["without"]["status"], told["with_credentials"], told["traced"]), (200, "refused", "refused"))


if __name__ == "__main__":
    unittest.main()

"""The upstream among real ones: nginx, HAProxy and Node's http server, as they are installed."""
import json
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
import time
import unittest

from planish_server import Server, eventually, free_port, grows, request
from upstream_peer import Upstream, answer

HERE = pathlib.Path(__file__).resolve().parent
FLAGS = ("--answer-members", "event_type,ts=normalized_timestamp,key,payload")
LARGE = 7_000_000  # more than the kernel takes for a peer that reads nothing


def tool(name):
    found = shutil.which(name, path=os.environ["PATH"] + ":/usr/sbin")
    if not found:
        raise unittest.SkipTest(f"{name} is not installed: cmake/packages test")
    return found


def listens(port):
    try:
        socket.create_connection(("127.0.0.1", port), 1).close()
        return True
    except OSError:
        return False


def body(n=0, filler=""):
    return json.dumps({"user_id": 1, "events": [{"event_type": "e", "timestamp": n, "payload": {"n": n, "filler": filler}}]}).encode()


class Peer(unittest.TestCase):
    """`ask` sends one event by a planish whose upstream is this peer's TARGET."""

    def start(self, *command, **options):
        environment = {key: value for key, value in os.environ.items() if not key.startswith("PLANISH_")}
        process = subprocess.Popen(command, env={**environment, **options.pop("env", {})}, stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **{"stdout": subprocess.DEVNULL, **options})

        def end():
            process.terminate()  # and its workers with it
            try:
                process.wait(5)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
            if process.stdout:
                process.stdout.close()

        self.addCleanup(end)
        return process

    def planish(self, target, *flags):
        server = Server("--upstream", f"http://127.0.0.1:{self.port}{target}", *FLAGS, *flags)
        self.addCleanup(server.kill)
        return server

    def told(self, target, *flags, content=None):
        """Status, Retry-After, upstream_status and content of one request's answer; the client's connection must stay."""
        server = self.planish(target, *flags)
        with server.connect() as client:
            got = client.ask(request(content or body()))
            self.assertEqual(client.ask(request(method="GET", target="/healthz"), "GET").status, 200)
        problem = json.loads(got.body) if got.status >= 400 else {}
        return got.status, got.header("Retry-After"), problem.get("upstream_status"), got.body if got.status < 400 else None

    def ask_many(self, server, count, pause=0.0):
        """All are taken, and none of its connections was found broken."""
        with server.connect() as client:
            for n in range(count):
                got = client.ask(request(body(n)))
                self.assertEqual(got.status, 204, got.body)
                time.sleep(pause)
        self.assertEqual(server.metrics()['planish_upstream_requests_total{code="broken"}'], 0)


# Seconds; the peers close what is idle for 50 ms. A request that goes out just as one does is a 502, by contract: not asked here.
IDLE_FOR_LONG = 0.15


class Nginx(Peer):
    def setUp(self):
        nginx = tool("nginx")
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.port = free_port()
        self.store = Upstream(lambda peer, _: peer.send(answer(200, b"stored", [("Content-Type", "text/plain")])))
        self.addCleanup(self.store.stop)
        folders = "".join(f"{kind}_temp_path {folder.name}/{kind}; " for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
        self.socket = f"{folder.name}/nginx.sock"
        self.configuration = pathlib.Path(folder.name, "nginx.conf")
        self.text = f"""daemon off; pid {folder.name}/pid; worker_processes 1; events {{}}
http {{ {folders} access_log off; client_max_body_size 8m; KEEP
  upstream store {{ server 127.0.0.1:{self.store.port}; keepalive 8; }}
  server {{ listen 127.0.0.1:{self.port}; listen unix:{self.socket};
    location = /ok {{ return 204; }}
    location = /words {{ default_type text/plain; return 200 "words"; }}
    location = /busy {{ add_header Retry-After 7 always; return 429; }}
    location = /away {{ return 503; }}
    location = /moved {{ return 301 https://elsewhere/; }}
    location = /small {{ client_max_body_size 1k; proxy_pass http://store; }}
    location = /stored {{ proxy_pass http://store; proxy_http_version 1.1; proxy_set_header Connection ""; }}
    location = /old {{ proxy_pass http://store; }}
    location = /nobody {{ proxy_pass http://127.0.0.1:1; }}
    location = /packed {{ gzip on; gzip_min_length 1; gzip_types text/plain; gzip_proxied any; proxy_pass http://store; }}
  }} }}
"""
        self.configure("")
        self.process = self.start(nginx, "-e", "stderr", "-c", str(self.configuration))
        self.assertTrue(eventually(lambda: listens(self.port)))

    def configure(self, keep):
        self.configuration.write_text(self.text.replace("KEEP", keep or "keepalive_requests 1000000;"), encoding="ascii")

    def workers(self):
        return set(pathlib.Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text(encoding="ascii").split())

    def reload(self):
        """Returns once its workers are others, and those before have gone or take nobody any more."""
        self.assertTrue(eventually(self.workers))
        before = self.workers()
        self.process.send_signal(signal.SIGHUP)
        self.assertTrue(eventually(lambda: self.workers().isdisjoint(before)))

    def test_returns(self):
        self.assertEqual(self.told("/ok"), (204, None, None, b""))
        self.assertEqual(self.told("/words", "--upstream-answer", "relay"), (200, None, None, b"words"))
        self.assertEqual(self.told("/busy"), (429, "7", None, None))
        self.assertEqual(self.told("/away"), (503, "1", None, None))
        self.assertEqual(self.told("/moved"), (502, None, 301, None))

    def test_passes_on(self):
        for target in ("/stored", "/old", "/packed"):
            self.assertEqual(self.told(target, "--upstream-answer", "relay"), (200, None, None, b"stored"), target)
        self.assertEqual([json.loads(taken.body)["payload"]["n"] for taken in self.store.requests], [0, 0, 0])
        self.assertEqual(self.told("/nobody"), (502, None, 502, None))

    def test_says_413_before_it_has_read(self):
        self.assertEqual(self.told("/small", "--max-body", "8MiB", content=body(filler="x" * LARGE)), (502, None, 413, None))
        self.assertEqual(self.store.requests, [])

    def test_listens_on_a_unix_socket(self):
        with Server("--upstream", f"unix:{self.socket}:/stored") as server:
            self.ask_many(server, 20)
        self.assertEqual(len(self.store.requests), 20)

    def test_closes_its_connections_when_it_likes(self):
        """After three requests each, or while they are idle: none is lost, none is there twice."""
        for keep, count, pause in (("keepalive_requests 3;", 60, 0.0), ("keepalive_timeout 50ms;", 20, IDLE_FOR_LONG)):
            with self.subTest(keep):
                self.configure(keep)
                self.reload()
                begun = len(self.store.requests)
                self.ask_many(self.planish("/stored"), count, pause)
                self.assertEqual([json.loads(taken.body)["payload"]["n"] for taken in self.store.requests[begun:]], list(range(count)))

    def test_is_reloaded_under_load(self):
        """Its old workers close what is idle. What a client was told of is there, and nothing is there twice."""
        server, told, over = self.planish("/stored"), [], threading.Event()

        def ask(number):
            with server.connect() as client:
                n = number << 32
                while not over.is_set():
                    n += 1
                    if client.ask(request(body(n))).status == 204:
                        told.append(n)

        threads = [threading.Thread(target=ask, args=(number,)) for number in range(4)]
        for thread in threads:
            thread.start()
        for _ in range(5):
            self.assertTrue(grows(told, 20))
            self.reload()
        over.set()
        for thread in threads:
            thread.join()
        there = [json.loads(taken.body)["payload"]["n"] for taken in self.store.requests]
        self.assertGreater(len(told), 20)
        self.assertEqual(len(there), len(set(there)))
        self.assertEqual(set(told) - set(there), set())


class Haproxy(Peer):
    def setUp(self):
        haproxy = tool("haproxy")
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.port = free_port()
        self.store = Upstream(self.behave)
        self.addCleanup(self.store.stop)
        configuration = pathlib.Path(folder.name, "haproxy.cfg")
        configuration.write_text(f"""defaults
  mode http
  timeout connect 1s
  timeout client 10s
  timeout server 3s
  timeout http-keep-alive 50ms
frontend in
  bind 127.0.0.1:{self.port}
  http-request return status 200 content-type text/plain string words if {{ path /words }}
  http-request return status 429 content-type text/plain string busy hdr Retry-After 7 if {{ path /busy }}
  http-request deny deny_status 413 if {{ path /early }}
  http-request reject if {{ path /rejected }}
  use_backend nobody if {{ path /nobody }}
  use_backend closing if {{ path /closing }}
  default_backend store
backend store
  server store 127.0.0.1:{self.store.port}
backend closing
  option httpclose
  server store 127.0.0.1:{self.store.port}
backend nobody
""", encoding="ascii")
        self.process = self.start(haproxy, "-db", "-f", str(configuration))
        self.assertTrue(eventually(lambda: listens(self.port)))

    @staticmethod
    def behave(peer, taken):
        if b"/slow" in taken.line:
            time.sleep(6)
        peer.send(answer(200, b"stored"))

    def test_says_what_it_is_told_to(self):
        self.assertEqual(self.told("/words", "--upstream-answer", "relay"), (200, None, None, b"words"))
        self.assertEqual(self.told("/busy"), (429, "7", None, None))
        self.assertEqual(self.told("/nobody"), (503, "1", None, None))  # it has no server: 503 of its own
        self.assertEqual(self.told("/slow"), (502, None, 504, None))  # 504 of its own, for its server
        self.assertEqual(self.told("/rejected"), (502, None, None, None))  # closed without a word
        self.assertEqual(self.told("/early", "--max-body", "8MiB", content=body(filler="x" * LARGE)), (502, None, 413, None))

    def test_passes_on(self):
        self.assertEqual(self.told("/stored", "--upstream-answer", "relay"), (200, None, None, b"stored"))
        self.assertEqual(self.told("/stored"), (204, None, None, b""))

    def test_closes_its_connections_when_it_likes(self):
        for target, count, pause in (("/closing", 60, 0.0), ("/stored", 20, IDLE_FOR_LONG)):
            with self.subTest(target):
                begun = len(self.store.requests)
                self.ask_many(self.planish(target), count, pause)
                self.assertEqual([json.loads(taken.body)["payload"]["n"] for taken in self.store.requests[begun:]], list(range(count)))


class Node(Peer):
    def begin(self, **environment):
        self.process = self.start(tool("node"), str(HERE / "peers/node.mjs"), stdout=subprocess.PIPE, text=True, env=environment)
        self.port = int(self.process.stdout.readline())

    def taken(self):
        self.process.send_signal(signal.SIGUSR2)
        return json.loads(self.process.stdout.readline())

    def test_answers_in_all_its_ways(self):
        self.begin()
        for target, content in (("/ok", b""), ("/chunked", b"in pieces"), ("/trailers", b"a"), ("/hints", b"after hints"), ("/close", b"last")):
            self.assertEqual(self.told(target, "--upstream-answer", "relay"), (204 if target == "/ok" else 200, None, None, content), target)
            self.assertEqual(self.told(target), (204, None, None, b""), target)
        self.assertEqual(self.told("/busy"), (429, "7", None, None))
        self.assertEqual(self.told("/error"), (502, None, 500, None))
        self.assertEqual(self.told("/gone"), (502, None, None, None))
        self.assertEqual(self.told("/half", "--upstream-answer", "relay")[:2], (502, None))
        self.assertEqual(len(self.taken()), 14)  # a request each: nothing was sent again

    def test_says_413_before_it_has_read(self):
        self.begin()
        self.assertEqual(self.told("/early", "--max-body", "8MiB", content=body(filler="x" * LARGE)), (502, None, 413, None))

    def test_closes_its_connections_when_they_are_idle(self):
        self.begin(KEEP="50")
        self.ask_many(self.planish("/ok"), 20, IDLE_FOR_LONG)
        keys = self.taken()
        self.assertEqual((len(keys), len(set(keys))), (20, 20))


if __name__ == "__main__":
    unittest.main()

"""Two planish behind HAProxy, replaced one after the other by SIGTERM under load: not one request fails.

The configuration is docker/haproxy.cfg itself. Each is replaced ten times.
"""
import http.client
import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import tempfile
import threading
import time
import unittest

from planish_server import TIMEOUT, Server, benchmark_body, eventually, free_port

ROOT = pathlib.Path(__file__).resolve().parents[2]
ROUNDS = 10
CHECK_INTERVAL = "100ms"  # x fall 2, well below the drain delay
SETTINGS = ("--drain-delay", "1s", "--shutdown-timeout", "10s")


def start_haproxy(case, front, ports):
    """By docker/haproxy.cfg; back when it has found a planish."""
    environment = dict(os.environ, FRONT=f"127.0.0.1:{front}", CHECK_INTERVAL=CHECK_INTERVAL,
                       SERVER_A=f"127.0.0.1:{ports[0]}", SERVER_B=f"127.0.0.1:{ports[1]}")
    haproxy = subprocess.Popen([shutil.which("haproxy") or "/usr/sbin/haproxy", "-db", "-f", ROOT / "docker/haproxy.cfg"],
                               env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    case.addCleanup(haproxy.wait)
    case.addCleanup(haproxy.kill)

    def up():
        connection = http.client.HTTPConnection("127.0.0.1", front, timeout=2)
        try:
            connection.request("GET", "/healthz")
            return connection.getresponse().status == 200
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()

    case.assertTrue(eventually(up), "HAProxy did not come up")


class Client(threading.Thread):
    """Asks without pause and checks every answer. `keep`: over one connection, else a new one for each request."""

    def __init__(self, port, number, keep):
        super().__init__(daemon=True)
        self.port, self.number, self.keep = port, number, keep
        self.answered, self.faults, self.over = 0, [], threading.Event()

    def run(self):
        connection = None
        while not self.over.is_set():
            user = self.number << 32 | self.answered
            body = json.dumps({"user_id": user, "events": [{"event_type": "click", "timestamp": user, "payload": {"n": user}}]})
            try:
                if connection is None:
                    connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=TIMEOUT)
                connection.request("POST", "/", body, {"Content-Type": "application/json"})
                answer = connection.getresponse()
                said = json.loads(answer.read())
                if answer.status != 200 or said["user_id"] != user or said["processed_events"][0]["normalized_timestamp"] != user:
                    raise ValueError(f"{answer.status}: {said}")
                self.answered += 1
                if not self.keep or answer.will_close:
                    connection.close()
                    connection = None
            except (OSError, http.client.HTTPException, ValueError) as fault:
                self.faults.append(f"request {self.answered}: {fault!r}")
                connection.close()
                connection = None
        if connection is not None:
            connection.close()


class RollingRestart(unittest.TestCase):
    def test_no_request_fails(self):
        front, *ports = (free_port() for _ in range(3))
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        servers = [Server("--listen", f"127.0.0.1:{port}", *SETTINGS) for port in ports]
        self.addCleanup(lambda: [server.kill() for server in servers])

        start_haproxy(self, front, ports)
        script = pathlib.Path(folder.name, "post.lua")
        pathlib.Path(folder.name, "body.json").write_bytes(benchmark_body())
        script.write_text(f'wrk.method = "POST"\nlocal f = io.open("{folder.name}/body.json", "rb")\nwrk.body = f:read("*a")\n')
        wrk = subprocess.Popen(["wrk", "-t1", "-c16", "-d900s", "--timeout", "20s", "-s", script, f"http://127.0.0.1:{front}/"],
                               stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        self.addCleanup(lambda: wrk.poll() is None and wrk.kill())
        clients = [Client(front, number, keep) for number, keep in enumerate((True, True, False))]
        for client in clients:
            client.start()

        for _ in range(ROUNDS):
            for index, port in enumerate(ports):
                self.assertEqual(servers[index].stop(), 0)
                servers[index].kill()  # its log is done with
                servers[index] = Server("--listen", f"127.0.0.1:{port}", *SETTINGS)
                # Until HAProxy has found it: only then may the other one go.
                self.assertTrue(eventually(lambda: servers[index].metrics()['http_server_requests_total{code="200",route="/"}'] > 0),
                                "HAProxy does not use the new process")

        for client in clients:
            client.over.set()
        for client in clients:
            client.join(TIMEOUT)
        wrk.send_signal(signal.SIGINT)
        report = wrk.communicate(timeout=TIMEOUT)[0].decode()
        self.assertEqual([client.faults for client in clients], [[], [], []])
        self.assertTrue(all(client.answered > 10 for client in clients), [client.answered for client in clients])
        self.assertNotIn("Socket errors", report)
        self.assertNotIn("Non-2xx", report)
        sent = int(re.search(r"(\d+) requests in", report)[1])
        self.assertGreater(sent, 100, report)
        print(f"\n{2 * ROUNDS} processes replaced, {sent} + {sum(c.answered for c in clients)} requests, 0 failed")


if __name__ == "__main__":
    unittest.main()

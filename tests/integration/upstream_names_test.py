"""Names of upstreams: /etc/hosts, search domains and ndots, A and AAAA, as a cluster's DNS has them, and a DNS that is slow
or gone. In a network and a mount namespace of its own, with a DNS server of a few lines: the files of the C library that
say where to look are this test's alone. Also of the static binary, whose C library resolves by itself."""
import json
import os
import shutil
import socket
import struct
import subprocess
import sys
import tempfile
import threading
import unittest

from planish_server import Server, eventually, request
from upstream_peer import OK, Upstream

INSIDE = "PLANISH_IN_NAMESPACE"
A, AAAA, NXDOMAIN = 1, 28, 3


def body(key=0):
    return json.dumps({"user_id": key, "events": [{"event_type": "e", "timestamp": 1, "payload": key}]}).encode()


class Dns:
    """Answers A and AAAA out of `names`: {"name": ["127.0.0.1", "::1"]}; all others do not exist. `asked` in order."""

    def __init__(self, names):
        self.names, self.asked, self.silent = dict(names), [], False
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(("127.0.0.1", 53))
        self.socket.settimeout(0.05)
        self.stopping = False
        self.thread = threading.Thread(target=self._serve)
        self.thread.start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stopping = True
        self.thread.join()
        self.socket.close()

    def _serve(self):
        while not self.stopping:
            try:
                query, peer = self.socket.recvfrom(4096)
            except TimeoutError:
                continue
            if not self.silent:
                self.socket.sendto(self.answer(query), peer)

    def answer(self, query):
        at, labels = 12, []
        while query[at]:
            labels.append(query[at + 1 : at + 1 + query[at]].decode())
            at += 1 + query[at]
        kind = struct.unpack_from("!H", query, at + 1)[0]
        question = query[12 : at + 5]
        name = ".".join(labels).lower()
        self.asked.append(name)
        addresses = self.names.get(name)
        family = {A: socket.AF_INET, AAAA: socket.AF_INET6}.get(kind)
        records = b""
        count = 0
        for address in addresses or []:
            if family is None or (":" in address) != (family == socket.AF_INET6):
                continue
            data = socket.inet_pton(family, address)
            records += b"\xc0\x0c" + struct.pack("!HHIH", kind, 1, 0, len(data)) + data
            count += 1
        code = NXDOMAIN if addresses is None else 0
        return query[:2] + struct.pack("!HHHHH", 0x8580 | code, 1, count, 0, 0) + question + records


class Names(unittest.TestCase):
    def ask(self, server, status=204, key=0):
        self.assertEqual(server.post(body(key)).status, status)

    def test_of_etc_hosts_need_no_dns(self):
        with Dns({}) as dns, Upstream() as upstream, Server("--upstream", f"http://by-hand:{upstream.port}/") as server:
            self.ask(server)
            self.assertEqual(dns.asked, [])

    def test_are_completed_by_the_search_domains(self):
        """ndots:5, so a name of fewer dots is looked for in each of them first, as in a pod."""
        for short, full in (("collector", "collector.shop.svc.cluster.local"), ("collector.shop", "collector.shop.svc.cluster.local"),
                            ("collector.other.svc", "collector.other.svc.cluster.local")):
            with self.subTest(short), Dns({full: ["127.0.0.1"]}) as dns, Upstream() as upstream:
                with Server("--upstream", f"http://{short}:{upstream.port}/") as server:
                    self.ask(server)
                    self.assertEqual(upstream.requests[0].header("Host"), f"{short}:{upstream.port}")
                self.assertEqual(dns.asked[0], short + ".shop.svc.cluster.local")
                self.assertEqual(dns.asked[-1], full)

    def test_that_end_in_a_dot_or_have_dots_enough_are_taken_as_they_are(self):
        for name in ("collector.shop.svc.cluster.local.", "a.b.collector.shop.svc.cluster.local"):
            with self.subTest(name), Dns({name.rstrip("."): ["127.0.0.1"]}) as dns, Upstream() as upstream:
                with Server("--upstream", f"http://{name}:{upstream.port}/") as server:
                    self.ask(server)
                self.assertEqual(set(dns.asked), {name.rstrip(".")})

    def test_may_have_addresses_of_version_6_alone(self):
        with Dns({"six.test": ["::1"]}), socket.create_server(("::1", 0), family=socket.AF_INET6) as listener:
            taken = threading.Thread(target=self.take_one, args=(listener,))
            taken.start()
            with Server("--upstream", f"http://six.test:{listener.getsockname()[1]}/") as server:
                self.ask(server)
            taken.join()

    @staticmethod
    def take_one(listener):
        sock, _ = listener.accept()
        with sock:
            sock.recv(1 << 16)
            sock.sendall(OK)

    def test_of_both_versions_reach_whoever_listens(self):
        with Dns({"both.test": ["::1", "127.0.0.1"]}), Upstream() as upstream:
            with Server("--upstream", f"http://both.test:{upstream.port}/") as server:
                for key in range(6):
                    self.ask(server, key=key)
                self.assertEqual(server.metrics()['planish_upstream_requests_total{code="connect"}'], 0)

    def test_of_several_addresses_are_used_in_turn_and_one_that_is_gone_is_passed_over(self):
        """A connection each, since the upstream closes it."""
        with Dns({"many.test": ["127.0.0.1", "127.0.0.2", "127.0.0.3"]}) as dns:
            by_address = {"127.0.0.1": 0, "127.0.0.3": 0}
            first = socket.create_server(("127.0.0.1", 0))
            port = first.getsockname()[1]
            listeners = [first, socket.create_server(("127.0.0.3", port))]

            def serve(listener):
                while True:
                    try:
                        sock, _ = listener.accept()
                    except OSError:
                        return
                    with sock:
                        sock.recv(1 << 16)
                        by_address[listener.getsockname()[0]] += 1
                        sock.sendall(OK.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n"))

            for listener in listeners:
                threading.Thread(target=serve, args=(listener,), daemon=True).start()
            with Server("--upstream", f"http://many.test:{port}/") as server:
                for key in range(30):
                    self.ask(server, key=key)
            for listener in listeners:
                listener.shutdown(socket.SHUT_RDWR)
                listener.close()
            self.assertGreaterEqual(min(by_address.values()), 10, by_address)
            self.assertIn("many.test", dns.asked)

    def test_that_mean_something_else_later_are_followed(self):
        with Dns({"moving.test": ["127.0.0.1"]}) as dns, Upstream() as upstream:
            args = ["--upstream", f"http://moving.test:{upstream.port}/", "--upstream-resolve", "300ms", "--upstream-idle", "100ms"]
            with Server(*args) as server:
                self.ask(server)
                dns.names["moving.test"] = ["127.0.0.9"]
                self.assertTrue(eventually(lambda: server.post(body()).status == 502, 10, 0.2))
                dns.names["moving.test"] = ["127.0.0.1"]
                self.assertTrue(eventually(lambda: server.post(body()).status == 204, 10, 0.2))
                # Where nothing is found, the name means what it meant before.
                dns.names.clear()
                wanted = len(dns.asked) + 8  # by name, and then by connections that follow an idle one
                self.assertTrue(eventually(lambda: self.ask(server) or len(dns.asked) >= wanted, pause=0.2))

    def test_that_no_dns_answers_for_hold_nobody_up(self):
        with Dns({}) as dns, Upstream():
            dns.silent = True
            with Server("--upstream", "http://nobody.test:1/", "--upstream-connect-timeout", "2s") as server:
                with server.connect() as waiting:
                    waiting.send(request(body()))
                    for _ in range(20):
                        self.assertEqual(server.get("/readyz").status, 200)
                    self.assertTrue(waiting.open_and_silent(0))  # they had their answers long before it has one
                    self.assertEqual(waiting.response().status, 502)
                threads = []
                for _ in range(3):  # a lookup may be under way, and never a second one
                    self.ask(server, 502)
                    threads.append(len(os.listdir(f"/proc/{server.pid}/task")))
                self.assertLessEqual(max(threads), min(threads) + 1)


def run_in_a_namespace():
    """This file again, where it may say what the C library reads. The exit code; 0 with a word where that can't be."""
    if not shutil.which("unshare") or not shutil.which("ip"):
        return passed_over("there is no unshare, or no ip")
    files = {"resolv.conf": "search shop.svc.cluster.local svc.cluster.local cluster.local\nnameserver 127.0.0.1\n"
                            "options ndots:5 timeout:1 attempts:1\n",
             "hosts": "127.0.0.1 localhost by-hand\n::1 localhost\n", "nsswitch.conf": "hosts: files dns\n"}
    with tempfile.TemporaryDirectory() as folder:
        prepare = ["ip link set lo up"]
        for name, text in files.items():
            with open(os.path.join(folder, name), "w", encoding="ascii") as file:
                file.write(text)
            if os.path.exists(f"/etc/{name}"):
                prepare.append(f"mount --bind '{folder}/{name}' '/etc/{name}'")
        prepare = " && ".join(prepare)
        unshare = ["unshare", "--mount", "--net", *([] if os.geteuid() == 0 else ["--map-root-user", "--user"])]
        if subprocess.run([*unshare, "sh", "-c", prepare], capture_output=True).returncode != 0:
            return passed_over("no namespaces are to be had here")
        script = f'{prepare} && exec "$0" -B "$@"'
        arguments = [sys.executable, os.path.abspath(__file__), *sys.argv[1:]]
        return subprocess.run([*unshare, "sh", "-c", script, *arguments], env={**os.environ, INSIDE: "1"}).returncode


def passed_over(why):
    print(f"names of upstreams are not looked up: {why}")
    return 0


if __name__ == "__main__":
    if INSIDE not in os.environ:
        sys.exit(run_in_a_namespace())
    unittest.main()

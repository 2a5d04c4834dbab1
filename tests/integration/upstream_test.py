"""The upstream, contract section 13: what goes there, what its clients are told and when, and what is never done.

The upstream is Python's; those that people really put there are in upstream_peers_test.py, hostile ones in
upstream_hostile_test.py.
"""
import contextlib
import json
import os
import socket
import subprocess
import tempfile
import threading
import time
import unittest

from planish_server import Server, at_rest, binary, eventually, request
from upstream_peer import OK, Upstream, after, answer


def body(n=1, user=1):
    events = [{"event_type": "e", "timestamp": i, "payload": {"n": i}} for i in range(n)]
    return json.dumps({"user_id": user, "events": events}).encode()


def post(target="/", content=None, fields=()):
    return request(content or body(), target=target, fields=fields)


def metric(server, code):
    return server.metrics().get(f'planish_upstream_requests_total{{code="{code}"}}', 0)


class Forwarding(unittest.TestCase):
    def test_sends_the_events_and_then_answers(self):
        with Upstream() as upstream, Server("--upstream", upstream.url("/in?a=b")) as server:
            got = server.post(body(2), fields=[("X-Request-Id", "id-7")])
            self.assertEqual((got.status, got.body), (204, b""))
            self.assertEqual(got.header("Planish-Events"), "ok=2, invalid=0, dropped=0")
            (sent,) = upstream.requests
            self.assertEqual(sent.line, b"POST /in?a=b HTTP/1.1")
            self.assertEqual(sent.header("Host"), f"127.0.0.1:{upstream.port}")
            self.assertEqual(sent.header("Content-Type"), "application/x-ndjson")
            self.assertEqual(sent.header("X-Request-Id"), "id-7")
            self.assertEqual(sent.header("Planish-Events"), "ok=2, invalid=0, dropped=0")
            self.assertTrue(sent.header("User-Agent").startswith("planish/"))
            lines = [json.loads(line) for line in sent.body.splitlines()]
            self.assertEqual([line["event"]["payload"] for line in lines], [{"n": 0}, {"n": 1}])

    def test_sends_what_the_answer_would_have_been(self):
        for kind in ("events", "results"):
            with Upstream() as upstream, Server("--upstream", upstream.url(), "--answer", kind) as server:
                self.assertEqual(server.post(body(2)).status, 204)
                self.assertEqual(upstream.requests[0].header("Content-Type"), "application/json")
                self.assertEqual(len(json.loads(upstream.requests[0].body)["processed_events"]), 2)

    def test_relays_status_type_and_content(self):
        said = answer(202, b"<taken/>", [("Content-Type", "text/xml"), ("Set-Cookie", "a=b")])
        with Upstream(lambda peer, _: peer.send(said)) as upstream:
            with Server("--upstream", upstream.url(), "--upstream-answer", "relay") as server:
                got = server.post(body())
                self.assertEqual((got.status, got.header("Content-Type"), got.body), (202, "text/xml", b"<taken/>"))
                self.assertIsNone(got.header("Set-Cookie"))

    def test_a_large_answer_is_relayed_up_to_a_mebibyte_and_dropped_beyond(self):
        sizes = {"size": 0}
        with Upstream(lambda peer, _: peer.send(answer(200, b"x" * sizes["size"]))) as upstream:
            with Server("--upstream", upstream.url(), "--upstream-answer", "relay") as server:
                sizes["size"] = 1 << 20
                self.assertEqual(len(server.post(body()).body), 1 << 20)
                sizes["size"] += 1
                self.assertEqual(server.post(body()).status, 502)
            with Server("--upstream", upstream.url()) as server:
                self.assertEqual(server.post(body()).status, 204)
                # The connection went with it.
                self.assertTrue(eventually(lambda: server.metrics()["planish_upstream_connections"] == 0))

    def test_passes_on_what_the_upstream_says_of_itself(self):
        said = {"answer": b""}
        with Upstream(lambda peer, _: peer.send(said["answer"])) as upstream:
            with Server("--upstream", upstream.url()) as server, server.connect() as client:
                for status, fields, wanted, after in (
                    (429, [("Retry-After", "17")], 429, "17"),
                    (503, [], 503, "1"),
                    (503, [("Retry-After", "soon")], 503, "1"),
                    (500, [("Retry-After", "3")], 502, None),
                    (301, [("Location", "/")], 502, None),
                ):
                    said["answer"] = answer(status, b"words", fields)
                    got = client.ask(post())
                    self.assertEqual((got.status, got.header("Retry-After")), (wanted, after))
                    problem = json.loads(got.body)
                    self.assertEqual(problem.get("upstream_status"), status if wanted == 502 else None)
                    self.assertNotIn(b"words", got.body)
                    self.assertEqual(metric(server, status), 2 if fields == [("Retry-After", "soon")] else 1)

    def test_nothing_is_sent_where_nothing_is_left(self):
        with Upstream() as upstream, Server("--upstream", upstream.url(), "--upstream-answer", "relay") as server:
            self.assertEqual(server.post(b'{"user_id":1,"events":[]}').status, 204)
            bad = b'{"user_id":1,"events":[{"event_type":"e"}]}'
            got = server.post(bad, fields=[("Prefer", "handling=lenient")])
            self.assertEqual((got.status, got.header("Planish-Events")), (204, "ok=0, invalid=1, dropped=0"))
            self.assertEqual(server.post(bad).status, 422)
            self.assertEqual(upstream.connections, 0)

    def test_nothing_is_sent_of_what_rules_drop(self):
        with tempfile.TemporaryDirectory() as folder, Upstream() as upstream:
            path = os.path.join(folder, "planish.toml")
            with open(path, "w", encoding="utf-8") as file:
                file.write(f'upstream = "{upstream.url()}"\n[[rule]]\ntypes = ["debug"]\ndrop = true\n[[rule]]\nremove = ["/payload/secret"]\n')
            with Server("--config", path) as server:
                dropped, kept = ({"event_type": kind, "timestamp": 1, "payload": {"secret": "s3cret"}} for kind in ("debug", "click"))
                got = server.post(json.dumps({"user_id": 1, "events": [dropped]}).encode())
                self.assertEqual((got.status, got.header("Planish-Events")), (204, "ok=0, invalid=0, dropped=1"))
                self.assertEqual(upstream.connections, 0)
                got = server.post(json.dumps({"user_id": 1, "events": [dropped, kept]}).encode())
                self.assertEqual((got.status, got.header("Planish-Events")), (204, "ok=1, invalid=0, dropped=1"))
                (sent,) = upstream.requests
                self.assertEqual([json.loads(line)["event_type"] for line in sent.body.splitlines()], ["click"])
                self.assertNotIn(b"s3cret", sent.body)

    def test_the_client_has_its_answer_after_the_upstreams(self):
        gate = threading.Event()

        def behave(peer, _):
            gate.wait(10)
            peer.send(OK)

        trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
        with Upstream(behave) as upstream, Server("--upstream", upstream.url()) as server, server.connect() as client:
            client.send(post(fields=[("traceparent", trace), ("tracestate", "a=1")]))
            self.assertTrue(eventually(lambda: upstream.requests))
            self.assertTrue(client.open_and_silent(0.3))
            gate.set()
            self.assertEqual(client.response().status, 204)
            self.assertEqual((upstream.requests[0].header("traceparent"), upstream.requests[0].header("tracestate")), (trace, "a=1"))
            metrics = server.metrics()
            self.assertEqual(metrics["planish_upstream_duration_seconds_count"], 1)
            self.assertGreaterEqual(metrics["planish_upstream_duration_seconds_sum"], 0.3)
            self.assertGreaterEqual(metrics["http_server_request_duration_seconds_sum"], 0.3)

    def test_fields_are_read_from_files_and_again_on_sighup(self):
        with tempfile.TemporaryDirectory() as folder, Upstream() as upstream:
            token = os.path.join(folder, "token")
            with open(token, "w", encoding="ascii") as file:
                file.write("Bearer first\n")
            fields = ["--upstream-fields", f"Authorization: file:{token}", "--upstream-fields", "Content-Type: a/b"]
            with Server("--upstream", upstream.url(), *fields) as server:
                server.post(body())
                self.assertEqual(upstream.requests[0].header("Authorization"), "Bearer first")
                self.assertEqual(upstream.requests[0].header("Content-Type"), "a/b")
                with open(token, "w", encoding="ascii") as file:
                    file.write("Bearer second")
                server.signal(1)
                server.wait_for_line("configuration reloaded")

                def sees_the_second():
                    server.post(body())
                    return upstream.requests[-1].header("Authorization") == "Bearer second"

                self.assertTrue(eventually(sees_the_second))
                self.assertEqual(upstream.connections, 1)  # they are still the same connections
                self.assertEqual(server.wait_for_line("upstream fields changed")["path"], "/")
                self.assertNotIn("Bearer", json.dumps(server.lines))

    def test_a_unix_socket_is_an_upstream_too(self):
        with tempfile.TemporaryDirectory() as folder:
            with Upstream(path=os.path.join(folder, "up.sock")) as upstream:
                with Server("--upstream", upstream.url("/x")) as server:
                    self.assertEqual(server.post(body()).status, 204)
                    self.assertEqual(upstream.requests[0].header("Host"), "localhost")
            with Server("--upstream", upstream.url("/x")) as server:
                self.assertEqual(server.post(body()).status, 502)

    def test_a_name_is_resolved(self):
        with Upstream() as upstream, Server("--upstream", f"http://localhost:{upstream.port}/") as server:
            self.assertEqual(server.post(body()).status, 204)
        with Server("--upstream", "http://no-such-name.invalid/", "--upstream-connect-timeout", "300ms") as server:
            begun = time.monotonic()
            self.assertEqual(server.post(body()).status, 502)
            self.assertLess(time.monotonic() - begun, 5)
            self.assertEqual(server.get("/readyz").status, 200)

    def test_an_endpoint_has_its_own_or_none(self):
        with tempfile.TemporaryDirectory() as folder, Upstream() as one, Upstream() as two:
            path = os.path.join(folder, "planish.toml")
            with open(path, "w", encoding="utf-8") as file:
                file.write(
                    f'upstream = "{one.url()}"\n[[endpoint]]\npath = ["/a"]\n[[endpoint]]\npath = ["/b"]\n'
                    f'upstream = "{two.url()}"\n[[endpoint]]\npath = ["/c"]\nupstream = ""\n'
                )
            with Server("--config", path) as server, server.connect() as client:
                self.assertEqual([client.ask(post(at)).status for at in ("/a", "/b", "/b", "/c")], [204, 204, 204, 200])
                self.assertEqual((len(one.requests), len(two.requests)), (1, 2))


class Connections(unittest.TestCase):
    def test_are_kept_and_used_again(self):
        with Upstream() as upstream, Server("--upstream", upstream.url()) as server:
            for _ in range(5):
                self.assertEqual(server.post(body()).status, 204)
            self.assertEqual((upstream.connections, len(upstream.requests)), (1, 5))
            self.assertEqual(server.metrics()["planish_upstream_connections"], 1)

    def test_are_closed_when_idle(self):
        with Upstream() as upstream, Server("--upstream", upstream.url(), "--upstream-idle", "200ms") as server:
            server.post(body())
            self.assertTrue(eventually(lambda: not upstream.peers, 5))
            self.assertEqual(server.metrics()["planish_upstream_connections"], 0)
            self.assertEqual(server.post(body()).status, 204)
            self.assertEqual(upstream.connections, 2)

    def test_that_the_upstream_closed_while_idle_are_not_used(self):
        with Upstream() as upstream, Server("--upstream", upstream.url()) as server:
            for n in range(1, 30):
                self.assertEqual(server.post(body()).status, 204)
                self.assertEqual(upstream.connections, n)
                upstream.close_all()
            self.assertEqual(metric(server, "broken"), 0)

    def test_are_as_many_as_there_may_be_and_the_others_wait_in_order(self):
        gate = threading.Event()

        def behave(peer, _):
            gate.wait(10)
            peer.send(OK)

        with Upstream(behave) as upstream, Server("--upstream", upstream.url(), "--upstream-connections", "2") as server:
            clients = []
            for n in range(6):
                client = server.connect()
                client.send(post(content=body(user=n)))
                clients.append(client)
                waiting = max(0, n - 1)
                self.assertTrue(eventually(lambda: server.metrics()["planish_upstream_waiting"] == waiting))
            self.assertEqual(upstream.connections, 2)
            gate.set()
            self.assertEqual([client.response().status for client in clients], [204] * 6)
            users = [json.loads(content.splitlines()[0])["user_id"] for content in upstream.bodies()]
            self.assertEqual(sorted(users[:2]), [0, 1])
            self.assertEqual(sorted(users), list(range(6)))
            self.assertLessEqual(upstream.connections, 2)

    def test_of_several_threads_stay_within_the_limit_and_nobody_starves(self):
        with Upstream(after(0.005)) as upstream:
            with Server("--upstream", upstream.url(), "--upstream-connections", "2", "--threads", "4") as server:
                statuses = []

                def ask():
                    with server.connect() as client:
                        for _ in range(10):
                            statuses.append(client.ask(post()).status)

                threads = [threading.Thread(target=ask) for _ in range(12)]
                most = 0
                for thread in threads:
                    thread.start()
                while any(thread.is_alive() for thread in threads):
                    most = max(most, len(upstream.peers))
                    time.sleep(0.002)
                self.assertEqual(statuses, [204] * 120)
                # One that planish has closed may still have a thread here.
                self.assertLessEqual(most, 4)

    def test_that_break_after_the_first_byte_are_told_and_nothing_is_sent_again(self):
        with Upstream(lambda peer, _: peer.reset()) as upstream, Server("--upstream", upstream.url()) as server:
            got = server.post(body())
            self.assertEqual((got.status, json.loads(got.body)["type"]), (502, "/problems/bad-gateway"))
            self.assertEqual(len(upstream.requests), 1)
            self.assertEqual(metric(server, "broken"), 1)
            server.wait_for_line("its connection broke")


class Time(unittest.TestCase):
    def test_an_upstream_that_does_not_answer_is_a_gateway_timeout(self):
        with Upstream(after(2, b"")) as upstream:
            with Server("--upstream", upstream.url(), "--upstream-timeout", "300ms") as server, server.connect() as client:
                begun = time.monotonic()
                got = client.ask(post())
                self.assertEqual((got.status, json.loads(got.body)["type"]), (504, "/problems/gateway-timeout"))
                self.assertGreaterEqual(time.monotonic() - begun, 0.3)
                self.assertLess(time.monotonic() - begun, 8)  # where nothing is said it is 10 s
                self.assertEqual(metric(server, "timeout"), 1)
                server.wait_for_line("does not answer in time")
                # Its connection is not used again, that of the client is.
                self.assertTrue(eventually(lambda: server.metrics()["planish_upstream_connections"] == 0))
                self.assertEqual(client.ask(request(method="GET", target="/healthz"), "GET").status, 200)

    def test_waiting_for_a_connection_counts(self):
        with Upstream(after(2, b"")) as upstream:
            args = ["--upstream", upstream.url(), "--upstream-timeout", "400ms", "--upstream-connections", "1"]
            with Server(*args) as server:
                clients = [server.connect() for _ in range(30)]
                begun = time.monotonic()
                for client in clients:
                    client.send(post())
                self.assertEqual([client.response().status for client in clients], [504] * 30)
                self.assertLess(time.monotonic() - begun, 8)  # one after the other would take 12

    def test_an_upstream_that_takes_no_connection_is_a_bad_gateway(self):
        full = socket.socket()
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        fill = [socket.socket() for _ in range(4)]
        for one in fill:
            one.setblocking(False)
            one.connect_ex(full.getsockname())
        url = f"http://127.0.0.1:{full.getsockname()[1]}/"
        with Server("--upstream", url, "--upstream-connect-timeout", "2500ms") as server:
            begun = time.monotonic()
            self.assertEqual(server.post(body()).status, 502)
            self.assertGreaterEqual(time.monotonic() - begun, 2.5)  # where nothing is said it is a second
            self.assertLess(time.monotonic() - begun, 8)
            self.assertEqual(metric(server, "connect"), 1)
        for one in [full, *fill]:
            one.close()

    def test_one_that_refuses_is_told_at_once_and_used_again_when_it_is_back(self):
        with Upstream() as upstream:
            port = upstream.port
        with Server("--upstream", f"http://127.0.0.1:{port}/") as server:
            for _ in range(50):
                self.assertEqual(server.post(body()).status, 502)
            self.assertEqual(server.wait_for_line("no connection to an upstream")["level"], "warn")
            with Upstream(port=port):
                self.assertEqual(server.post(body()).status, 204)

    def test_a_stalled_upstream_holds_nobody_else_up(self):
        gate = threading.Event()

        def stall(peer, _):
            gate.wait(60)
            peer.send(OK)

        with Upstream(stall) as stalled, Upstream() as quick:
            with tempfile.TemporaryDirectory() as folder:
                path = os.path.join(folder, "planish.toml")
                with open(path, "w", encoding="utf-8") as file:
                    for at, one in (("/stalled", stalled), ("/quick", quick)):
                        file.write(f'[[endpoint]]\npath = ["{at}"]\nupstream = "{one.url()}"\nupstream_timeout = "60s"\n')
                    file.write('[[endpoint]]\npath = ["/own"]\n')
                with Server("--config", path) as server:
                    clients = [server.connect() for _ in range(80)]
                    for client in clients:
                        client.send(post("/stalled"))
                    with server.connect() as client:
                        for target, status in (("/quick", 204), ("/own", 200)) * 20:
                            self.assertEqual(client.ask(post(target)).status, status)
                    self.assertTrue(all(client.open_and_silent(0) for client in clients))
                    gate.set()
                    self.assertEqual([client.response().status for client in clients], [204] * 80)


class Checked(unittest.TestCase):
    """planish check --connect."""

    def check(self, text, *args):
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "planish.toml")
            with open(path, "w", encoding="utf-8") as file:
                file.write(text)
            command = [binary(), "check", "--config", path, *args]
            return subprocess.run(command, capture_output=True, text=True, timeout=60)

    def test_says_of_each_upstream_what_it_saw(self):
        with tempfile.TemporaryDirectory() as folder, Upstream() as one, Upstream(path=os.path.join(folder, "up.sock")) as two:
            text = (f'upstream = "{one.url("/in?key=secret")}"\n[[endpoint]]\npath = ["/a"]\n[[endpoint]]\npath = ["/b"]\n'
                    f'[[endpoint]]\npath = ["/c"]\nupstream = "{two.url("/x")}"\n[[endpoint]]\npath = ["/d"]\nupstream = ""\n')
            checked = self.check(text, "--connect")
            self.assertEqual((checked.returncode, checked.stderr), (0, ""))
            said = [line for line in checked.stdout.splitlines() if line.startswith("# upstream")]
            self.assertEqual(len(said), 2)
            at = f"127.0.0.1:{one.port}"
            self.assertRegex(said[0], rf"^# upstream http://{at} of /a, /b: {at}: connected in [0-9.]+ ms$")
            self.assertRegex(said[1], rf"^# upstream unix:{two.path} of /c: {two.path}: connected in [0-9.]+ ms$")
            self.assertTrue(eventually(lambda: (one.connections, two.connections) == (1, 1)))
            self.assertEqual(one.requests + two.requests, [])
            self.assertEqual(self.check(checked.stdout).returncode, 0)  # it is a configuration still

    def test_ends_with_69_where_one_cannot_be_reached(self):
        with Upstream() as one, socket.socket() as nobody:
            nobody.bind(("127.0.0.1", 0))
            text = f'[[endpoint]]\npath = ["/a"]\nupstream = "{one.url()}"\n'
            for path, url in (("/refused", f"http://127.0.0.1:{nobody.getsockname()[1]}/"), ("/absent", "unix:/no/such.sock"),
                              ("/nobody", "http://no-such-name.invalid/")):
                text += f'[[endpoint]]\npath = ["{path}"]\nupstream = "{url}"\n'
            checked = self.check(text, "--connect")
            self.assertEqual(checked.returncode, 69)
            self.assertIn("# upstream " + one.url("") + " of /a: ", checked.stdout)
            wrong = checked.stderr.splitlines()
            self.assertEqual(len(wrong), 3, wrong)
            self.assertRegex(wrong[0], r"^planish: upstream .* of /refused: 127\.0\.0\.1:\d+: Connection refused after [0-9.]+ ms$")
            self.assertIn("of /absent: /no/such.sock: No such file or directory after", wrong[1])
            self.assertIn("of /nobody: no-such-name.invalid: ", wrong[2])
            self.assertEqual(self.check(text).returncode, 0)  # nobody was asked

    def test_takes_as_long_as_one_may_take_however_many_there_are(self):
        with socket.socket() as full, contextlib.ExitStack() as others:
            full.bind(("127.0.0.1", 0))
            full.listen(0)
            for _ in range(3):
                one = others.enter_context(socket.socket())
                one.setblocking(False)
                one.connect_ex(full.getsockname())
            text = 'upstream_connect_timeout = "500ms"\n'
            for n in range(20):
                url = f"http://127.0.0.1:{full.getsockname()[1]}/"
                text += f'[[endpoint]]\npath = ["/{n}"]\nupstream = "{url}"\nupstream_connections = {n + 1}\n'
            begun = time.monotonic()
            checked = self.check(text, "--connect")
            self.assertLess(time.monotonic() - begun, 5)
            self.assertEqual(checked.returncode, 69)
            self.assertEqual(checked.stderr.count("timed out after"), 20, checked.stderr)

    def test_says_that_there_is_none(self):
        checked = self.check("", "--connect")
        self.assertEqual(checked.returncode, 0)
        self.assertTrue(checked.stdout.endswith("# no endpoint has an upstream\n"))


class Smoked(unittest.TestCase):
    def test_sends_no_event_on_unasked(self):
        with Upstream() as upstream, Server("--upstream", upstream.url()) as server:
            command = [binary(), "smoke", "--url", f"http://127.0.0.1:{server.port}"]
            smoked = subprocess.run(command, capture_output=True, text=True, timeout=60)
            self.assertEqual((smoked.returncode, smoked.stderr), (0, ""), smoked.stdout)
            self.assertIn("one event # SKIP its event would go on to the server's upstream", smoked.stdout)
            self.assertIn(" - not JSON\n", smoked.stdout)
            self.assertEqual((upstream.connections, upstream.requests), (0, []))

    def test_sends_none_where_an_upstream_may_be(self):
        """The server tells its settings on another address, of which smoke knows nothing."""
        with Upstream() as upstream, Server("--upstream", upstream.url(), "--admin-listen", "127.0.0.1:0") as server:
            command = [binary(), "smoke", "--url", f"http://127.0.0.1:{server.port}", "--path", "/", "--timestamp-unit", "ms"]
            smoked = subprocess.run(command, capture_output=True, text=True, timeout=60)
            self.assertEqual((smoked.returncode, smoked.stderr), (0, ""), smoked.stdout)
            self.assertIn("# SKIP whether the server has an upstream is not known", smoked.stdout)
            self.assertEqual((upstream.connections, upstream.requests), (0, []))


class Descriptors(unittest.TestCase):
    def test_for_upstreams_are_set_aside_at_the_start(self):
        """Of 250 open files 64 may be connections to the upstream; clients get what is left, and all of both can be open."""
        gate = threading.Event()

        def behave(peer, _):
            gate.wait(20)
            peer.send(OK)

        with Upstream(behave) as upstream:
            prefix = ["sh", "-c", 'ulimit -n 250; exec "$0" "$@"']
            with Server("--upstream", upstream.url(), prefix=prefix) as server:
                lowered = server.wait_for_line("max_connections is lowered")["max_connections"]
                self.assertLess(lowered, 250 - 64 - 32)
                clients = [server.connect() for _ in range(lowered - 2)]
                for client in clients:
                    client.send(post())
                self.assertTrue(eventually(lambda: len(upstream.requests) == 64))
                gate.set()
                self.assertEqual([client.response().status for client in clients], [204] * len(clients))
                self.assertEqual(metric(server, "connect"), 0)


class Clients(unittest.TestCase):
    def test_that_pipeline_have_their_answers_in_order(self):
        delays = iter([0.2, 0.0, 0.1, 0.0])

        def behave(peer, _):
            time.sleep(next(delays))
            peer.send(OK)

        with Upstream(behave) as upstream, Server("--upstream", upstream.url()) as server, server.connect() as client:
            bad = request(b"{")
            client.send(post() + bad + post() + request(method="GET", target="/healthz") + post() + post() + bad)
            methods = ["POST"] * 3 + ["GET"] + ["POST"] * 3
            self.assertEqual([client.response(m).status for m in methods], [204, 400, 204, 200, 204, 204, 400])
            self.assertEqual(len(upstream.requests), 4)

    def test_that_half_close_are_answered(self):
        with Upstream() as upstream, Server("--upstream", upstream.url()) as server, server.connect() as client:
            client.send(post() + post())
            client.shutdown()
            self.assertEqual([client.response().status, client.response().status], [204, 204])
            self.assertTrue(client.at_end())

    def test_that_go_away_do_not_take_back_what_was_sent(self):
        gate = threading.Event()

        def behave(peer, _):
            gate.wait(5)
            peer.send(OK)

        with Upstream(behave) as upstream, Server("--upstream", upstream.url()) as server:
            for _ in range(20):
                with server.connect() as client:
                    client.send(post())
                    client.reset()
            self.assertTrue(eventually(lambda: len(upstream.requests) == 20))
            gate.set()
            self.assertTrue(eventually(lambda: metric(server, 200) == 20))
            self.assertEqual(server.metrics()["http_server_active_requests"], 1)

    def test_that_send_slowly_cost_no_connection_meanwhile(self):
        with Upstream() as upstream, Server("--upstream", upstream.url()) as server, server.connect() as client:
            whole = post()
            client.send_and_be_read(whole[:-5])
            self.assertEqual(upstream.connections, 0)
            client.send(whole[-5:])
            self.assertEqual(client.response().status, 204)


class Stopping(unittest.TestCase):
    def test_waits_for_what_is_under_way(self):
        with Upstream(after(0.5)) as upstream, Server("--upstream", upstream.url()) as server:
            with server.connect() as client, server.connect() as gone:
                client.send(post())
                gone.send(post())
                self.assertTrue(eventually(lambda: len(upstream.requests) == 2))
                gone.reset()
                server.signal()
                got = client.response()
                self.assertEqual((got.status, got.header("Connection")), (204, "close"))
            self.assertEqual(server.wait(), 0)

    def test_is_cut_off_where_the_upstream_does_not_answer(self):
        with Upstream(after(5, b"")) as upstream:
            with Server("--upstream", upstream.url(), "--shutdown-timeout", "500ms") as server:
                with server.connect() as client:
                    client.send(post())
                    self.assertTrue(eventually(lambda: upstream.requests))
                    begun = time.monotonic()
                    server.signal()
                    self.assertEqual(server.wait(), 0)
                    self.assertLess(time.monotonic() - begun, 3)

    def test_readiness_does_not_depend_on_the_upstream(self):
        with Server("--upstream", "http://127.0.0.1:1/") as server:
            self.assertEqual(server.post(body()).status, 502)
            self.assertEqual(server.get("/readyz").status, 200)


class Memory(unittest.TestCase):
    def test_what_waits_counts_as_buffered(self):
        with Upstream(after(3, b"")) as upstream:
            args = ["--upstream", upstream.url(), "--upstream-connections", "1", "--upstream-timeout", "2s"]
            with Server(*args, "--max-buffered", "1MiB", "--max-body", "64KiB") as server:
                clients = [server.connect() for _ in range(60)]
                large = body(800)
                for i, client in enumerate(clients):
                    client.send(post(content=large, fields=[("X-Request-Id", f"r-{i}")]))
                answers = [client.response() for client in clients]
                self.assertEqual({answer.status for answer in answers}, {503, 504})
                for i, answer in enumerate(answers):
                    self.assertEqual(answer.header("X-Request-Id"), f"r-{i}")
                    self.assertEqual(answer.json()["request_id"], f"r-{i}")
                self.assertNotIn('http_server_requests_total{code="503",route="none"}', server.metrics())
                self.assertGreater(server.metrics()['planish_rejected_total{reason="buffered"}'], 0)

    def test_what_the_kernel_may_hold_is_bounded_and_said_at_start(self):
        """Of a request that nobody reads, and of an answer without end, as far as planish has not read it."""
        def said(*args):
            with Server(*args) as server:
                return server.wait_for_line("kernel_bytes_max")["kernel_bytes_max"]

        release = threading.Event()
        with Upstream(at_accept=lambda _: release.wait(20), receive_buffer=4096) as upstream:
            each = (said("--upstream", upstream.url(), "--upstream-connections", "100") - said()) // 100
            self.assertTrue(64 << 10 < each < 1 << 20, each)
            large = body().replace(b'"n"', b'"%s"' % (b"n" * 3_000_000))
            with Server("--upstream", upstream.url(), "--max-body", "4MiB") as server:
                clients = [server.connect() for _ in range(3)]
                for client in clients:
                    client.send(post(content=large))
                self.assertTrue(eventually(lambda: len(untaken(upstream.port)) == 3 and min(untaken(upstream.port)) > 100_000))
                self.assertTrue(at_rest(lambda: sorted(untaken(upstream.port))))
                for bytes_held in untaken(upstream.port):
                    self.assertLess(bytes_held, each)
            release.set()


def untaken(port):
    """What the kernel holds of what was sent to this port, of each connection."""
    with open("/proc/net/tcp", encoding="ascii") as table:
        rows = [line.split() for line in table.readlines()[1:]]
    return [int(row[4].split(":")[0], 16) for row in rows if int(row[2].rsplit(":", 1)[1], 16) == port and row[3] == "01"]


if __name__ == "__main__":
    unittest.main()

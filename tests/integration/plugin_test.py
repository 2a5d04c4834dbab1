"""Plugins, seen from outside: the example of `planish plugin init`, hostile guests behind a real server, policies, SIGHUP."""
import hashlib
import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import tempfile
import unittest

from planish_server import Connection, Server, benchmark_body, binary, request, undated

GUESTS = os.environ["PLANISH_GUESTS"]
ENVIRONMENT = {key: value for key, value in os.environ.items() if not key.startswith("PLANISH_")}
PATIENT = ("--plugin-deadline", "1s")  # the machine may be busy


def guest(name):
    return os.path.join(GUESTS, name + ".cwasm")


def body_of(*events):
    """(type, payload)…: a request."""
    return json.dumps(
        {"user_id": 7, "events": [{"event_type": kind, "timestamp": 1, "payload": payload} for kind, payload in events],
         "metadata": {"source": "s", "trace_id": "t"}}, separators=(",", ":")).encode()


def run(*arguments, body=None, cwd=None):
    path = os.path.dirname(os.path.abspath(binary())) + os.pathsep + os.environ["PATH"]
    return subprocess.run([binary(), *arguments], input=body, capture_output=True, cwd=cwd, env={**ENVIRONMENT, "PATH": path}, timeout=60)


def transform(body, *arguments):
    return run("transform", *PATIENT, *arguments, body=body)


class Explained(unittest.TestCase):
    def test_what_rules_leave_and_what_the_plugin_makes_of_it(self):
        sent = body_of(("debug", {}), ("click", {"email": "a@b.c", "phone": "1"}), ("secret", {}), ("click", {"a": 1}))
        with tempfile.TemporaryDirectory() as folder:
            with open(os.path.join(folder, "planish.toml"), "w") as file:
                file.write('[[rule]]\ntypes = ["secret"]\ndrop = true\n[[rule]]\nrename = "tap"\ntypes = ["click"]\nremove = ["/payload/phone"]\n')
            arguments = ("explain", *PATIENT, "--plugin", guest("plugin"))
            with_rules = run(*arguments, "--config", "planish.toml", body=sent, cwd=folder)
        self.assertEqual((with_rules.returncode, with_rules.stderr), (0, b""))
        said = [line for line in with_rules.stdout.decode().splitlines() if re.match("event| +(rules|plugin) ", line)]
        click = '{"event_type":"click","timestamp":1,"payload":%s}'
        self.assertEqual(said, [
            "event 0", "  rules    leave it as it is", "  plugin   drops it",
            "event 1", "  rules    leave " + click % '{"email":"a@b.c"}' + ', as "tap"', "  plugin   leaves " + click % "{}" + ', with attributes {"had_email":true}',
            "event 2", "  rules    drop it",
            "event 3", '  rules    leave it as it is, as "tap"', "  plugin   leaves it as it is"])
        alone = run(*arguments, body=body_of(("debug", {})))
        self.assertIn(b"  plugin   drops it\n", alone.stdout)
        self.assertNotIn(b"rules", alone.stdout)

    def test_what_it_rejects_and_fails_on(self):
        done = run("explain", *PATIENT, "--plugin", guest("hostile"), body=body_of(("unreachable", 2), ("reject", 3)))
        self.assertRegex(done.stdout.decode(), r'  plugin   \{.*"code":"plugin_failed"')
        self.assertRegex(done.stdout.decode(), r'  plugin   \{.*"code":"rejected"')


class Example(unittest.TestCase):
    """What a newcomer does."""

    def test_removes_the_email_and_drops_what_is_for_debugging(self):
        with tempfile.TemporaryDirectory() as folder:
            for language in ("c", "cpp"):
                self.assertEqual(run("plugin", "init", language, "--lang", language, cwd=folder).returncode, 0)
                environment = {**ENVIRONMENT, "PLANISH": os.path.abspath(binary())}
                subprocess.run(["sh", os.path.join(language, "build.sh")], cwd=folder, env=environment, check=True, timeout=60)
                plugin = os.path.join(folder, language, "plugin.cwasm")
                with open(os.path.join(folder, language, "tests", "example.request"), "rb") as file:
                    sent = file.read()
                answered = transform(sent, "--plugin", plugin)
                self.assertEqual((answered.returncode, answered.stderr), (0, b""))
                wanted = json.loads(sent)
                del wanted["events"][1], wanted["events"][0]["payload"]["email"]
                plain = transform(json.dumps(wanted).encode())
                self.assertEqual(undated(answered.stdout), undated(plain.stdout))
                tested = subprocess.run([os.path.abspath(binary()), "test", "--config", "planish.toml", *PATIENT], capture_output=True, text=True,
                                        cwd=os.path.join(folder, language), env=ENVIRONMENT, timeout=60)
                self.assertEqual((tested.returncode, tested.stdout, tested.stderr), (0, "ok     example\n", ""))

    def test_init_writes_the_files_of_the_sdk(self):
        """To the byte: each is packed in the binary."""
        sources = pathlib.Path(__file__).resolve().parents[2] / "include/planish/plugin"
        renamed = {"c/plugin.cpp": "c/plugin.c"}
        with tempfile.TemporaryDirectory() as folder:
            for language, source in (("c", "c"), ("cpp", "c"), ("rust", "rust"), ("assemblyscript", "assemblyscript")):
                self.assertEqual(run("plugin", "init", language, "--lang", language, cwd=folder).returncode, 0)
                made = pathlib.Path(folder, language)
                files = [path.relative_to(made).as_posix() for path in made.rglob("*") if path.is_file()]
                self.assertGreaterEqual(len(files), 6)
                for name in files:
                    own = f"{source}/{name}"
                    candidates = [sources / renamed.get(own, own), sources / name, sources / name.removeprefix("tests/")]
                    file = next(path for path in candidates if path.is_file())
                    self.assertEqual((made / name).read_bytes(), file.read_bytes(), name)

    def test_init_takes_no_option_for_a_folder(self):
        with tempfile.TemporaryDirectory() as folder:
            helped = run("plugin", "init", "--help", cwd=folder)
            self.assertEqual((helped.returncode, helped.stderr, helped.stdout), (0, b"", run("plugin", "--help").stdout))
            self.assertEqual(run("plugin", "init", "--language", cwd=folder).returncode, 64)
            self.assertEqual(os.listdir(folder), [])

    def test_build_takes_the_compilers_options(self):
        """What it compiles for, too: of another machine than those that it knows, it says so and writes nothing."""
        with tempfile.TemporaryDirectory() as folder:
            source = os.path.join(GUESTS, "noop.wasm")
            plain, named, other = (os.path.join(folder, name) for name in ("plain.cwasm", "named.cwasm", "other.cwasm"))
            self.assertEqual(run("plugin", "build", source, plain).returncode, 0)
            self.assertEqual(run("plugin", "build", source, "--target", "x86_64", named).returncode, 0)
            self.assertEqual(pathlib.Path(plain).read_bytes(), pathlib.Path(named).read_bytes())
            refused = run("plugin", "build", "--target", "pdp11", source, other)
            self.assertNotEqual(refused.returncode, 0)
            self.assertIn(b"--target pdp11", refused.stderr)
            self.assertFalse(os.path.exists(other))

    def test_bench_says_what_it_takes(self):
        with tempfile.TemporaryDirectory() as folder:
            body = os.path.join(folder, "body.json")
            with open(body, "wb") as file:
                file.write(benchmark_body())
            said = run("plugin", "bench", guest("plugin"), body)
            self.assertEqual((said.returncode, said.stderr), (0, b""))
            self.assertRegex(said.stdout.decode(), r"\Aevents    100\nwithout   \d+\.\d\d us a request\nwith      \d+\.\d\d us, -?\d+\.\d ns an event more, "
                             r"-?\d+\.\d % of the request\nmemory    320 KiB, \d+ KiB of it put back after each request\n\Z")
            self.assertEqual(run("plugin", "bench", guest("plugin"), os.path.join(folder, "nothing")).returncode, 65)
            self.assertEqual(run("plugin", "bench", body, body).returncode, 65)

    def test_removes_it_wherever_it_stands(self):
        plugin = guest("plugin")
        for sent, left in (
            ('{"email":1}', "{}"), ('{"email":"a","b":2}', '{"b":2}'), ('{"b":2,"email":null}', '{"b":2}'),
            ('{ "a" : [1] , "email" : {"x":[{}]} , "c":3 }', '{"a":[1],"c":3}'), ('{"q\\"":"\\\\","email":"\\"","z":1}', '{"q\\"":"\\\\","z":1}'),
            ('{"em\\u0061il":1,"k":"email"}', '{"k":"email"}'), ('{"k":{"email":1}}', '{"k":{"email":1}}'), ('["email"]', '["email"]'),
        ):
            form = '{"user_id":7,"events":[{"event_type":"t","timestamp":1,"payload":%s}]}'
            answered = transform((form % sent).encode(), "--plugin", plugin)
            self.assertEqual(undated(answered.stdout), undated(transform((form % left).encode()).stdout), (sent, answered))


class Source(unittest.TestCase):
    """A .wasm where a .cwasm is meant: for who is writing it."""

    def asked(self, plugin, program=None, command="transform", **environment):
        return subprocess.run([program or binary(), command, *PATIENT, "--plugin", plugin], input=body_of(("click", 1), ("drop", 2)), capture_output=True,
                              env={**ENVIRONMENT, "PATH": "/nowhere", **environment}, timeout=60)

    def test_is_compiled_for_now(self):
        with tempfile.TemporaryDirectory() as folder:
            wasm = guest("hostile")[:-5] + "wasm"
            answered = self.asked(wasm, TMPDIR=folder)
            self.assertEqual((answered.returncode, undated(answered.stdout)), (0, undated(self.asked(guest("hostile")).stdout)))
            said = f"planish: {wasm}: compiled for now; planish plugin build makes the .cwasm that a server should have\n"
            self.assertEqual(answered.stderr.decode(), said)
            self.assertIn(said, self.asked(wasm, command="check", TMPDIR=folder).stderr.decode())
            self.assertEqual(os.listdir(folder), [])

    def test_that_cannot_be_is_refused_with_what_to_do(self):
        with tempfile.TemporaryDirectory() as folder:
            alone = shutil.copy(binary(), folder)
            refused = self.asked(guest("noop")[:-5] + "wasm", alone)
            self.assertEqual(refused.returncode, 78)
            self.assertIn("planish plugin build makes a .cwasm of it", refused.stderr.decode())
            broken = os.path.join(folder, "broken.wasm")
            with open(broken, "wb") as file:
                file.write(b"\0asm\1\0\0\0\xff")
            refused = self.asked(broken)
            self.assertEqual(refused.returncode, 78)
            self.assertIn(f"--plugin: {broken} cannot be compiled: planish-compile: ", refused.stderr.decode())
            nowhere = self.asked(guest("noop")[:-5] + "wasm", TMPDIR=os.path.join(folder, "nowhere"))
            self.assertEqual(nowhere.returncode, 78)
            self.assertIn("no folder for temporary files", nowhere.stderr.decode())


class Refusals(unittest.TestCase):
    def test_a_trap_is_the_fault_of_its_event(self):
        answered = transform(body_of(("click", 1), ("unreachable", 2), ("drop", 3), ("reject", 4)), "--plugin", guest("hostile"))
        self.assertEqual(answered.returncode, 65)
        problem = json.loads(answered.stderr)
        self.assertEqual([(e["pointer"], e["code"], e["detail"]) for e in problem["errors"]],
                         [("/events/1", "plugin_failed", "the plugin failed on this event"), ("/events/3", "rejected", "because")])

    def test_the_rest_is_answered_where_the_client_is_lenient(self):
        sent = body_of(("click", 1), ("", 2), ("reject", 3), ("drop", 4), ("unreachable", 5), ("view", 6))
        answered = json.loads(transform(sent, "--invalid-events", "skip", "--plugin", guest("hostile")).stdout)
        self.assertEqual([e["event_type"] for e in answered["processed_events"]], ["click", "view"])
        self.assertEqual([(e["pointer"], e["code"]) for e in answered["errors"]],
                         [("/events/1/event_type", "empty_event_type"), ("/events/2", "rejected"), ("/events/4", "plugin_failed")])

    def test_operators_may_skip_or_pass_what_a_plugin_failed_on(self):
        sent = body_of(("click", 1), ("unreachable", 2))
        for policy, types in (("skip", ["click"]), ("pass", ["click", "unreachable"])):
            answered = json.loads(transform(sent, "--plugin", guest("hostile"), "--plugin-errors", policy).stdout)
            self.assertEqual([e["event_type"] for e in answered["processed_events"]], types)

    def test_a_plugin_that_does_not_start_is_an_error_of_the_configuration(self):
        for plugin, words in ((guest("init_refuses"), "planish_init returned 3"), ("/nowhere.cwasm", "cannot be read"),
                              (guest("abi_two"), "ABI version 2"), (guest("abi_two")[:-5] + "wasm", "ABI version 2")):
            done = run("check", "--plugin", plugin)
            self.assertEqual(done.returncode, 78, plugin)
            self.assertIn("--plugin: " + plugin, done.stderr.decode())
            self.assertIn(words, done.stderr.decode())
        done = run("check", "--plugin", guest("noop"), "--plugin-sha256", "0" * 64)
        self.assertEqual(done.returncode, 78)
        with open(guest("noop"), "rb") as file:
            self.assertIn("plugin_sha256 names: its SHA-256 is " + hashlib.sha256(file.read()).hexdigest(), done.stderr.decode())

    def test_a_payload_of_the_plugin_is_hashed_as_if_it_had_been_sent(self):
        answered = json.loads(transform(body_of(("payload_string", "[2.50,[1e2,null]]")), "--plugin", guest("hostile")).stdout)
        sent = json.loads(transform(body_of(("payload_string", [2.5, [100, None]]))).stdout)
        self.assertEqual(answered["processed_events"], sent["processed_events"])


class Serving(unittest.TestCase):
    def test_the_next_request_never_notices(self):
        good = body_of(("click", {"a": 1}), ("seek", None), ("drop", None))
        hostile = [("read_far", 0), ("unreachable", 0), ("divide", 0), ("round_about", 0), ("deep", 0), ("wrong_call", 0), ("hide", 0), ("grow", 1),
                   ("touch_all", 0), ("records", 4294967295), ("records", 0), ("current", 0), ("payload_at", 4294967295), ("type_len", 257), ("action", 9)]
        with Server("--plugin", guest("hostile"), *PATIENT) as server, Connection(server.address) as connection:
            first = undated(connection.ask(request(good)).body)
            for event in hostile:
                for events in ([event], [event, ("click", 1)], [("click", 1), event, ("click", 1)], [("hide", 1), ("click", 1), event]):
                    self.assertIn(connection.ask(request(body_of(*events))).status, (200, 422))
                    self.assertEqual(undated(connection.ask(request(good)).body), first, event)

    def test_the_scrape_and_the_version_tell_of_plugins(self):
        with Server("--plugin", guest("hostile"), *PATIENT) as server, Connection(server.address) as connection:
            connection.ask(request(body_of(("click", 1), ("unreachable", 2), ("drop", 3), ("reject", 4), ("action", 9))))
            scrape = connection.ask(request(method="GET", target="/metrics")).body.decode()
            with open(guest("hostile"), "rb") as file:
                digest = hashlib.sha256(file.read()).hexdigest()
            for line in (f'planish_plugin_info{{sha256="{digest}",abi="1",engine="wasmtime-48/1"}} 1',
                         'planish_plugin_events_total{action="keep"} 1', 'planish_plugin_events_total{action="drop"} 1',
                         'planish_plugin_events_total{action="reject"} 1', 'planish_plugin_events_total{action="fail"} 2',
                         'planish_plugin_failures_total{reason="trap"} 1', 'planish_plugin_failures_total{reason="result"} 1',
                         'planish_plugin_duration_seconds_count 1', 'planish_plugin_reloads_total{result="ok"} 0'):
                self.assertIn("\n" + line + "\n", scrape)
            self.assertRegex(scrape, r"\nplanish_plugin_memory_bytes [1-9]\d+\n")
            took = re.search(r"\nplanish_plugin_duration_seconds_sum (\S+)\n", scrape).group(1)
            # Where no event comes to the plugin, no call is timed.
            lenient = {"Prefer": "handling=lenient"}
            faulty = b'{"user_id":1,"events":[{},3],"metadata":null}'
            for body, fields in ((body_of(), {}), (faulty, lenient), (faulty, {}), (b"{", {})):
                connection.ask(request(body, fields=fields))
            scrape = connection.ask(request(method="GET", target="/metrics")).body.decode()
            self.assertIn(f"\nplanish_plugin_duration_seconds_sum {took}\n", scrape)
            self.assertIn("\nplanish_plugin_duration_seconds_count 1\n", scrape)
            version = json.loads(connection.ask(request(method="GET", target="/version")).body)
            self.assertEqual(version["libraries"]["plugins"], "wasmtime-48/1")
        with Server() as server, Connection(server.address) as connection:
            self.assertNotIn("planish_plugin", connection.ask(request(method="GET", target="/metrics")).body.decode())

    def test_a_table_of_the_file_is_the_plugins_configuration(self):
        with tempfile.TemporaryDirectory() as folder:
            config = os.path.join(folder, "planish.toml")
            with open(config, "w", encoding="utf-8") as file:
                file.write(f'plugin = "{guest("configured")}"\nplugin_deadline = "1s"\n'
                           '[plugin_config]\nlevel = 3\nname = "a\\"b"\nlist = [1.0, true, {x = 2}]\n')
            wanted = '{"level":3,"list":[1.0,true,{"x":2}],"name":"a\\"b"}'
            answered = json.loads(run("transform", "--config", config, "--answer", "events", body=body_of(("t", 1))).stdout)
            self.assertEqual(answered["processed_events"][0]["event"]["payload"], json.loads(wanted))
            printed = run("check", "--config", config).stdout
            self.assertIn(b'plugin_config = { "level" = 3, "list" = [1.0, true, { "x" = 2 }], "name" = "a\\"b" }', printed)
            with open(config, "wb") as file:
                file.write(printed)
            again = json.loads(run("transform", "--config", config, "--answer", "events", body=body_of(("t", 1))).stdout)
            self.assertEqual(again["processed_events"], answered["processed_events"])
            with open(config, "w", encoding="utf-8") as file:
                file.write("plugin_config = 3\n")
            self.assertEqual(run("check", "--config", config).returncode, 78)

    def test_operators_are_warned_of_what_lets_events_by(self):
        done = run("check", "--plugin", guest("noop"), "--plugin-errors", "pass", "--plugin-state", "thread")
        self.assertEqual(done.returncode, 0)
        self.assertEqual(done.stderr.count(b"\n"), 2)
        self.assertIn(b"let by unchanged", done.stderr)
        self.assertIn(b"shared between clients", done.stderr)

    def test_what_a_plugin_writes_and_why_it_failed_is_in_the_log(self):
        with Server("--plugin", guest("wasi"), *PATIENT) as server, Connection(server.address) as connection:
            connection.ask(request(body_of(("write", 1))))
            line = server.wait_for_line(lambda line: line.get("message") == "plugin")
            self.assertEqual((line["level"], line["plugin"], line["line"]), ("info", guest("wasi"), "hello"))
            connection.ask(request(body_of(("x: exit", 1))))
            line = server.wait_for_line(lambda line: line.get("message") == "plugin failed")
            self.assertEqual((line["level"], line["plugin"]), ("warn", guest("wasi")))
            self.assertNotEqual(line["reason"], "")
            for _ in range(100):  # ten a second; in a second of this machine's there are eleven, sooner or later
                for _ in range(30):
                    connection.ask(request(body_of(("write", 1))))
                if server.metrics()["planish_log_dropped_total"] > 0:
                    break
            self.assertGreater(server.metrics()["planish_log_dropped_total"], 0)

    def test_in_a_command_what_a_plugin_writes_is_on_standard_error(self):
        done = transform(body_of(("write", 1)), "--plugin", guest("wasi"), "--invalid-events", "skip")
        self.assertEqual((done.returncode, done.stderr.decode()), (0, f"planish: {guest('wasi')}: hello\n"))

    def test_a_loop_is_ended(self):
        with Server("--plugin", guest("hostile")) as server, Connection(server.address) as connection:
            self.assertEqual(connection.ask(request(body_of(("loop", 1)))).status, 422)
            self.assertEqual(connection.ask(request(body_of(("loop", 1), ("loop", 1), ("loop_memory", 1), ("loop", 1)))).status, 422)

    def test_it_is_told_of_its_request(self):
        arguments = ("--plugin", guest("context"), *PATIENT, "--answer", "events", "--answer-members", "attributes", "--path", "/first", "--path", "/other")
        with Server(*arguments) as server, server.connect() as connection:
            answered = connection.ask(request(body_of(("a", 1)), target="/other", fields={"X-Request-Id": "r"})).json()
            self.assertEqual(answered["processed_events"][0]["attributes"],
                             {"context": {"user_id": 7, "trace_id": "t", "request_id": "r"}, "endpoint": "/first"})
            for metadata, trace_id in ((b'{"source":"s","trace_id":""}', ""), (b"null", None)):
                body = body_of(("a", 1)).replace(b'{"source":"s","trace_id":"t"}', metadata)
                answered = connection.ask(request(body, target="/other")).json()
                self.assertEqual(answered["processed_events"][0]["attributes"]["context"]["trace_id"], trace_id)

    def test_hup_takes_another_plugin_or_keeps_the_one_there_is(self):
        with tempfile.TemporaryDirectory() as folder:
            plugin, config = os.path.join(folder, "p.cwasm"), os.path.join(folder, "planish.toml")
            with open(config, "w", encoding="utf-8") as file:
                file.write(f'plugin = "{plugin}"\nplugin_deadline = "1s"\n')
            shutil.copy(guest("noop"), plugin)
            sent = request(body_of(("reject", 1)))
            with Server("--config", config) as server, Connection(server.address) as connection:
                self.assertEqual(connection.ask(sent).status, 200)
                shutil.copy(guest("hostile"), plugin)
                server.process.send_signal(signal.SIGHUP)
                server.wait_for_line("configuration reloaded")
                self.assertEqual(connection.ask(sent).status, 422)
                self.assertEqual(server.wait_for_line("plugin changed")["path"], "/")
                with open(plugin, "wb") as file:
                    file.write(b"broken")
                server.process.send_signal(signal.SIGHUP)
                server.wait_for_line("configuration not reloaded")
                self.assertEqual(connection.ask(sent).status, 422)


if __name__ == "__main__":
    unittest.main()

"""The command line from outside: subcommands, exit codes, settings from every source, signals, systemd's protocol."""
import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import unittest

import planish_server
from planish_server import Server, benchmark_body, free_port, request, undated

OK, FAILED, USAGE, BAD_INPUT, UNREACHABLE, CANNOT_BIND, CONFIGURATION = 0, 1, 64, 65, 69, 71, 78
GOOD = b'{"user_id":1,"events":[]}'
GOOD_ANSWER = b'{"user_id":1,"processed_events":[],"total_duration_ms":0,"trace_id":null}'


def clean_environment(**more):
    environment = {k: v for k, v in os.environ.items() if not k.startswith("PLANISH_") and k not in ("PORT", "NOTIFY_SOCKET")}
    environment.update(more)
    return environment


def run(*args, stdin=b"", env=None, timeout=60):
    command = [planish_server.binary(), *[str(a) for a in args]]
    return subprocess.run(command, input=stdin, capture_output=True, env=clean_environment(**(env or {})), timeout=timeout)


class Folder(unittest.TestCase):
    def setUp(self):
        holder = tempfile.TemporaryDirectory()
        self.addCleanup(holder.cleanup)
        self.folder = holder.name

    def file(self, name, text):
        path = os.path.join(self.folder, name)
        with open(path, "w", encoding="utf-8") as out:
            out.write(text)
        return path


class Usage(unittest.TestCase):
    def test_unknown_words_are_faults_of_usage(self):
        for args in (["sreve"], ["serve", "--bogus"], ["check", "extra"], ["serve", "--max-body"], ["version", "--threads", "1"]):
            result = run(*args)
            self.assertEqual(result.returncode, USAGE, args)
            self.assertTrue(result.stderr.startswith(b"planish: "), args)
            self.assertEqual(result.stdout, b"", args)

    def test_help_is_on_standard_output(self):
        for args in (["--help"], ["-h"], ["serve", "--help"], ["transform", "--help"], ["check", "--help"], ["healthcheck", "--help"],
                     ["smoke", "--help"], ["version", "--help"], ["licenses", "--help"]):
            result = run(*args)
            self.assertEqual((result.returncode, result.stderr), (OK, b""), args)
            self.assertIn(b"planish", result.stdout, args)

    def test_version(self):
        self.assertTrue(run("version").stdout.startswith(b"planish "))
        self.assertEqual(run("--version").stdout, run("version").stdout)
        version = json.loads(run("version", "--json").stdout)
        for key in ("version", "commit", "compiler", "libraries", "simdjson_kernel", "hash", "canonical"):
            self.assertTrue(version[key], key)
        self.assertTrue(all(version["libraries"].values()))

    def test_licenses_has_the_text_of_each(self):
        text = run("licenses").stdout.decode()
        for words in ("Apache License", "Boost Software License - Version 1.0", "Permission is hereby granted", "Redistribution and use",
                      "LLVM Exceptions", "simdjson", "fast_float", "zlib", "zstd", "xxHash", "toml++", "CLI11", "spdlog", "musl"):
            self.assertIn(words, text)


class Check(Folder):
    def test_prints_toml_that_it_accepts(self):
        first = run("check", "--max-body", "2MiB", "--listen", "[::1]:1", "--event-types", "click,é", env={"PLANISH_THREADS": "3"})
        self.assertEqual(first.returncode, OK)
        self.assertIn(b'max_body = "2MiB"  # --max-body\n', first.stdout)
        self.assertIn(b"threads = 3  # PLANISH_THREADS\n", first.stdout)
        again = run("check", "--config", self.file("p.toml", first.stdout.decode()))
        self.assertEqual(again.returncode, OK, again.stderr)

        def values(text):
            return [line.split(b"  # ")[0] for line in text.splitlines()]

        self.assertEqual(values(again.stdout), values(first.stdout))

    def test_no_event_types_is_an_error_that_names_the_word_for_all(self):
        path = self.file("p.toml", 'event_types = ["click"]\n')
        for args, env in (([], {"PLANISH_EVENT_TYPES": ""}), (["--event-types", ""], {}), (["--event-types="], {}),
                          (["--event-types", "click,"], {}), (["--config", self.file("e.toml", "event_types = []\n")], {}),
                          (["--config", self.file("s.toml", 'event_types = ""\n')], {})):
            result = run("check", *(args if "--config" in args else ["--config", path, *args]), env=env)
            self.assertEqual((result.returncode, result.stdout), (CONFIGURATION, b""), args)
            self.assertIn(b"write *", result.stderr)
        self.assertIn(b'event_types = ["*"]\n', run("check").stdout)
        self.assertIn(b'event_types = ["*"]  # PLANISH_EVENT_TYPES', run("check", "--config", path, env={"PLANISH_EVENT_TYPES": "*"}).stdout)
        event = b'{"user_id":1,"events":[{"event_type":"x","timestamp":1,"payload":1}]}'
        self.assertEqual(run("transform", "--config", path, stdin=event).returncode, BAD_INPUT)
        self.assertEqual(run("transform", "--config", path, "--event-types", "*", stdin=event).returncode, OK)

    def test_lists_have_commas_or_lines_of_their_own(self):
        out = run("check", "--event-types", "a,b", "--event-types", "c", env={"PLANISH_LISTEN": "127.0.0.1:1\nunix:/a,b\n",
                                                                             "PLANISH_CORS_ORIGIN": "https://a, https://b"}).stdout
        self.assertIn(b'event_types = ["a", "b", "c"]', out)
        self.assertIn(b'listen = ["127.0.0.1:1", "unix:/a,b"]', out)
        self.assertIn(b'cors_origin = ["https://a", "https://b"]', out)
        self.assertEqual(run("check", "--listen", "127.0.0.1:1,127.0.0.1:2").returncode, CONFIGURATION)
        self.assertIn(b'listen = ["127.0.0.1:1", "127.0.0.1:2"]', run("check", "--listen", "127.0.0.1:1", "--listen", "127.0.0.1:2").stdout)

    def test_a_share_is_read_back_whatever_its_size(self):
        for written in ("0.00001", "1e-05", "2.3e-308", "5e-324", "0.1", "1", "0.12345678901234567"):
            first = run("check", "--access-log", written)
            self.assertEqual(first.returncode, OK, first.stderr)
            again = run("check", "--config", self.file("p.toml", first.stdout.decode()))
            self.assertEqual(again.returncode, OK, again.stderr)
            value = [line.split(b"  #")[0] for line in again.stdout.splitlines() if line.startswith(b"access_log")]
            self.assertEqual(float(value[0].split(b"=")[1]), 0 if written == "5e-324" else float(written))
            self.assertIn(value[0], first.stdout)

    def test_flags_over_environment_over_file_over_defaults(self):
        path = self.file("p.toml", "max_events = 1\nmax_connections = 1\nmax_body = 1\n")
        result = run("check", "--max-body", "3", env={"PLANISH_CONFIG": path, "PLANISH_MAX_BODY": "2", "PLANISH_MAX_CONNECTIONS": "2"})
        lines = {line.split(b"  #")[0] for line in result.stdout.splitlines()}
        self.assertLessEqual({b'max_body = "3"', b"max_connections = 2", b"max_events = 1", b'max_header = "16KiB"'}, lines)

    def test_port_is_where_nothing_else_says(self):
        self.assertIn(b'listen = [":3000"]', run("check", env={"PORT": "3000"}).stdout)
        self.assertIn(b'listen = ["127.0.0.1:1"]', run("check", "--listen", "127.0.0.1:1", env={"PORT": "3000"}).stdout)
        self.assertEqual(run("check", env={"PORT": "x"}).returncode, CONFIGURATION)

    def test_all_faults_are_reported_at_once_with_their_places(self):
        path = self.file("p.toml", 'threads = 0\nmax_bodi = 1\n  hash = "md5"\n')
        result = run("check", "--config", path, "--max-body", "banana", env={"PLANISH_TICK": "2s", "PLANISH_BOGUS": "1"})
        self.assertEqual(result.returncode, CONFIGURATION)
        self.assertEqual(result.stdout, b"")
        text = result.stderr.decode()
        for place in (f"{path}:1:1: ", f"{path}:2:1: ", f"{path}:3:3: ", "--max-body: ", "PLANISH_TICK: ", "PLANISH_BOGUS"):
            self.assertIn(place, text)
        self.assertEqual(len(text.splitlines()), 6, text)

    def test_a_file_with_a_syntax_error_or_none_at_all(self):
        result = run("check", "--config", self.file("p.toml", "threads = 1\nhash = \n"))
        self.assertEqual(result.returncode, CONFIGURATION)
        self.assertIn(b"p.toml:2:", result.stderr)
        self.assertEqual(run("check", "--config", "/nonexistent.toml").returncode, CONFIGURATION)

    def test_serve_says_the_same(self):
        self.assertEqual(run("serve", "--threads", "0").returncode, CONFIGURATION)
        self.assertEqual(run("--threads", "0").returncode, CONFIGURATION)


class Transform(Folder):
    def test_one_request_from_standard_input_or_a_file(self):
        result = run("transform", stdin=GOOD)
        self.assertEqual((result.returncode, undated(result.stdout), result.stderr), (OK, GOOD_ANSWER + b"\n", b""))
        result = run("transform", self.file("r.json", GOOD.decode()))
        self.assertEqual((result.returncode, undated(result.stdout)), (OK, GOOD_ANSWER + b"\n"))

    def test_problems_are_on_standard_error(self):
        for body, status in ((b"{", 400), (b"", 400), (b"{}", 422), (b" " * 26 + GOOD, 413)):
            result = run("transform", "--max-body", "50", stdin=body)
            self.assertEqual((result.returncode, result.stdout), (BAD_INPUT, b""), body)
            self.assertEqual(json.loads(result.stderr)["status"], status, body)
        self.assertEqual(run("transform", "/nonexistent").returncode, BAD_INPUT)
        self.assertEqual(run("transform", "/").returncode, BAD_INPUT)

    def test_lines_each_have_their_answer_in_their_place(self):
        result = run("transform", "--ndjson", stdin=GOOD + b"\r\n" + b"nonsense\n" + b"\n" + GOOD)
        self.assertEqual((result.returncode, result.stderr), (BAD_INPUT, b""))
        lines = undated(result.stdout).split(b"\n")
        self.assertEqual((lines[0], lines[3], lines[4]), (GOOD_ANSWER, GOOD_ANSWER, b""))
        self.assertEqual([json.loads(line)["status"] for line in lines[1:3]], [400, 400])
        self.assertEqual(run("transform", "--ndjson", stdin=(GOOD + b"\n") * 3).returncode, OK)
        self.assertEqual(run("transform", "--ndjson").stdout, b"")

    def test_a_line_is_answered_as_soon_as_it_is_there(self):
        process = subprocess.Popen([planish_server.binary(), "transform", "--ndjson"], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                   env=clean_environment())
        timer = threading.Timer(60, process.kill)
        timer.start()
        try:
            for turn in range(20):
                line = GOOD + b"\n" if turn % 2 else b"{\n"
                process.stdin.write(line)
                process.stdin.flush()
                answer = json.loads(process.stdout.readline())
                self.assertEqual(answer.get("status"), None if turn % 2 else 400)
            # Several lines and the beginning of another: those that are whole are answered.
            process.stdin.write((GOOD + b"\n") * 3 + GOOD[:5])
            process.stdin.flush()
            for _ in range(3):
                self.assertEqual(undated(process.stdout.readline()), GOOD_ANSWER + b"\n")
            process.stdin.write(GOOD[5:])
            process.stdin.close()
            self.assertEqual(undated(process.stdout.read()), GOOD_ANSWER + b"\n")
            self.assertEqual(process.wait(), BAD_INPUT)
        finally:
            timer.cancel()
            process.kill()
            process.wait()
            process.stdout.close()

    def test_answers_wait_for_one_another_while_there_is_more_to_read(self):
        lines = self.file("lines", (GOOD + b"\n").decode() * 10_000)
        with open(lines, "rb") as file:
            traced = subprocess.run(["strace", "-qq", "-c", "-e", "trace=write,writev", planish_server.binary(), "transform", "--ndjson"], stdin=file,
                                    stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, timeout=60,
                                    env={**clean_environment(), "ASAN_OPTIONS": "detect_leaks=0"})  # it can't look for them under strace
        self.assertEqual(traced.returncode, OK)
        calls = [int(line.split()[3]) for line in traced.stderr.decode().splitlines() if line.endswith((" write", " writev"))]
        self.assertTrue(calls)
        self.assertLess(sum(calls), 1_000)

    def test_a_dash_is_standard_input(self):
        self.assertEqual(undated(run("transform", "-", stdin=GOOD).stdout), GOOD_ANSWER + b"\n")
        self.assertEqual(undated(run("transform", "--ndjson", "-", stdin=GOOD).stdout), GOOD_ANSWER + b"\n")
        checked = run("check", "--config", "-", stdin=b"max_events = 7\n")
        self.assertEqual(checked.returncode, OK)
        self.assertIn(b"max_events = 7  # standard input:1:1\n", checked.stdout)
        self.assertEqual(run("check", "--config=-", stdin=checked.stdout).returncode, OK)
        self.assertIn(b"max_events = 7", run("check", stdin=b"max_events = 7\n", env={"PLANISH_CONFIG": "-"}).stdout)
        wrong = run("check", "--config", "-", stdin=b"max_events = 0\n")
        self.assertEqual((wrong.returncode, wrong.stderr.startswith(b"planish: standard input:1:1: ")), (CONFIGURATION, True))
        twice = run("transform", "--config", "-", stdin=b"max_events = 7\n")
        self.assertEqual((twice.returncode, twice.stdout), (USAGE, b""))
        file = self.file("r.json", GOOD.decode())
        self.assertEqual(run("transform", "--config", "-", file, stdin=b"max_events = 7\n").returncode, OK)

    def test_a_line_over_the_limit_does_not_stop_the_next(self):
        result = run("transform", "--ndjson", "--max-body", "25", stdin=b" " * 1_000_000 + b"\n" + GOOD + b"\n")
        first, second = undated(result.stdout).splitlines()
        self.assertEqual((json.loads(first)["status"], second), (413, GOOD_ANSWER))

    def test_output_that_cannot_be_written_fails(self):
        with open("/dev/full", "wb") as full:
            result = subprocess.run([planish_server.binary(), "transform"], input=GOOD, stdout=full, stderr=subprocess.PIPE,
                                    env=clean_environment(), timeout=60)
        self.assertEqual(result.returncode, FAILED)


class Probes(Folder):
    def test_healthcheck_finds_the_server_by_its_settings(self):
        path = os.path.join(self.folder, "p.sock")
        with Server("--listen", "127.0.0.1:0", "--listen", f"unix:{path}") as server:
            self.assertEqual(run("healthcheck", "--listen", f"127.0.0.1:{server.port}").returncode, OK)
            self.assertEqual(run("healthcheck", "--listen", f"0.0.0.0:{server.port}").returncode, OK)
            self.assertEqual(run("healthcheck", env={"PORT": str(server.port)}).returncode, OK)
            self.assertEqual(run("healthcheck", "--url", f"http://localhost:{server.port}").returncode, OK)
            self.assertEqual(run("healthcheck", "--listen", f"unix:{path}").returncode, OK)
            self.assertEqual(server.stop(), 0)
        self.assertFalse(os.path.exists(path))
        self.assertEqual(run("healthcheck", "--listen", f"unix:{path}").returncode, FAILED)

    def test_healthcheck_asks_the_admin_address_and_sees_draining(self):
        with Server("--admin-listen", "127.0.0.1:0", "--drain-delay", "20s") as server:
            admin = server.admin_addresses[0][1]
            self.assertEqual(run("healthcheck", "--admin-listen", f"127.0.0.1:{admin}").returncode, OK)
            self.assertEqual(run("healthcheck", "--url", f"http://127.0.0.1:{server.port}").returncode, FAILED, "404 there")
            server.signal()
            server.wait_for_line("stopping")
            self.assertEqual(run("healthcheck", "--admin-listen", f"127.0.0.1:{admin}").returncode, FAILED)

    def test_what_is_wrong_with_the_address_is_named(self):
        for command in ("healthcheck", "smoke"):
            for url, word in (("localhost:8080", "has no http:// in front"), ("https://h", "TLS"), ("http://h:x", "port"), ("unix:", "path")):
                result = run(command, "--url", url)
                self.assertEqual((result.returncode, result.stdout), (USAGE, b""), url)
                self.assertIn(word, result.stderr.decode())
                self.assertIn(url, result.stderr.decode())

    def test_healthcheck_asks_an_abstract_socket(self):
        name = f"planish-test-{os.getpid()}-probe"
        with socket.socket(socket.AF_UNIX) as listener:
            listener.bind("\0" + name)
            listener.listen()

            def answer():
                with listener.accept()[0] as peer:
                    peer.recv(1000)
                    peer.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")

            thread = threading.Thread(target=answer)
            thread.start()
            self.assertEqual(run("healthcheck", "--url", "unix:@" + name).returncode, OK)
            thread.join()

    def smoked(self, *args):
        """Smoke's lines, all of which are ok, and how many of them are left out."""
        result = run("smoke", *args)
        lines = result.stdout.decode().splitlines()
        self.assertEqual((result.returncode, result.stderr), (OK, b""), lines)
        self.assertGreater(len(lines), 20)
        for number, line in enumerate(lines, 1):
            self.assertTrue(line.startswith(f"ok {number} - "), line)
        return lines, sum(" # SKIP " in line for line in lines)

    def test_smoke_is_right_for_every_setting_of_the_server(self):
        for left_out, args in (
            (0, []), (0, ["--path", "/in"]), (0, ["--path", "/no/such/path"]), (0, ["--invalid-events", "skip"]), (0, ["--max-events", "1"]),
            *((0, ["--hash", name, "--canonical", form]) for name in ("xxh3-128", "xxh3-64", "sha256", "prefix8") for form in ("jcs", "raw")),
            *((0, ["--timestamp-unit", unit]) for unit in ("s", "us", "ns", "auto")),
            (4, ["--event-types", "buy"]), (5, ["--event-types", "buy", "--invalid-events", "skip"]), (0, ["--event-types", "click,view"]),
            (None, ["--max-body", "1"]), (None, ["--max-body", "60"]), (None, ["--max-header", "256", "--path", "/" + "a" * 150]),
            (0, ["--max-connections", "1"]), (0, ["--max-buffered", "1"]), (0, ["--threads", "2"]),
            (0, ["--hash", "sha256", "--canonical", "raw", "--timestamp-unit", "ns", "--path", "/x", "--max-body", "200"]),
        ):
            with self.subTest(args), Server(*args) as server:
                lines, counted = self.smoked("--url", f"http://127.0.0.1:{server.port}")
                if left_out is None:
                    self.assertGreater(counted, 3, lines)
                    self.assertLess(counted, len(lines) - 5, lines)
                else:
                    self.assertEqual(counted, left_out, lines)

    def test_smoke_uses_an_event_type_that_it_is_told(self):
        with Server("--event-types", "buy") as server:
            url = f"http://127.0.0.1:{server.port}"
            self.assertEqual(self.smoked("--url", url, "--event-types", "buy")[1], 0)

    def test_smoke_learns_from_a_reloaded_server(self):
        path = self.file("p.toml", "")
        with Server("--config", path) as server:
            self.file("p.toml", 'event_types = ["buy"]\n')
            server.signal(signal.SIGHUP)
            server.wait_for_line("configuration reloaded")
            self.assertEqual(server.get("/version").json()["settings"]["event_types"], "listed")
            self.assertEqual(self.smoked("--url", f"http://127.0.0.1:{server.port}")[1], 4)

    def test_smoke_with_an_admin_address(self):
        with Server("--admin-listen", "127.0.0.1:0", "--path", "/in", "--timestamp-unit", "s", "--hash", "sha256", "--invalid-events", "skip") as server:
            url, admin = f"http://127.0.0.1:{server.port}", f"127.0.0.1:{server.admin_addresses[0][1]}"
            _, nothing_known = self.smoked("--url", url)
            self.assertGreater(nothing_known, 10)
            _, path_known = self.smoked("--url", url, "--path", "/in")
            self.assertLess(path_known, 4)
            self.assertEqual(self.smoked("--url", url, "--admin-listen", admin)[1], 0)
            lines, at_admin = self.smoked("--url", f"http://{admin}")
            self.assertEqual(at_admin, len(lines) - 4, lines)

    def test_smoke_finds_what_is_wrong(self):
        with Server() as server, socket.create_server(("127.0.0.1", 0)) as listener:
            # A server that tells what planish tells, and answers all else with 200 and nothing.
            version = server.get("/version").body

            def serve():
                while True:
                    try:
                        peer = listener.accept()[0]
                    except OSError:
                        return
                    with peer:
                        content = version if peer.recv(65536).startswith(b"GET /version ") else b""
                        peer.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(content), content))

            thread = threading.Thread(target=serve)
            thread.start()
            result = run("smoke", "--url", f"http://127.0.0.1:{listener.getsockname()[1]}")
            listener.shutdown(socket.SHUT_RDWR)
            thread.join()
            self.assertEqual(result.returncode, FAILED)
            self.assertIn(b"not ok ", result.stdout)
            self.assertIn(b"ok 1 - ", result.stdout)

    def test_smoke_cannot_reach(self):
        self.assertEqual(run("smoke", "--url", f"http://127.0.0.1:{free_port()}").returncode, UNREACHABLE)
        self.assertEqual(run("smoke", "--url", "ftp://x").returncode, USAGE)


class Serving(Folder):
    def test_start_up_says_what_it_runs_with(self):
        with Server("--admin-listen", "127.0.0.1:0", threads=2) as server:
            server.wait_for_line('"message": "ready"')
            start = server.wait_for_line('"message": "starting"')
            self.assertEqual((start["threads"], start["max_body"], start["max_connections"]), (2, 1048576, 10000))
            self.assertTrue(start["kernel"] and start["version"])
            self.assertTrue(server.wait_for_line("memory_bytes_max"))
            self.assertEqual(len(server.admin_addresses), 1)
            self.assertEqual(server.stop(), 0)

    def test_an_address_in_use_is_an_error(self):
        with Server() as server:
            result = run("serve", "--listen", f"127.0.0.1:{server.port}")
            self.assertEqual(result.returncode, CANNOT_BIND)
            self.assertIn(f"127.0.0.1:{server.port}".encode(), result.stderr)

    def test_too_few_open_files_lower_the_connections(self):
        prefix = ["sh", "-c", 'ulimit -n 256; exec "$@"', "sh"]
        with Server(prefix=prefix) as server:
            line = server.wait_for_line("is lowered")
            self.assertLess(line["max_connections"], 256)
            self.assertEqual(server.wait_for_line('"message": "starting"')["max_connections"], line["max_connections"])

    def test_the_soft_limit_of_open_files_is_raised(self):
        prefix = ["sh", "-c", 'ulimit -S -n 128; exec "$@"', "sh"]
        with Server("--max-connections", "64", prefix=prefix) as server:
            line = server.wait_for_line("open files")
            self.assertEqual(line["limit_before"], 128)
            self.assertGreater(line["limit"], 128)

    def test_the_log_is_text_or_json(self):
        with Server("--log-format", "text", wait=False) as server:
            self.assertIn(" info  ", server.wait_for_line("ready")["text"])
            self.assertEqual(server.stop(), 0)

    def test_a_configuration_from_standard_input_is_read_once(self):
        with subprocess.Popen([planish_server.binary(), "serve", "--config", "-"], stdin=subprocess.PIPE, stderr=subprocess.PIPE,
                              env=clean_environment()) as process:
            timer = threading.Timer(60, process.kill)
            timer.start()
            try:
                process.stdin.write(b'listen = ["127.0.0.1:0"]\nlog_format = "json"\n')
                process.stdin.close()
                seen = []
                for line in process.stderr:
                    seen.append(json.loads(line))
                    if seen[-1]["message"] == "ready":
                        process.send_signal(signal.SIGHUP)
                    if "read already" in seen[-1].get("fault", ""):
                        process.terminate()
                self.assertEqual(process.wait(), OK)
                self.assertEqual(seen[-1]["message"], "stopped")
            finally:
                timer.cancel()
                process.kill()

    def test_the_access_log_has_the_request_id_and_no_content(self):
        with Server("--access-log", "1") as server:
            server.post(b'{"user_id":1,"events":[],"secret":"s3cr3t"}', fields={"X-Request-Id": "a-b.c"})
            line = server.wait_for_line("a-b.c")
            self.assertEqual((line["method"], line["status"], line["message"]), ("POST", 200, "answered"))
            self.assertEqual(line["request_bytes"], 43)
            self.assertEqual(server.stop(), 0)
            self.assertNotIn("s3cr3t", json.dumps(server.lines))

    def test_the_access_log_takes_its_share_of_the_requests(self):
        asked = 400
        with Server("--access-log", "0.5") as server:
            with planish_server.Connection(server.address) as client:
                for _ in range(asked // 50):
                    client.send(request(GOOD) * 50)
                    for _ in range(50):
                        self.assertEqual(client.response().status, 200)
            self.assertEqual(server.stop(), 0)
            server.wait_for_line("end of the log")
            logged = sum(line.get("message") == "answered" for line in server.lines)
        self.assertLess(abs(logged - asked / 2), 80)  # eight standard deviations

    @contextlib.contextmanager
    def unread(self, writer, *args):
        """The port of a server whose log goes into the pipe, which nobody reads. It is to stop with 0."""
        port = free_port()
        process = subprocess.Popen([planish_server.binary(), "serve", "--listen", f"127.0.0.1:{port}", *args], stderr=writer,
                                   env=clean_environment())
        os.close(writer)
        try:
            deadline = time.monotonic() + 20
            while run("healthcheck", "--listen", f"127.0.0.1:{port}").returncode != OK:
                self.assertLess(time.monotonic(), deadline)
            yield port
            process.terminate()
            self.assertEqual(process.wait(30), 0)
        finally:
            process.kill()
            process.wait()

    def test_a_start_waits_for_no_reader_of_the_log(self):
        reader, writer = os.pipe()
        self.addCleanup(os.close, reader)
        os.set_blocking(writer, False)
        with self.assertRaises(BlockingIOError):
            while True:
                os.write(writer, b"x" * 4096)
        os.set_blocking(writer, True)
        with self.unread(writer):
            pass

    def test_a_stalled_reader_of_the_log_stalls_no_request_and_is_counted(self):
        reader, writer = os.pipe()
        self.addCleanup(os.close, reader)
        with self.unread(writer, "--access-log", "1", "--threads", "1") as port:
            with planish_server.Connection(("127.0.0.1", port)) as client:
                for _ in range(60):
                    client.send(request(GOOD) * 50)
                    for _ in range(50):
                        self.assertEqual(client.response().status, 200)
                scrape = client.ask(request(method="GET", target="/metrics"), "GET").body.decode()
            dropped = [line for line in scrape.splitlines() if line.startswith("planish_log_dropped_total ")]
            self.assertGreater(float(dropped[0].split()[1]), 100)


class Signals(Folder):
    def test_sigterm_and_sigint_stop_with_0(self):
        for number in (signal.SIGTERM, signal.SIGINT):
            with Server() as server:
                server.signal(number)
                self.assertEqual(server.wait(), 0)

    def test_process_1_stops_as_well(self):
        """To process 1 the kernel sends no signal that it does not wait for. Where it may, it is one of a namespace here."""
        with Server() as server:
            with open(f"/proc/{server.pid}/status", encoding="ascii") as status:
                blocked = int(next(line.split()[1] for line in status if line.startswith("SigBlk")), 16)
            for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
                self.assertTrue(blocked >> (number - 1) & 1, number)
        namespace = ["unshare", "--pid", "--fork"]
        if subprocess.run([*namespace, "true"], capture_output=True).returncode != 0:
            return
        for number in (signal.SIGTERM, signal.SIGINT):
            with Server(prefix=namespace) as server:
                with open(f"/proc/{server.pid}/task/{server.pid}/children", encoding="ascii") as children:
                    os.kill(int(children.read().split()[0]), number)
                self.assertEqual(server.wait(), 0)

    def test_a_second_signal_stops_at_once_with_1(self):
        with Server("--drain-delay", "60s") as server:
            server.signal(signal.SIGTERM)
            server.wait_for_line("stopping")
            server.signal(signal.SIGINT)
            self.assertEqual(server.wait(), 1)

    def test_other_peoples_sigusr1_does_nothing(self):
        with Server() as server:
            server.signal(signal.SIGUSR1)
            server.signal(signal.SIGHUP)
            server.wait_for_line("no configuration file")
            self.assertEqual(server.get("/readyz").status, 200)
            self.assertEqual(server.stop(), 0)

    def test_sighup_takes_over_event_types_and_log_level(self):
        body = b'{"user_id":1,"events":[{"event_type":"click","timestamp":0,"payload":0}]}'
        path = self.file("p.toml", 'event_types = ["view"]\n')
        with Server("--config", path, threads=2) as server:
            self.assertEqual(server.post(body).status, 422)
            self.file("p.toml", 'event_types = ["click"]\nmax_events = 5\n')
            server.signal(signal.SIGHUP)
            server.wait_for_line("configuration reloaded")
            self.assertEqual(server.wait_for_line("takes a restart")["setting"], "max_events")
            self.assertEqual([server.post(body).status for _ in range(8)], [200] * 8)
            self.file("p.toml", 'event_types = ["view"]\nbogus = 1\nlog_level = "error"\n')
            server.signal(signal.SIGHUP)
            self.assertIn(":2:1: ", server.wait_for_line("not reloaded")["fault"])
            self.assertEqual([server.post(body).status for _ in range(8)], [200] * 8)
            os.unlink(path)
            server.signal(signal.SIGHUP)
            server.wait_for_line("cannot be read")
            self.file("p.toml", 'log_level = "error"\n')
            server.signal(signal.SIGHUP)
            deadline = time.monotonic() + 20
            while server.post(body.replace(b"click", b"any")).status != 200:
                self.assertLess(time.monotonic(), deadline)
            self.assertEqual(server.stop(), 0)
            self.assertNotIn("stopped", json.dumps(server.lines), "the level is error now")

    def test_sighup_says_that_the_shape_of_an_endpoint_is_another(self):
        text = '[shape.x]\ntype = ["/%s"]\n[[endpoint]]\npath = ["/x"]\nshape = "x"\n[[endpoint]]\npath = ["/"]\n'
        with Server("--config", self.file("p.toml", text % "old")) as server:
            self.file("p.toml", text % "new")
            server.signal(signal.SIGHUP)
            server.wait_for_line("configuration reloaded")
            changed = [line["path"] for line in list(server.lines) if line.get("message") == "endpoint changed"]
            self.assertEqual(changed, ["/x"])
        text = '[shape.x]\ntype = ["/%s"]\n'
        with Server("--config", self.file("p.toml", text % "old"), "--shape", "x") as server:
            self.file("p.toml", text % "new")
            server.signal(signal.SIGHUP)
            self.assertEqual(server.wait_for_line("endpoint changed")["path"], "/")

    def test_a_reload_logs_a_hundred_faults_and_how_many_more_there_are(self):
        path = self.file("p.toml", "")
        with Server("--config", path) as server:
            for more in (0, 1, 50_000):
                self.file("p.toml", "x = 1\n" + "".join(f"x{n} = 1\n" for n in range(99 + more)))
                before = len(server.lines)
                server.signal(signal.SIGHUP)
                if more:
                    server.wait_for_line(lambda line: line.get("more_faults") == more)
                else:
                    server.wait_for_line(lambda line: ":100:1: " in line.get("fault", ""))
                faults = [line for line in server.lines[before:] if line.get("message") == "configuration not reloaded"]
                self.assertEqual([("fault" in line, "more_faults" in line) for line in faults], [(True, False)] * 100 + [(False, True)] * bool(more))
                self.assertEqual(len(run("check", "--config", path).stderr.splitlines()), 100 + more)
            self.assertEqual(server.metrics()["planish_log_dropped_total"], 0)

    def test_flags_outrank_the_file_after_a_reload_too(self):
        path = self.file("p.toml", "")
        with Server("--config", path, "--event-types", "view") as server:
            self.file("p.toml", 'event_types = ["click"]\n')
            server.signal(signal.SIGHUP)
            server.wait_for_line("configuration reloaded")
            body = b'{"user_id":1,"events":[{"event_type":"click","timestamp":0,"payload":0}]}'
            self.assertEqual(server.post(body).status, 422)


# Becomes planish with the descriptors from 3 on as systemd leaves them: LISTEN_PID is the pid that exec keeps.
INHERIT = """
import fcntl, os, sys
os.environ.setdefault("LISTEN_PID", str(os.getpid()))
high = [fcntl.fcntl(int(number), fcntl.F_DUPFD, 100) for number in sys.argv[1].split(",")]
for at, number in enumerate(high):
    os.dup2(number, 3 + at, inheritable=True)
    os.close(number)
os.execv(sys.argv[2], sys.argv[2:])
"""


class Systemd(Folder):
    def inherit(self, *listeners, args=(), **env):
        numbers = [listener.fileno() for listener in listeners]
        command = [planish_server.binary(), "serve", "--threads", "2", *args]
        environment = clean_environment(**{"LISTEN_FDS": str(len(listeners)), **env})
        process = subprocess.Popen([sys.executable, "-c", INHERIT, ",".join(map(str, numbers)), *command],
                                   pass_fds=numbers, stderr=subprocess.PIPE, env=environment)
        self.addCleanup(process.stderr.close)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        return process

    def stop(self, process):
        """Its log."""
        process.terminate()
        self.assertEqual(process.wait(20), 0)
        return process.stderr.read().decode()

    def test_sockets_go_by_their_names(self):
        with socket.create_server(("127.0.0.1", 0)) as web, socket.create_server(("127.0.0.1", 0)) as admin:
            addresses = [listener.getsockname() for listener in (web, admin)]
            process = self.inherit(web, admin, LISTEN_FDNAMES="web:admin")
        for address, path, status in ((0, "/healthz", 200), (0, "/metrics", 404), (1, "/metrics", 200), (1, "/", 404)):
            with planish_server.Connection(addresses[address]) as client:
                answer = client.ask(request(method="GET", target=path), "GET")
                self.assertEqual(answer.status, status, path)
        self.stop(process)

    def test_sockets_of_another_process_are_not_taken(self):
        with socket.create_server(("127.0.0.1", 0)) as listener:
            port = listener.getsockname()[1]
            free = free_port()
            process = self.inherit(listener, args=["--listen", f"127.0.0.1:{free}"], LISTEN_PID="1")
            self.assertTrue(planish_server.eventually(
                lambda: run("healthcheck", "--listen", f"127.0.0.1:{free}").returncode == OK))
            self.assertNotIn(f":{port}\"", self.stop(process))

    def test_an_inherited_socket_stands_for_the_default_address(self):
        with socket.create_server(("127.0.0.1", 0)) as listener:
            port = listener.getsockname()[1]
            process = self.inherit(listener, PORT="1")
        with planish_server.Connection(("127.0.0.1", port)) as client:
            self.assertEqual(client.ask(request(benchmark_body())).status, 200)
        log = self.stop(process)
        self.assertIn(f'"address":"127.0.0.1:{port}"', log)
        self.assertNotIn(":8080", log)

    def test_an_inherited_abstract_socket_is_named(self):
        name = f"planish-test-{os.getpid()}-inherited"
        with socket.socket(socket.AF_UNIX) as listener:
            listener.bind("\0" + name)
            listener.listen()
            process = self.inherit(listener)
        self.assertTrue(planish_server.eventually(lambda: run("healthcheck", "--url", "unix:@" + name).returncode == OK))
        self.assertIn(f'"address":"unix:@{name}"', self.stop(process))

    def test_who_asked_before_the_start_is_answered(self):
        """As it is where the socket starts the service: these are the first answers, before the other threads are there."""
        asked = [("POST", "/", benchmark_body()), ("GET", "/version", None), ("GET", "/metrics", None),
                 ("GET", "/readyz", None), ("GET", "/openapi.json", None), ("POST", "/", b"{")]
        with contextlib.ExitStack() as stack:
            listener = stack.enter_context(socket.create_server(("127.0.0.1", 0)))
            clients = []
            for method, path, body in asked:
                clients.append(stack.enter_context(planish_server.Connection(listener.getsockname())))
                clients[-1].send(request(body, method=method, target=path))
            process = self.inherit(listener)
            answers = [client.response(method) for client, (method, path, body) in zip(clients, asked)]
        self.assertEqual([answer.status for answer in answers], [200, 200, 200, 200, 200, 400])
        self.assertEqual(len(json.loads(answers[0].body)["processed_events"]), 100)
        self.assertEqual(answers[1].body.decode() + "\n", run("version", "--json").stdout.decode())
        self.assertIn(b"\nplanish_build_info{", answers[2].body)
        self.stop(process)

    def test_what_does_not_listen_cannot_be_bound(self):
        with socket.socket() as idle:
            process = self.inherit(idle)
        self.assertIn(b"LISTEN_FDS", process.communicate(timeout=20)[1])
        self.assertEqual(process.returncode, CANNOT_BIND)

    def test_the_service_manager_may_listen_on_an_abstract_socket(self):
        name = f"planish-test-{os.getpid()}"
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
            manager.bind("\0" + name)
            manager.settimeout(20)
            with Server(env={"NOTIFY_SOCKET": "@" + name}) as server:
                self.assertEqual(manager.recv(1000), b"READY=1")
                self.assertEqual(server.stop(), 0)
                self.assertEqual(manager.recv(1000), b"STOPPING=1")

    def test_the_service_manager_is_told(self):
        path = os.path.join(self.folder, "notify")
        config = self.file("p.toml", "")
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
            manager.bind(path)
            manager.settimeout(20)
            with Server("--config", config, env={"NOTIFY_SOCKET": path}) as server:
                self.assertEqual(manager.recv(1000), b"READY=1")
                server.signal(signal.SIGHUP)
                self.assertRegex(manager.recv(1000), rb"^RELOADING=1\nMONOTONIC_USEC=[0-9]+$")
                self.assertEqual(manager.recv(1000), b"READY=1")
                server.signal(signal.SIGTERM)
                self.assertEqual(manager.recv(1000), b"STOPPING=1")
                self.assertEqual(server.wait(), 0)

    def test_a_service_that_stops_is_never_ready_again(self):
        path = os.path.join(self.folder, "notify")
        config = self.file("p.toml", "")
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
            manager.bind(path)
            manager.settimeout(20)
            with Server("--config", config, "--drain-delay", "6s", env={"NOTIFY_SOCKET": path}) as server:
                self.assertEqual(manager.recv(1000), b"READY=1")
                server.signal(signal.SIGTERM)
                self.assertEqual(manager.recv(1000), b"STOPPING=1")
                server.signal(signal.SIGHUP)
                server.wait_for_line("configuration reloaded")
                self.assertEqual(server.wait(), 0)
            manager.setblocking(False)
            self.assertRaises(BlockingIOError, manager.recv, 1000)


class UnixSockets(Folder):
    def test_mode_and_a_stale_socket(self):
        path = os.path.join(self.folder, "p.sock")
        with socket.socket(socket.AF_UNIX) as stale:
            stale.bind(path)
        with Server("--listen", f"unix:{path}", "--unix-mode", "0600") as server:
            self.assertEqual(os.stat(path).st_mode & 0o777, 0o600)
            self.assertEqual(server.post(GOOD).status, 200)
            again = run("serve", "--listen", f"unix:{path}")
            self.assertEqual((again.returncode, b"in use" in again.stderr), (CANNOT_BIND, True))
            self.assertEqual(server.stop(), 0)
        self.assertFalse(os.path.exists(path))

    def test_an_abstract_socket_is_refused(self):
        """Never a file called @name: it would be taken for what it is not."""
        for flag in ("--listen", "--admin-listen"):
            result = subprocess.run([planish_server.binary(), "serve", flag, "unix:@name"], capture_output=True, cwd=self.folder,
                                    env=clean_environment(), timeout=60)
            self.assertEqual(result.returncode, CONFIGURATION)
            self.assertIn(b"abstract socket", result.stderr)
        self.assertEqual(os.listdir(self.folder), [])

    def test_what_is_wrong_with_a_path_is_said(self):
        result = run("serve", "--listen", f"unix:{self.folder}/none/p.sock")
        self.assertEqual((result.returncode, b"No such file" in result.stderr), (CANNOT_BIND, True), result.stderr)
        too_long = f"unix:{self.folder}/{'x' * 200}"
        self.assertEqual(run("serve", "--listen", too_long).returncode, CONFIGURATION)
        path = self.file("plain", "content")
        self.assertEqual(run("serve", "--listen", f"unix:{path}").returncode, CANNOT_BIND)
        with open(path, encoding="utf-8") as file:
            self.assertEqual(file.read(), "content", "what is no socket stays")


class Terminal(unittest.TestCase):
    def test_the_log_is_text_on_a_terminal(self):
        master, slave = os.openpty()
        process = subprocess.Popen([planish_server.binary(), "--listen", "127.0.0.1:0"], stderr=slave, env=clean_environment())
        os.close(slave)
        text = b""
        timer = threading.Timer(20, process.kill)
        timer.start()
        try:
            while b"ready" not in text:
                text += os.read(master, 4096)
            self.assertRegex(text, rb"(?m)^20[0-9T:.-]+Z info  listening address=127\.0\.0\.1:[0-9]+\r$")
            process.terminate()
            self.assertEqual(process.wait(20), 0)
        finally:
            timer.cancel()
            process.kill()
            process.wait()
            os.close(master)


if __name__ == "__main__":
    unittest.main()

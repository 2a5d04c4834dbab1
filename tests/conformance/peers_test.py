"""planish among real peers: curl, Node, nginx and HAProxy in front, promtool on its metrics, xxhsum on its hashes."""
import gzip
import json
import os
import pathlib
import re
import shutil
import subprocess
import tempfile
import unittest

from planish_server import Connection, Server, benchmark_body, eventually, free_port, request

BODY = benchmark_body()


def setUpModule():
    global server, folder, payload
    folder = tempfile.TemporaryDirectory()
    server = Server("--listen", "127.0.0.1:0", "--listen", f"unix:{folder.name}/planish.sock")
    payload = pathlib.Path(folder.name, "payload.json")
    payload.write_bytes(BODY)


def tearDownModule():
    assert server.stop() == 0
    server.kill()
    folder.cleanup()


def run(*command, **options):
    environment = {k: v for k, v in os.environ.items() if not k.startswith("PLANISH_")}
    return subprocess.run([str(part) for part in command], capture_output=True, timeout=60, check=True, env=environment, **options).stdout


def url(path="/"):
    return f"http://127.0.0.1:{server.port}{path}"


def stable(answer):
    """The answer but for its duration."""
    return dict(json.loads(answer), total_duration_ms=0)


class Curl(unittest.TestCase):
    def test_posts_the_benchmark_body_in_every_way(self):
        expected = stable(server.post(BODY).body)
        self.assertEqual(len(expected["processed_events"]), 100)
        packed = pathlib.Path(folder.name, "payload.gz")
        packed.write_bytes(gzip.compress(BODY))
        zstd = run("zstd", "-c", payload)
        pathlib.Path(folder.name, "payload.zst").write_bytes(zstd)
        ways = [
            ["-d", f"@{payload}"],
            ["--data-binary", f"@{payload}", "-H", "Content-Type: application/json"],
            ["--http1.0", "-d", f"@{payload}"],
            ["-H", "Transfer-Encoding: chunked", "-d", f"@{payload}"],
            ["-H", "Expect: 100-continue", "--expect100-timeout", "30", "-d", f"@{payload}"],
            ["--data-binary", f"@{packed}", "-H", "Content-Encoding: gzip"],
            ["--data-binary", f"@{folder.name}/payload.zst", "-H", "Content-Encoding: zstd"],
            ["--unix-socket", f"{folder.name}/planish.sock", "-d", f"@{payload}"],
            ["--http2", "-d", f"@{payload}"],  # offers h2c; planish goes on in HTTP/1.1
        ]
        for way in ways:
            with self.subTest(way):
                self.assertEqual(stable(run("curl", "-sS", "--fail", "--max-time", "20", *way, url())), expected)

    def test_a_body_with_every_freedom(self):
        body = (r'{"metadata":{"trace_id":"t\u002d1","source":"s"},"x":[1,{"y":null}],"events":[{"payload":{"b":1.0,"a":"\u00e9"},'
                r'"timestamp":"2023-11-04T19:44:16.7899+01:00","event\u005ftype":"caf\u00e9"}],"user_id":18446744073709551615}').encode()
        answer = re.sub(r'_ms":[0-9]+', '_ms":0', run("curl", "-sS", "--data-binary", "@-", url(), input=body).decode())
        digest = run("xxhsum", "-H2", "-", input='{"a":"é","b":1}'.encode()).split()[0].decode()
        self.assertEqual(answer, '{"user_id":18446744073709551615,"processed_events":[{"event_type":"café","normalized_timestamp":1699123456789,'
                                 f'"hash":"{digest}"}}],"total_duration_ms":0,"trace_id":"t-1"}}')

    def test_transform_prints_the_same(self):
        local = run(os.environ["PLANISH_BIN"], "transform", payload)
        self.assertTrue(local.endswith(b"}\n"))
        self.assertEqual(stable(local), stable(server.post(BODY).body))


class Node(unittest.TestCase):
    def test_fetch_keeps_its_connection(self):
        script = """const r=[];for(let i=0;i<20;i++){const a=await fetch(process.argv[1],{method:'POST',body:process.argv[2]});
                    r.push(a.status,(await a.json()).processed_events.length)}console.log(r.join())"""
        out = run("node", "--input-type=module", "-e", script, url(), BODY.decode())
        self.assertEqual(out.decode().strip(), ",".join(["200,100"] * 20))


class Proxies(unittest.TestCase):
    def through(self, command, port):
        proxy = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        try:
            def up():
                try:
                    Connection(("127.0.0.1", port)).close()
                    return True
                except OSError:
                    return False

            self.assertTrue(eventually(up), "the proxy did not come up")
            with Connection(("127.0.0.1", port)) as client:
                for _ in range(50):
                    client.send(request(BODY))
                    answer = self.read(client)
                    self.assertEqual(answer[0], 200)
                    self.assertEqual(len(json.loads(answer[1])["processed_events"]), 100)
                client.send(request(b"{"))
                self.assertEqual(self.read(client)[0], 400)
        finally:
            proxy.terminate()
            proxy.wait(20)
            proxy.stderr.close()

    @staticmethod
    def read(client):
        """Status and content; a proxy adds fields of its own, so no strictness here."""
        head = client._take_line(b"\r\n\r\n").decode("latin-1")
        fields = dict(line.lower().split(": ", 1) for line in head.split("\r\n")[1:])
        return int(head.split(" ")[1]), client._take(int(fields["content-length"]))

    def test_haproxy(self):
        port = free_port()
        config = pathlib.Path(folder.name, "haproxy.cfg")
        config.write_text(f"defaults\n mode http\n timeout connect 2s\n timeout client 9s\n timeout server 9s\n option http-keep-alive\n"
                          f"listen l\n bind 127.0.0.1:{port}\n http-reuse always\n server a 127.0.0.1:{server.port}\n")
        self.through([shutil.which("haproxy") or "/usr/sbin/haproxy", "-db", "-f", str(config)], port)

    def test_nginx(self):
        port = free_port()
        config = pathlib.Path(folder.name, "nginx.conf")
        config.write_text(f"daemon off; master_process off; pid {folder.name}/nginx.pid; error_log stderr;\nevents {{}}\nhttp {{ access_log off;\n"
                          f" client_body_temp_path {folder.name}/b; proxy_temp_path {folder.name}/p; fastcgi_temp_path {folder.name}/f; uwsgi_temp_path {folder.name}/u;"
                          f" scgi_temp_path {folder.name}/s;\n upstream planish {{ server 127.0.0.1:{server.port}; keepalive 4; }}\n"
                          f" server {{ listen 127.0.0.1:{port}; location / {{ proxy_pass http://planish; proxy_http_version 1.1; proxy_set_header Connection \"\"; }} }} }}\n")
        self.through([shutil.which("nginx") or "/usr/sbin/nginx", "-e", "stderr", "-c", str(config)], port)


class Tools(unittest.TestCase):
    def test_promtool_finds_nothing(self):
        text = run("curl", "-sS", url("/metrics"))
        checked = subprocess.run(["promtool", "check", "metrics"], input=text, capture_output=True, timeout=60)
        self.assertEqual((checked.returncode, checked.stdout + checked.stderr), (0, b""))

    def test_wrk_sees_no_error(self):
        script = pathlib.Path(folder.name, "post.lua")
        script.write_text(f'wrk.method="POST"\nlocal f=io.open("{payload}","rb")\nwrk.body=f:read("*a")\n')
        served = 'http_server_requests_total{code="200",route="/"}'
        before = server.metrics().get(served, 0)
        out = run("wrk", "-t1", "-c16", "-d2s", "--timeout", "30s", "-s", script, url()).decode()
        self.assertNotIn("Socket errors", out)
        self.assertNotIn("Non-2xx", out)
        self.assertGreater(server.metrics()[served], before)

    def test_hashes_are_those_of_public_tools(self):
        event = b'{"user_id":1,"events":[{"event_type":"a","timestamp":0,"payload":{"z":"\\u20ac","a":[1e3,-0,1E-7,true]}}]}'
        text = '{"a":[1000,0,1e-7,true],"z":"€"}'.encode()
        tools = {"xxh3-128": ["xxhsum", "-H2", "-"], "xxh3-64": ["xxhsum", "-H3", "-"], "sha256": ["sha256sum"]}
        for name, tool in tools.items():
            with self.subTest(name):
                out = run(os.environ["PLANISH_BIN"], "transform", "--hash", name, input=event)
                digest = run(*tool, input=text).decode().split()
                wanted = digest[-1] if "=" in digest else digest[0]  # xxhsum -H3 prints BSD style
                self.assertEqual(json.loads(out)["processed_events"][0]["hash"], wanted)


if __name__ == "__main__":
    unittest.main()

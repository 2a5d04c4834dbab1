"""Messages that name the sender's mistake, as a client reads them: what the body is instead of JSON, and who speaks here instead of HTTP/1.1."""
import gzip
import json
import os
import subprocess
import unittest
import zlib

import planish_server
from planish_server import Connection, OfOneServer, request

GOOD = b'{"user_id":1,"events":[]}'

# Body, the byte at which it stops being JSON, a word of the detail.
BODIES = [
    (b"", 0, "empty"),
    (b" \r\n", 3, "white space"),
    (b"\xef\xbb\xbf" + GOOD, 0, "byte order mark"),
    (GOOD.decode().encode("utf-16"), 0, "UTF-16"),
    (GOOD.decode().encode("utf-16-le"), 1, "UTF-16"),
    (GOOD.decode().encode("utf-16-be"), 0, "UTF-16"),
    (GOOD.decode().encode("utf-32-le"), 1, "UTF-32"),
    (gzip.compress(GOOD), 0, "gzip"),
    (zlib.compress(GOOD), 0, "deflate"),
    (b"data=" + GOOD, 0, "form"),
    (b"false=" + GOOD, 5, "form"),
    (b"f=" + GOOD, 1, "form"),
    (b"%7B%22user_id%22%3A1%7D", 0, "percent-encoded"),
    (b"[object Object]", 1, "[object Object]"),
    (b"<html>", 0, "XML"),
    (b"{", 1, "stops being JSON at byte 1"),
]


class Bodies(OfOneServer):
    FLAGS = ("--cors-origin", "*")

    def test_each_mistake_has_its_own_detail_and_the_right_offset(self):
        details = set()
        for body, offset, word in BODIES:
            with self.subTest(body[:20]):
                answer = self.server.post(body, {"Content-Type": "application/x-www-form-urlencoded"})
                problem = answer.json()
                self.assertEqual((answer.status, problem["type"], problem["offset"]), (400, "/problems/not-json", offset))
                self.assertIn(word, problem["detail"])
                self.assertFalse(answer.closes)
                details.add(problem["detail"])
        self.assertEqual(len(details), len(BODIES) - 4, "three are UTF-16, three are forms")

    def test_what_is_still_coded_behind_its_coding_is_named_too(self):
        problem = self.server.post(gzip.compress(gzip.compress(GOOD)), {"Content-Encoding": "gzip"}).json()
        self.assertIn("gzip", problem["detail"])

    def test_the_subcommand_says_the_same(self):
        for body, offset, word in BODIES:
            done = subprocess.run([planish_server.binary(), "transform"], input=body, capture_output=True, timeout=60,
                                  env={k: v for k, v in os.environ.items() if not k.startswith("PLANISH_")})
            problem = json.loads(done.stderr)
            self.assertEqual((done.returncode, problem["offset"]), (65, offset))
            self.assertIn(word, problem["detail"])

    def test_utf8_without_its_hyphen_is_taken(self):
        for charset in ("utf8", "UTF8", '"utf8"', "utf-8"):
            self.assertEqual(self.server.post(GOOD, {"Content-Type": "application/json; charset=" + charset}).status, 200)
        self.assertEqual(self.server.post(GOOD, {"Content-Type": "application/json; charset=utf-16"}).status, 415)


class Protocols(OfOneServer):
    def told(self, first_bytes):
        with self.server.connect() as client:
            client.send(first_bytes)
            answer = client.response("GET")
            self.assertTrue(answer.closes)
            return answer.status, answer.json()["detail"]

    def test_http_2_is_for_the_proxy(self):
        settings = b"\0\0\0\x04\0\0\0\0\0"
        status, detail = self.told(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + settings)
        self.assertEqual(status, 505)
        self.assertIn("HTTP/2 is for the proxy", detail)

    def test_tls_is_for_the_proxy(self):
        status, detail = self.told(b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03")
        self.assertEqual(status, 400)
        self.assertIn("TLS", detail)

    def test_the_proxy_protocol_is_named(self):
        status, detail = self.told(b"PROXY TCP4 192.0.2.1 192.0.2.2 5 80\r\n" + request(GOOD))
        self.assertEqual(status, 400)
        self.assertIn("PROXY protocol", detail)

    def test_the_binary_form_of_the_proxy_protocol_is_named_however_it_is_cut(self):
        preface = b"\r\n\r\n\0\r\nQUIT\n\x21\x11\0\x0c" + b"\x7f\0\0\1" * 2 + b"\x10\x92\0\x50"
        for first_bytes in (preface + request(GOOD), preface, preface[:4]):
            status, detail = self.told(first_bytes)
            self.assertEqual(status, 400)
            self.assertIn("PROXY protocol version 2", detail)

    def test_others_go_on(self):
        with Connection(self.server.address) as client:
            self.assertEqual(client.ask(request(GOOD)).status, 200)


if __name__ == "__main__":
    unittest.main()

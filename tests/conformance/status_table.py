"""Rows of the contract's status table and of its strict list: (title, bytes to send, statuses expected, connection after).

`KEEP`: another request on the same connection is answered. `CLOSE`: the connection ends after the last answer, and
nothing that was sent behind it is taken for a request."""
import gzip
import json

KEEP, CLOSE = "keep", "close"
BODY = b'{"user_id":7,"events":[{"event_type":"a","timestamp":1,"payload":{}}]}'
HOST = b"Host: a\r\n"


def post(body=BODY, fields=b"", path=b"/", version=b"HTTP/1.1", length=None, host=HOST):
    length = len(body) if length is None else length
    return b"POST " + path + b" " + version + b"\r\n" + host + fields + b"Content-Length: %d\r\n\r\n" % length + body


def get(path=b"/healthz", fields=b"", method=b"GET", version=b"HTTP/1.1", host=HOST):
    return method + b" " + path + b" " + version + b"\r\n" + host + fields + b"\r\n"


def chunked(*chunks, last=b"0\r\n\r\n", fields=b"", path=b"/", coding=b"chunked", version=b"HTTP/1.1"):
    body = b"".join(c if isinstance(c, bytes) else b"%x\r\n" % len(c[0]) + c[0] + b"\r\n" for c in chunks)
    return b"POST " + path + b" " + version + b"\r\n" + HOST + fields + b"Transfer-Encoding: " + coding + b"\r\n\r\n" + body + last


def event(**members):
    base = {"event_type": "a", "timestamp": 1, "payload": {}}
    base.update(members)
    return json.dumps({"user_id": 1, "events": [{k: v for k, v in base.items() if v is not ...}]}).encode()


def request(text):
    return post(text.encode())


def fields(count, head):
    """GET /healthz with `count` fields, Host included."""
    return get(fields=b"".join(b"X-%d: 1\r\n" % i for i in range(count - 1)))


def head_of(size):
    """GET /healthz whose head is exactly `size` bytes."""
    empty = len(get(fields=b"X: \r\n"))
    return get(fields=b"X: " + b"y" * (size - empty) + b"\r\n")


def line_of(size):
    """A request line of exactly `size` bytes."""
    return get(b"/healthz?" + b"q" * (size - len(b"GET /healthz? HTTP/1.1")))


B = len(BODY)
HALVES = ((BODY[:30],), (BODY[30:],))
GZ = gzip.compress(BODY)

ROWS = [
    # --- answers
    ("post", post(), [200], KEEP),
    ("post with query", post(path=b"/?a=b"), [200], KEEP),
    ("absolute form", post(path=b"http://a/"), [200], KEEP),
    ("absolute form without path", post(path=b"http://a"), [200], KEEP),
    ("absolute form https, port, query", post(path=b"https://a:8443/?x"), [200], KEEP),
    ("empty Host", post(host=b"Host:\r\n"), [200], KEEP),
    ("Host with port", post(host=b"Host: [::1]:80\r\n"), [200], KEEP),
    ("HTTP/1.0 without Host", post(version=b"HTTP/1.0", host=b""), [200], CLOSE),
    ("HTTP/1.0 keep-alive", post(version=b"HTTP/1.0", host=b"", fields=b"Connection: Keep-Alive\r\n"), [200], KEEP),
    ("HTTP/1.1 close", post(fields=b"Connection: x, CLOSE\r\n"), [200], CLOSE),
    ("leading empty line", b"\r\n" + post(), [200], KEEP),
    ("pipelined", post() + get() + post(), [200, 200, 200], KEEP),
    ("pipelined after a fault of the content", post(b"{") + post(b"{}") + get(b"/nope") + get(), [400, 422, 404, 200], KEEP),
    ("head", get(method=b"HEAD"), [200], KEEP),
    ("options *", get(b"*", method=b"OPTIONS"), [204], KEEP),
    ("options path", get(b"/", method=b"OPTIONS"), [204], KEEP),
    ("get with a body that is dropped", get(fields=b"Content-Length: 5\r\n") + b"POST ", [200], KEEP),
    ("upgrade is ignored", get(fields=b"Connection: Upgrade\r\nUpgrade: h2c\r\n"), [200], KEEP),
    ("obs-text in a value", get(fields=b"X: \xe4\xff\r\n"), [200], KEEP),
    ("empty value", get(fields=b"X:\r\n"), [200], KEEP),
    ("tab around a value", get(fields=b"X:\t \t1 \t\r\n"), [200], KEEP),
    # --- chunks
    ("chunked", chunked(*HALVES), [200], KEEP),
    ("chunked, no case", chunked(*HALVES, coding=b"CHUNKED"), [200], KEEP),
    ("chunked in one-byte chunks", chunked(*((BODY[i : i + 1],) for i in range(B))), [200], KEEP),
    ("chunk extension", chunked(b'%x;a;b=c;d="e\\"f"\r\n' % B + BODY + b"\r\n"), [200], KEEP),
    ("leading zeros in a chunk size", chunked(b"000%x\r\n" % B + BODY + b"\r\n"), [200], KEEP),
    ("upper-case chunk size", chunked((BODY + b" " * (0xAB - B),)).replace(b"ab\r\n", b"AB\r\n"), [200], KEEP),
    ("trailers", chunked(*HALVES, last=b"0\r\nX: 1\r\nY: 2\r\n\r\n"), [200], KEEP),
    ("chunk size without digits", chunked(b"\r\n"), [400], CLOSE),
    ("chunk size not hex", chunked(b"g\r\n"), [400], CLOSE),
    ("chunk size with 0x", chunked(b"0x5\r\n"), [400], CLOSE),
    ("chunk size with a sign", chunked(b"+5\r\n"), [400], CLOSE),
    ("chunk size with leading space", chunked(b" 5\r\n"), [400], CLOSE),
    ("chunk line with bare LF", chunked(b"5\n"), [400], CLOSE),
    ("chunk line with bare CR", chunked(b"5\rx"), [400], CLOSE),
    ("chunk data not followed by CRLF", chunked(b"5\r\nabcdefg\r\n"), [400], CLOSE),
    ("chunk data followed by LF", chunked(b"5\r\nabcde\n"), [400], CLOSE),
    ("bad chunk extension", chunked(b"5;\x01\r\n"), [400], CLOSE),
    ("chunk extension with an unfinished quote", chunked(b'5;a="b\r\n'), [400], CLOSE),
    ("chunk extension without a name", chunked(b"5;=b\r\n"), [400], CLOSE),
    ("chunk size that overflows", chunked(b"fffffffffffffffff\r\n"), [413], CLOSE),
    ("chunk size over the limit", chunked(b"%x\r\n" % (2**20 + 1)), [413], CLOSE),
    ("chunk line at its limit", chunked(b"%x;" % B + b"a" * (4096 - len(b"%x;" % B)) + b"\r\n" + BODY + b"\r\n"), [200], KEEP),
    ("chunk line over its limit", chunked(b"%x;" % B + b"a" * (4097 - len(b"%x;" % B)) + b"\r\n"), [400], CLOSE),
    ("trailer with a space before the colon", chunked(*HALVES, last=b"0\r\nX : 1\r\n\r\n"), [400], CLOSE),
    ("trailer folded", chunked(*HALVES, last=b"0\r\nX: 1\r\n 2\r\n\r\n"), [400], CLOSE),
    ("trailers at their count", chunked(*HALVES, last=b"0\r\n" + b"X: 1\r\n" * 100 + b"\r\n"), [200], KEEP),
    ("trailers over their count", chunked(*HALVES, last=b"0\r\n" + b"X: 1\r\n" * 101 + b"\r\n"), [400], CLOSE),
    # --- request line
    ("bare LF after the request line", b"GET /healthz HTTP/1.1\nHost: a\r\n\r\n", [400], CLOSE),
    ("bare LF after a field", b"GET /healthz HTTP/1.1\r\nHost: a\n\r\n", [400], CLOSE),
    ("bare CR in a value", b"GET /healthz HTTP/1.1\r\nHost: a\r\nX: a\rb\r\n\r\n", [400], CLOSE),
    ("two spaces in the request line", b"GET  /healthz HTTP/1.1\r\nHost: a\r\n\r\n", [400], CLOSE),
    ("two spaces before the version", b"GET /healthz  HTTP/1.1\r\nHost: a\r\n\r\n", [400], CLOSE),
    ("tab in the request line", b"GET\t/healthz HTTP/1.1\r\nHost: a\r\n\r\n", [400], CLOSE),
    ("space behind the version", b"GET /healthz HTTP/1.1 \r\nHost: a\r\n\r\n", [400], CLOSE),
    ("space in front of the method", b" GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n", [400], CLOSE),
    ("two leading empty lines", b"\r\n\r\n" + get(), [400], CLOSE),
    ("leading bare LF", b"\n" + get(), [400], CLOSE),
    ("no target", b"GET HTTP/1.1\r\nHost: a\r\n\r\n", [400], CLOSE),
    ("no version (0.9)", b"GET /healthz\r\n\r\n", [400], CLOSE),
    ("method is not a token", b"G(T /healthz HTTP/1.1\r\nHost: a\r\n\r\n", [400], CLOSE),
    ("fragment", get(b"/healthz#a"), [400], CLOSE),
    ("8-bit byte in the target", get(b"/h\xc3\xa9"), [400], CLOSE),
    ("control character in the target", get(b"/\x7f"), [400], CLOSE),
    ("target without a slash", get(b"healthz"), [400], CLOSE),
    ("* with GET", get(b"*"), [400], CLOSE),
    ("authority with GET", get(b"a:80"), [400], CLOSE),
    ("other scheme", get(b"ftp://a/healthz"), [400], CLOSE),
    ("HTTP/2.0", get(version=b"HTTP/2.0"), [505], CLOSE),
    ("HTTP/1.2", get(version=b"HTTP/1.2"), [505], CLOSE),
    ("HTTP/0.9", get(version=b"HTTP/0.9"), [505], CLOSE),
    ("the HTTP/2 preface", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", [505], CLOSE),
    ("version with two digits", get(version=b"HTTP/1.10"), [400], CLOSE),
    ("lower-case version", get(version=b"http/1.1"), [400], CLOSE),
    ("garbage", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", [400], CLOSE),
    ("request line at its limit", line_of(8192), [200], KEEP),
    ("request line over its limit", line_of(8193), [414], CLOSE),
    # --- fields
    ("head at its limit", head_of(16384), [200], KEEP),
    ("head over its limit", head_of(16385), [431], CLOSE),
    ("fields at their limit", fields(100, 0), [200], KEEP),
    ("fields over their limit", fields(101, 0), [431], CLOSE),
    ("obs-fold", get(fields=b"X: a\r\n b\r\n"), [400], CLOSE),
    ("obs-fold with a tab", get(fields=b"X: a\r\n\tb\r\n"), [400], CLOSE),
    ("white space before the first field", b"GET /healthz HTTP/1.1\r\n Host: a\r\n\r\n", [400], CLOSE),
    ("space before the colon", get(fields=b"X : a\r\n"), [400], CLOSE),
    ("no colon", get(fields=b"X\r\n"), [400], CLOSE),
    ("empty field name", get(fields=b": a\r\n"), [400], CLOSE),
    ("NUL in a value", get(fields=b"X: a\0b\r\n"), [400], CLOSE),
    ("DEL in a value", get(fields=b"X: a\x7fb\r\n"), [400], CLOSE),
    ("8-bit byte in a field name", get(fields=b"X\xe9: a\r\n"), [400], CLOSE),
    # --- Host
    ("no Host", get(host=b""), [400], CLOSE),
    ("two Hosts", get(host=b"Host: a\r\nHost: a\r\n"), [400], CLOSE),
    ("two Hosts in HTTP/1.0", get(host=b"Host: a\r\nHost: a\r\n", version=b"HTTP/1.0"), [400], CLOSE),
    ("Host with a space", get(host=b"Host: a b\r\n"), [400], CLOSE),
    ("Host with a path", get(host=b"Host: a/b\r\n"), [400], CLOSE),
    ("Host with user info", get(host=b"Host: u@a\r\n"), [400], CLOSE),
    ("Host with a comma", get(host=b"Host: a,b\r\n"), [400], CLOSE),
    ("Host with a bad port", get(host=b"Host: a:b\r\n"), [400], CLOSE),
    ("Host with a bad literal", get(host=b"Host: [::1\r\n"), [400], CLOSE),
    # --- framing
    ("Content-Length twice, equal", post(fields=b"Content-Length: %d\r\n" % B), [400], CLOSE),
    ("Content-Length as a list", post(length=B).replace(b"Content-Length: %d" % B, b"Content-Length: %d, %d" % (B, B)), [400], CLOSE),
    ("Content-Length with a sign", post(length=B).replace(b"Content-Length: ", b"Content-Length: +"), [400], CLOSE),
    ("negative Content-Length", post().replace(b"Content-Length: ", b"Content-Length: -"), [400], CLOSE),
    ("Content-Length in hex", post().replace(b"Content-Length: ", b"Content-Length: 0x"), [400], CLOSE),
    ("empty Content-Length", post().replace(b"Content-Length: %d" % B, b"Content-Length:"), [400], CLOSE),
    ("CL with TE", chunked(*HALVES, fields=b"Content-Length: 5\r\n"), [400], CLOSE),
    ("TE then CL", b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n", [400], CLOSE),
    ("TE twice", chunked(*HALVES, fields=b"Transfer-Encoding: chunked\r\n"), [400], CLOSE),
    ("TE gzip, chunked", chunked(*HALVES, coding=b"gzip, chunked"), [400], CLOSE),
    ("TE chunked, identity", chunked(*HALVES, coding=b"chunked, identity"), [400], CLOSE),
    ("TE gzip", chunked(*HALVES, coding=b"gzip"), [501], CLOSE),
    ("TE identity", chunked(*HALVES, coding=b"identity"), [501], CLOSE),
    ("TE xchunked", chunked(*HALVES, coding=b"xchunked"), [501], CLOSE),
    ("chunked in HTTP/1.0", chunked(*HALVES, version=b"HTTP/1.0"), [400], CLOSE),
    ("Expect other", post(fields=b"Expect: 200-ok\r\n"), [417], CLOSE),
    ("Expect 100-continue with its body", post(fields=b"Expect: 100-Continue\r\n"), [200], KEEP),
    # --- lengths
    ("length over the limit", post(b"", length=2**20 + 1), [413], CLOSE),
    ("length over the limit on an unknown path", post(b"", length=2**20 + 1, path=b"/nope"), [413], CLOSE),
    ("length over the limit with GET", get(fields=b"Content-Length: 1048577\r\n"), [413], CLOSE),
    ("length too long for any integer", post(b"").replace(b"Content-Length: 0", b"Content-Length: " + b"9" * 40), [413], CLOSE),
    ("body at the limit", post(BODY + b" " * (2**20 - B)), [200], KEEP),
    ("neither length nor chunks", get(b"/", method=b"POST"), [411], KEEP),
    # --- routes
    ("unknown path", get(b"/nope"), [404], KEEP),
    ("unknown path with a body", post(get(b"/metrics"), path=b"/nope"), [404], KEEP),
    ("unknown path with chunks", chunked(*HALVES, path=b"/nope"), [404], KEEP),
    ("unknown problem", get(b"/problems/nope"), [404], KEEP),
    ("encoded path", get(b"/%68ealthz"), [404], KEEP),
    ("path with a dot segment", get(b"/./healthz"), [404], KEEP),
    ("GET on the transform", get(b"/"), [405], KEEP),
    ("PUT on the transform", post().replace(b"POST", b"PUT"), [405], KEEP),
    ("POST on healthz", post(path=b"/healthz"), [405], KEEP),
    ("unknown method", get(method=b"BREW"), [405], KEEP),
    ("lower-case method", get(method=b"get"), [405], KEEP),
    # --- media types
    ("json with charset", post(fields=b"Content-Type: application/json; charset=UTF-8\r\n"), [200], KEEP),
    ("+json", post(fields=b"Content-Type: application/cloudevents+json\r\n"), [200], KEEP),
    ("text/plain", post(fields=b"Content-Type: text/plain;charset=UTF-8\r\n"), [200], KEEP),
    ("form, which is curl's default", post(fields=b"Content-Type: application/x-www-form-urlencoded\r\n"), [200], KEEP),
    ("xml", post(fields=b"Content-Type: application/xml\r\n"), [415], KEEP),
    ("ndjson", post(fields=b"Content-Type: application/x-ndjson\r\n"), [415], KEEP),
    ("other charset", post(fields=b"Content-Type: application/json; charset=latin1\r\n"), [415], KEEP),
    # --- content codings
    ("gzip", post(GZ, fields=b"Content-Encoding: gzip\r\n"), [200], KEEP),
    ("x-gzip in chunks", chunked((GZ[:9],), (GZ[9:],), fields=b"Content-Encoding: X-GZip\r\n"), [200], KEEP),
    ("identity", post(fields=b"Content-Encoding: identity\r\n"), [200], KEEP),
    ("gzip twice", post(gzip.compress(GZ), fields=b"Content-Encoding: gzip, gzip\r\n"), [200], KEEP),
    ("gzip of two members", post(gzip.compress(BODY[:9]) + gzip.compress(BODY[9:]), fields=b"Content-Encoding: gzip\r\n"), [200], KEEP),
    ("gzip, truncated", post(GZ[:-1], fields=b"Content-Encoding: gzip\r\n"), [400], KEEP),
    ("gzip, corrupt", post(GZ[:-5] + b"x" + GZ[-4:], fields=b"Content-Encoding: gzip\r\n"), [400], KEEP),
    ("gzip with other bytes behind", post(GZ + b"x", fields=b"Content-Encoding: gzip\r\n"), [400], KEEP),
    ("gzip, empty", post(b"", fields=b"Content-Encoding: gzip\r\n"), [400], KEEP),
    ("zstd, corrupt", post(b"\x28\xb5\x2f\xfd", fields=b"Content-Encoding: zstd\r\n"), [400], KEEP),
    ("gzip bomb", post(gzip.compress(bytes(2**24)), fields=b"Content-Encoding: gzip\r\n"), [413], CLOSE),
    ("gzip at the limit", post(gzip.compress(BODY + b" " * (2**20 - B)), fields=b"Content-Encoding: gzip\r\n"), [200], KEEP),
    ("gzip over the limit", post(gzip.compress(BODY + b" " * (2**20 - B + 1)), fields=b"Content-Encoding: gzip\r\n"), [413], CLOSE),
    ("br", post(fields=b"Content-Encoding: br\r\n"), [415], KEEP),
    # --- JSON
    ("empty body", post(b""), [400], KEEP),
    ("not JSON", post(b"user=1"), [400], KEEP),
    ("truncated", post(BODY[:-1]), [400], KEEP),
    ("bad literal in a payload", request('{"user_id":1,"events":[{"event_type":"a","timestamp":1,"payload":{"a":tru}}]}'), [400], KEEP),
    ("bad literal in an unknown member", request('{"user_id":1,"events":[],"x":01}'), [400], KEEP),
    ("BOM", post(b"\xef\xbb\xbf" + BODY), [400], KEEP),
    ("two documents", post(BODY + BODY), [400], KEEP),
    ("lone surrogate", request('{"user_id":1,"events":[],"x":"\\ud800"}'), [400], KEEP),
    ("raw control character", post(b'{"user_id":1,"events":[],"x":"\x01"}'), [400], KEEP),
    ("invalid UTF-8", post(b'{"user_id":1,"events":[],"x":"\xc0\x80"}'), [400], KEEP),
    ("both faults", request('{"user_id":"x","events":[],}'), [400], KEEP),
    ("too deep, whatever follows", post(b"[" * 129 + b"!"), [422], KEEP),
    ("syntax before depth", post(b"[1 " + b"[" * 129), [400], KEEP),
]




# (code, body, pointer) of everything that 422 says.
UNPROCESSABLE = [
    ("wrong_type", b"[]", ""),
    ("missing_member", b'{"events":[]}', "/user_id"),
    ("missing_member", b'{"user_id":1}', "/events"),
    ("wrong_type", b'{"user_id":"1","events":[]}', "/user_id"),
    ("wrong_type", b'{"user_id":1.0,"events":[]}', "/user_id"),
    ("wrong_type", b'{"user_id":-0,"events":[]}', "/user_id"),
    ("out_of_range", b'{"user_id":-1,"events":[]}', "/user_id"),
    ("out_of_range", b'{"user_id":18446744073709551616,"events":[]}', "/user_id"),
    ("duplicate_member", b'{"user_id":1,"events":[],"user\\u005fid":1}', "/user_id"),
    ("wrong_type", b'{"user_id":1,"events":{}}', "/events"),
    ("too_many_events", b'{"user_id":1,"events":[' + b",".join([b'{"event_type":"a","timestamp":1,"payload":1}'] * 10001) + b"]}", "/events"),
    ("wrong_type", b'{"user_id":1,"events":[],"metadata":1}', "/metadata"),
    ("missing_member", b'{"user_id":1,"events":[],"metadata":{"trace_id":"a"}}', "/metadata/source"),
    ("missing_member", b'{"user_id":1,"events":[],"metadata":{"source":"a"}}', "/metadata/trace_id"),
    ("wrong_type", b'{"user_id":1,"events":[],"metadata":{"source":"a","trace_id":null}}', "/metadata/trace_id"),
    ("wrong_type", b'{"user_id":1,"events":[1]}', "/events/0"),
    ("missing_member", event(event_type=...), "/events/0/event_type"),
    ("missing_member", event(timestamp=...), "/events/0/timestamp"),
    ("missing_member", event(payload=...), "/events/0/payload"),
    ("wrong_type", event(event_type=1), "/events/0/event_type"),
    ("empty_event_type", event(event_type=""), "/events/0/event_type"),
    ("event_type_too_long", event(event_type="x" * 257), "/events/0/event_type"),
    ("wrong_type", event(timestamp=None), "/events/0/timestamp"),
    ("out_of_range", event(timestamp=2**63), "/events/0/timestamp"),
    ("bad_timestamp", event(timestamp="2023-13-01T00:00:00Z"), "/events/0/timestamp"),
    ("number_out_of_range", event().replace(b"{}", b'{"a":1e400}'), "/events/0/payload"),
    ("too_deep", b"[" * 129, ""),
]

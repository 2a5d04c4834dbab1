"""Further rows of the status table (of status_table.py's form): corners, exact limits, which of two faults answers."""
import gzip
import zlib

from packing import gzip_of_tables, zstd_of_tables
from status_table import BODY, CLOSE, GZ, HALVES, KEEP, B, chunked, event, get, post

LATER = "later"  # the answer does not say that the connection closes, since it is given before the fault that closes it
LIMIT = 2**20


def zstd(*pieces, size=None):
    """A zstd frame (RFC 8878) of raw blocks; an int stands for that many spaces, as one RLE block each."""
    blocks = b""
    for number, piece in enumerate(pieces):
        last = number == len(pieces) - 1
        if isinstance(piece, int):
            blocks += (last | 1 << 1 | piece << 3).to_bytes(3, "little") + b" "
        else:
            blocks += (last | len(piece) << 3).to_bytes(3, "little") + piece
    if size is None:
        size = sum(piece if isinstance(piece, int) else len(piece) for piece in pieces)
    return b"\x28\xb5\x2f\xfd" + b"\xa0" + size.to_bytes(4, "little") + blocks


def packed(body, coding):
    return post(body, fields=b"Content-Encoding: " + coding + b"\r\n")


def with_type(value):
    return post(fields=b"Content-Type: " + value + b"\r\n")


def typed(*fields, **more):
    return post(fields=b"".join(field + b"\r\n" for field in fields), **more)


def padded(size):
    """Zeros in front of a chunk size, so that the chunk line has `size` bytes."""
    return chunked((b"%x" % B).rjust(size, b"0") + b"\r\n" + BODY + b"\r\n")


def extended(size):
    """A body of one-byte chunks whose extensions, semicolons included, have `size` bytes together."""
    chunks, left = [], size
    for i in range(B):
        bytes_here = min(left, 2000)
        extension = b";" + b"a" * (bytes_here - 1) if bytes_here > 1 else b""
        left -= len(extension)
        chunks.append(b"1" + extension + b"\r\n" + BODY[i : i + 1] + b"\r\n")
    assert left == 0
    return chunked(*chunks)


def trailed(size):
    """A trailer section of `size` bytes, without the empty line behind it."""
    return chunked(*HALVES, last=b"0\r\nX: " + b"y" * (size - 5) + b"\r\n\r\n")


def filled(total, rest):
    """GET /healthz with `rest` at the end of its head; in front of it stand `total` bytes."""
    start = get(fields=b"X: ")[:-2]
    return start + b"y" * (total - len(start)) + rest


ABSOLUTE = b"http://a/healthz"
ZSTD_LIMIT = zstd(BODY, *(8 * (131_072,))[:-1], 131_072 - B)
LINE = b"GET /healthz?"

ROWS = [
    # --- form of the target, Host
    ("absolute form, scheme without case", get(b"HTTP://A/healthz"), [200], KEEP),
    ("absolute form without Host", get(ABSOLUTE, host=b""), [400], CLOSE),
    ("absolute form with two Hosts", get(ABSOLUTE, host=b"Host: a\r\nHost: a\r\n"), [400], CLOSE),
    ("absolute form without an authority", get(b"http:///healthz"), [400], CLOSE),
    ("absolute form with user info", get(b"http://u@a/healthz"), [400], CLOSE),
    ("absolute form of an unknown path", get(b"http://a/nope"), [404], KEEP),
    ("options of an absolute form without path", get(b"http://a", method=b"OPTIONS"), [204], KEEP),
    ("authority with CONNECT", get(b"a:80", method=b"CONNECT"), [405], KEEP),
    ("authority without port with CONNECT", get(b"a", method=b"CONNECT"), [400], CLOSE),
    ("path with CONNECT", get(b"/healthz", method=b"CONNECT"), [400], CLOSE),
    ("* with POST", post(path=b"*"), [400], CLOSE),
    ("percent without digits is a byte like others", get(b"/%"), [404], KEEP),
    ("quotes and braces in the target", get(b'/"{}|^`<>\\'), [404], KEEP),
    ("slash behind a known path", get(b"/healthz/"), [404], KEEP),
    ("path in capitals", get(b"/HEALTHZ"), [404], KEEP),
    ("semicolon behind a known path", get(b"/healthz;a"), [404], KEEP),
    ("question mark alone", get(b"/healthz?"), [200], KEEP),
    ("Host of an IPv6 address", get(host=b"Host: [2001:db8::1]\r\n"), [200], KEEP),
    ("Host with an empty port", get(host=b"Host: a:\r\n"), [200], KEEP),
    ("Host with an escape", get(host=b"Host: a%2db\r\n"), [200], KEEP),
    ("Host with a bad escape", get(host=b"Host: a%2\r\n"), [400], CLOSE),
    ("Host that is a port alone", get(host=b"Host: :80\r\n"), [400], CLOSE),
    ("Host in 8-bit bytes", get(host=b"Host: \xc3\xa9\r\n"), [400], CLOSE),
    ("invalid Host in HTTP/1.0", get(host=b"Host: a b\r\n", version=b"HTTP/1.0"), [400], CLOSE),
    # --- lines and fields
    ("empty line between requests", get() + b"\r\n" + get(), [200, 200], KEEP),
    ("two empty lines between requests", get() + b"\r\n\r\n" + get(), [200, 400], CLOSE),
    ("empty line of a bare CR", b"\r" + get(), [400], CLOSE),
    ("NUL in the request line", get(b"/\0"), [400], CLOSE),
    ("NUL in a field name", get(fields=b"X\0: a\r\n"), [400], CLOSE),
    ("NUL at the very start", b"\0" + get(), [400], CLOSE),
    ("bare CR in the request line", get(b"/healthz\r"), [400], CLOSE),
    ("bare CR at the end of a head", get()[:-2] + b"\r\r\n", [400], CLOSE),
    ("bare LF for the empty line", get()[:-2] + b"\n", [400], CLOSE),
    ("tab before the colon", get(fields=b"X\t: a\r\n"), [400], CLOSE),
    ("white space before the first field, behind an empty line", b"\r\n" + get(host=b" Host: a\r\n"), [400], CLOSE),
    ("tab in a value", get(fields=b"X: a\tb\r\n"), [200], KEEP),
    ("control character in a value", get(fields=b"X: a\x1fb\r\n"), [400], CLOSE),
    ("every token character in a name and a method",
     get(method=b"!#$%&'*+-.^_`|~", fields=b"!#$%&'*+-.^_`|~9aZ: 1\r\n"), [405], KEEP),
    ("malformed Connection", get(fields=b"Connection: a b\r\n"), [400], CLOSE),
    ("empty Connection", get(fields=b"Connection:\r\n"), [200], KEEP),
    ("close in the second Connection", get(fields=b"Connection: x\r\nConnection: close\r\n"), [200], CLOSE),
    ("close wins over keep-alive", get(fields=b"Connection: keep-alive, close\r\n"), [200], CLOSE),
    ("HTTP/1.0", get(version=b"HTTP/1.0"), [200], CLOSE),
    ("HTTP/1.0 with close", get(version=b"HTTP/1.0", fields=b"Connection: close, keep-alive\r\n"), [200], CLOSE),
    ("an error in HTTP/1.0, kept alive",
     get(b"/nope", version=b"HTTP/1.0", fields=b"Connection: keep-alive\r\n"), [404], KEEP),
    ("an error in HTTP/1.0", post(b"{", version=b"HTTP/1.0"), [400], CLOSE),
    ("an error with close", post(b"{}", fields=b"Connection: close\r\n"), [422], CLOSE),
    ("pipelined behind close", get(fields=b"Connection: close\r\n") + get(), [200], CLOSE),
    # --- the byte that breaks a limit
    ("request line over its limit in the query, unfinished", LINE + b"q" * (8193 - len(LINE)), [414], CLOSE),
    ("request line over its limit in the method", b"G" * 8193, [414], CLOSE),
    ("LF where the request line is over its limit", LINE + b"q" * (8192 - len(LINE)) + b"\n", [414], CLOSE),
    ("LF within the limit of the request line", LINE + b"q" * (8191 - len(LINE)) + b"\n", [400], CLOSE),
    ("NUL where the head is over its limit", filled(16384, b"\0"), [431], CLOSE),
    ("NUL at the limit of the head", filled(16383, b"\0"), [400], CLOSE),
    ("head over its limit in its last byte", filled(16381, b"\r\n\r\n"), [431], CLOSE),
    ("head over its limit in a name", filled(16381, b"\r\nAB"), [431], CLOSE),
    ("no end of a head", get() + get()[:-2] + b"X: " + b"y" * 20000, [200, 431], CLOSE),
    ("bad byte where the field over the count would begin", get(fields=b"X: 1\r\n" * 99 + b"(: 1\r\n"), [431], CLOSE),
    ("fold behind the last field of the count", get(fields=b"X: 1\r\n" * 99 + b" 1\r\n"), [400], CLOSE),
    # --- framing
    ("Content-Length with zeros in front", post().replace(b"Length: ", b"Length: 000"), [200], KEEP),
    ("Content-Length with a space within",
     post().replace(b"Length: %d" % B, b"Length: %d %d" % (B // 10, B % 10)), [400], CLOSE),
    ("Content-Length with a fraction", post().replace(b"Length: %d" % B, b"Length: %d.0" % B), [400], CLOSE),
    ("Content-Length in other digits", post().replace(b"Length: %d" % B, b"Length: \xd9\xa7"), [400], CLOSE),
    ("Content-Length with a comma at its end", post().replace(b"Length: %d" % B, b"Length: %d," % B), [400], CLOSE),
    ("Content-Length twice with GET", get(fields=b"Content-Length: 0\r\nContent-Length: 0\r\n"), [400], CLOSE),
    ("Content-Length at 2^64", post(b"").replace(b"Length: 0", b"Length: 18446744073709551616"), [413], CLOSE),
    ("Content-Length 0", get(fields=b"Content-Length: 0\r\n"), [200], KEEP),
    ("CL with TE in HTTP/1.0", chunked(*HALVES, fields=b"Content-Length: 5\r\n", version=b"HTTP/1.0"), [400], CLOSE),
    ("TE other than chunked in HTTP/1.0", chunked(coding=b"gzip", version=b"HTTP/1.0"), [400], CLOSE),
    ("TE empty", chunked(*HALVES, coding=b""), [400], CLOSE),
    ("TE with a comma at its end", chunked(*HALVES, coding=b"chunked,"), [400], CLOSE),
    ("TE with a comma in front", chunked(*HALVES, coding=b",chunked"), [400], CLOSE),
    ("TE with a parameter", chunked(*HALVES, coding=b"chunked;a=b"), [400], CLOSE),
    ("TE in quotes", chunked(*HALVES, coding=b'"chunked"'), [400], CLOSE),
    ("TE chunked, chunked", chunked(*HALVES, coding=b"chunked, chunked"), [400], CLOSE),
    ("TE with a vertical tab", chunked(*HALVES, coding=b"\x0bchunked"), [400], CLOSE),
    ("TE with GET", chunked(*HALVES).replace(b"POST / ", b"GET /healthz "), [200], KEEP),
    ("bad chunk with GET", chunked(b"g\r\n").replace(b"POST / ", b"GET /healthz "), [400], CLOSE),
    ("Expect twice, one of them other", post(fields=b"Expect: 100-continue\r\nExpect: a\r\n"), [417], CLOSE),
    ("Expect twice, the same", post(fields=b"Expect: 100-continue\r\nExpect: 100-continue\r\n"), [200], KEEP),
    ("Expect listed twice", post(fields=b"Expect: 100-continue, 100-continue\r\n"), [200], KEEP),
    ("Expect listed, one of them other", post(fields=b"Expect: 100-continue, a\r\n"), [417], CLOSE),
    ("Expect, empty", post(fields=b"Expect:\r\n"), [417], CLOSE),
    ("Expect in HTTP/1.0", post(fields=b"Expect: 100-continue\r\n", version=b"HTTP/1.0"), [200], CLOSE),
    # --- chunks
    ("chunk size with many zeros", padded(4096), [200], KEEP),
    ("chunk size with too many zeros", padded(4097), [400], CLOSE),
    ("chunk extensions at their limit", extended(16384), [200], KEEP),
    ("chunk extensions over their limit", extended(16385), [400], CLOSE),
    ("blanks around the parts of an extension",
     chunked(b'%x \t; a = b ; c = "d"\r\n' % B + BODY + b"\r\n"), [200], KEEP),
    ("blank behind a chunk size", chunked(b"%x \r\n" % B + BODY + b"\r\n"), [400], CLOSE),
    ("blank behind an extension's value", chunked(b"%x;a=b \r\n" % B + BODY + b"\r\n"), [400], CLOSE),
    ("semicolon alone", chunked(b"%x;\r\n" % B + BODY + b"\r\n"), [400], CLOSE),
    ("extension with a name alone", chunked(b"%x;a;b\r\n" % B + BODY + b"\r\n"), [200], KEEP),
    ("extension with an empty value", chunked(b"%x;a=\r\n" % B + BODY + b"\r\n"), [400], CLOSE),
    ("extension with a bare LF", chunked(b"%x;a\n" % B + BODY + b"\r\n"), [400], CLOSE),
    ("extension with a bare LF in quotes", chunked(b'%x;a="\n"\r\n' % B + BODY + b"\r\n"), [400], CLOSE),
    ("extension of the last chunk", chunked(*HALVES, last=b"0;a=b\r\n\r\n"), [200], KEEP),
    ("last chunk of many zeros", chunked(*HALVES, last=b"0000\r\n\r\n"), [200], KEEP),
    ("chunk size of 2^64 and a bit", chunked(b"10000000000000005\r\nabcde\r\n"), [413], CLOSE),
    ("chunks at the limit together", chunked((BODY,), (b" " * (LIMIT - B),)), [200], KEEP),
    ("chunks over the limit together", chunked((BODY,), (b" " * (LIMIT - B),), b"1\r\n"), [413], CLOSE),
    ("chunks over the limit on an unknown path", chunked(b"%x\r\n" % (LIMIT + 1), path=b"/nope"), [404], LATER),
    ("bad chunk on an unknown path", chunked(b"g\r\n", path=b"/nope"), [404], LATER),
    ("bad chunk behind a wrong type", chunked(b"g\r\n", fields=b"Content-Type: text/xml\r\n"), [415], LATER),
    ("trailers at their bytes", trailed(8192), [200], KEEP),
    ("trailers over their bytes", trailed(8193), [400], CLOSE),
    ("trailer without a colon", chunked(*HALVES, last=b"0\r\nX\r\n\r\n"), [400], CLOSE),
    ("trailer with a bare LF", chunked(*HALVES, last=b"0\r\nX: 1\n\r\n"), [400], CLOSE),
    ("trailer with NUL", chunked(*HALVES, last=b"0\r\nX: \0\r\n\r\n"), [400], CLOSE),
    ("trailers that look like framing",
     chunked(*HALVES, last=b"0\r\nContent-Length: 5\r\nTransfer-Encoding: x\r\n\r\n"), [200], KEEP),
    ("bare LF behind the last chunk", chunked(*HALVES, last=b"0\n\r\n"), [400], CLOSE),
    ("bare CR behind the last chunk", chunked(*HALVES, last=b"0\r\n\r\r"), [400], CLOSE),
    ("pipelined behind chunks",
     chunked(*HALVES) + get() + chunked(*HALVES, last=b"0\r\nX: 1\r\n\r\n") + get(), [200] * 4, KEEP),
    # --- which of two faults answers
    ("target before version", get(b"healthz", version=b"HTTP/2.0"), [400], CLOSE),
    ("version before Host", get(version=b"HTTP/3.0", host=b""), [505], CLOSE),
    ("bad field before version", get(version=b"HTTP/2.0", fields=b"X : 1\r\n"), [400], CLOSE),
    ("Host before transfer coding", chunked(coding=b"gzip").replace(b"Host: a\r\n", b""), [400], CLOSE),
    ("transfer coding before Expect", chunked(coding=b"gzip", fields=b"Expect: a\r\n"), [501], CLOSE),
    ("Expect before length", post(b"", length=LIMIT + 1, fields=b"Expect: a\r\n"), [417], CLOSE),
    ("length before path", post(b"", length=LIMIT + 1, path=b"/nope"), [413], CLOSE),
    ("length before type", post(b"", length=LIMIT + 1, fields=b"Content-Type: text/xml\r\n"), [413], CLOSE),
    ("path before type", post(path=b"/nope", fields=b"Content-Type: text/xml\r\n"), [404], KEEP),
    ("path before a missing length", get(b"/nope", method=b"POST"), [404], KEEP),
    ("method before a missing length", get(b"/healthz", method=b"POST"), [405], KEEP),
    ("method before type", post(path=b"/healthz", fields=b"Content-Type: text/xml\r\n"), [405], KEEP),
    ("missing length before type", get(b"/", method=b"POST", fields=b"Content-Type: text/xml\r\n"), [411], KEEP),
    ("type before JSON", post(b"{", fields=b"Content-Type: text/xml\r\n"), [415], KEEP),
    ("type before coding", typed(b"Content-Type: text/xml", b"Content-Encoding: br"), [415], KEEP),
    ("coding before JSON", packed(b"{", b"gzip"), [400], KEEP),
    ("JSON before its members", post(b'{"events":[1]'), [400], KEEP),
    # --- methods
    ("options on an unknown path", get(b"/nope", method=b"OPTIONS"), [404], KEEP),
    ("options with a body", post().replace(b"POST", b"OPTIONS"), [204], KEEP),
    ("options * with a body", post(path=b"*").replace(b"POST", b"OPTIONS"), [204], KEEP),
    ("head on an unknown path", get(b"/nope", method=b"HEAD"), [404], KEEP),
    ("head on the transform", get(b"/", method=b"HEAD"), [405], KEEP),
    ("head with a bad field", get(method=b"HEAD", fields=b"X : a\r\n"), [400], CLOSE),
    ("delete", get(b"/", method=b"DELETE"), [405], KEEP),
    # --- media types
    ("empty type", with_type(b""), [200], KEEP),
    ("json without case", with_type(b"Application/JSON"), [200], KEEP),
    ("json with another parameter", with_type(b"application/json; a=b; c=\"d;e\""), [200], KEEP),
    ("quoted charset", with_type(b'application/json;charset="Utf-8"'), [200], KEEP),
    ("charset utf8", with_type(b"application/json; charset=utf8"), [200], KEEP),
    ("charset utf-16", with_type(b"application/json; charset=utf-16"), [415], KEEP),
    ("second charset", with_type(b"application/json; charset=utf-8; charset=latin1"), [415], KEEP),
    ("+json with a charset", with_type(b"application/vnd.a+json; charset=utf-8"), [200], KEEP),
    ("+json alone", with_type(b"application/+json"), [415], KEEP),
    ("json-seq", with_type(b"application/json-seq"), [415], KEEP),
    ("jsonl", with_type(b"application/jsonl"), [415], KEEP),
    ("text/html", with_type(b"text/html"), [415], KEEP),
    ("octet-stream", with_type(b"application/octet-stream"), [415], KEEP),
    ("multipart", with_type(b"multipart/form-data; boundary=a"), [415], KEEP),
    ("type without a slash", with_type(b"json"), [415], KEEP),
    ("list of types", with_type(b"application/json, application/json"), [415], KEEP),
    ("doubled type", typed(b"Content-Type: application/json", b"Content-Type: application/json"), [415], KEEP),
    # --- content codings
    ("zstd", packed(zstd(BODY[:20], BODY[20:]), b"zstd"), [200], KEEP),
    ("zstd of two frames and a skippable one",
     packed(zstd(BODY[:9]) + b"\x5a\x2a\x4d\x18\x03\0\0\0abc" + zstd(BODY[9:]), b"ZSTD"), [200], KEEP),
    ("zstd, truncated", packed(zstd(BODY)[:-1], b"zstd"), [400], KEEP),
    ("zstd with other bytes behind", packed(zstd(BODY) + b"x", b"zstd"), [400], KEEP),
    ("zstd, empty", packed(b"", b"zstd"), [400], KEEP),
    ("zstd at the limit", packed(ZSTD_LIMIT, b"zstd"), [200], KEEP),
    ("zstd over the limit", packed(ZSTD_LIMIT + zstd(b" "), b"zstd"), [413], CLOSE),
    ("zstd bomb", packed(zstd(*(1000 * (131_072,))), b"zstd"), [413], CLOSE),
    ("zstd of many tables", packed(zstd_of_tables(5000), b"zstd"), [400], KEEP),
    ("zstd that announces more than it has", packed(zstd(BODY, size=B + 1), b"zstd"), [400], KEEP),
    ("gzip in zstd", packed(zstd(GZ), b"gzip, zstd"), [200], KEEP),
    ("codings in two fields", typed(b"Content-Encoding: gzip", b"Content-Encoding: zstd", body=zstd(GZ)), [200], KEEP),
    ("gzip in zstd, the other way round", packed(zstd(GZ), b"zstd, gzip"), [400], KEEP),
    ("gzip and identity", packed(GZ, b"identity, gzip ,, identity"), [200], KEEP),
    ("gzip and br", packed(GZ, b"gzip, br"), [415], KEEP),
    ("deflate", packed(zlib.compress(BODY), b"DEFLATE"), [200], KEEP),
    ("deflate without its zlib head", packed(zlib.compress(BODY)[2:-4], b"deflate"), [400], KEEP),
    ("deflate that is gzip", packed(GZ, b"deflate"), [400], KEEP),
    ("deflate, truncated", packed(zlib.compress(BODY)[:-1], b"deflate"), [400], KEEP),
    ("deflate with other bytes behind", packed(zlib.compress(BODY) + b"x", b"deflate"), [400], KEEP),
    ("deflate in gzip", packed(gzip.compress(zlib.compress(BODY)), b"deflate, gzip"), [200], KEEP),
    ("three codings", packed(gzip.compress(gzip.compress(GZ)), b"gzip, gzip, gzip"), [415], KEEP),
    ("three codings in two fields", typed(b"Content-Encoding: gzip", b"Content-Encoding: zstd, gzip", body=GZ), [415], KEEP),
    ("gzip of many tables", packed(gzip_of_tables(5000), b"gzip"), [400], KEEP),
    ("gzip of many tables in gzip", packed(gzip.compress(gzip_of_tables(80_000)), b"gzip, gzip"), [400], KEEP),
    ("gzip with a parameter", packed(GZ, b"gzip;q=1"), [415], KEEP),
    ("empty coding", packed(BODY, b""), [200], KEEP),
    ("gzip of many empty members", packed(gzip.compress(b"") * 500 + GZ, b"gzip"), [200], KEEP),
    ("gzip bomb in a bomb", packed(gzip.compress(gzip.compress(bytes(2**24))), b"gzip, gzip"), [413], CLOSE),
    ("encoded bytes over the limit", post(b"", length=LIMIT + 1, fields=b"Content-Encoding: gzip\r\n"), [413], CLOSE),
    ("coding of a body that is dropped", packed(b"x", b"br").replace(b"POST / ", b"GET /healthz "), [200], KEEP),
    # --- bodies
    ("white space around the body", post(b" \t\r\n" + BODY + b" \t\r\n"), [200], KEEP),
    ("body of white space", post(b" \r\n"), [400], KEEP),
    ("body of one NUL", post(b"\0"), [400], KEEP),
    ("NUL behind the body", post(BODY + b"\0"), [400], KEEP),
    ("no events", post(b'{"user_id":0,"events":[]}'), [200], KEEP),
    ("null metadata", post(b'{"user_id":0,"events":[],"metadata":null}'), [200], KEEP),
    ("event type at its limit", post(event(event_type="x" * 256)), [200], KEEP),
    ("depth at its limit", post(b'{"user_id":1,"events":[],"x":' + b"[" * 127 + b"]" * 127 + b"}"), [200], KEEP),
    ("depth over its limit", post(b'{"user_id":1,"events":[],"x":' + b"[" * 128 + b"]" * 128 + b"}"), [422], KEEP),
]

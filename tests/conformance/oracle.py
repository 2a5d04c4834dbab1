"""The contract, sections 1 to 4, once more (8 and 9 are in shape_oracle.py): slow, plain Python that shares nothing with the C++. Differential tests compare
planish against it. It knows sha256 and prefix8; the xxh3 hashes are checked against xxhsum elsewhere."""
import calendar
import hashlib
import re

DEPTH_MAX = 128


class NotJson(Exception):
    def __init__(self, offset):
        super().__init__(f"not JSON at {offset}")
        self.offset = offset


class TooDeep(Exception):
    pass


class Number(str):
    """A number as it was written."""


class Object(list):
    """Members in document order, doubled ones too: [(name, value)]."""


class Slice:
    """A value with the bytes it was read from."""

    def __init__(self, value, raw, at=0):
        self.value, self.raw, self.at = value, raw, at


class Parser:
    """RFC 8259, strictly, byte by byte. Strings are str; the body must be valid UTF-8 without surrogates."""

    PLAIN = re.compile(rb'[ !#-\[\]-\x7f]*')  # of a string, what stands for itself
    SPACE = re.compile(rb"[ \t\r\n]*")
    HEX4 = re.compile(rb"[0-9a-fA-F]{4}")
    BEYOND_ASCII = re.compile(rb"[\x80-\xff]+")
    ESCAPES = {ord(a): b for a, b in zip('"\\/bfnrt', '"\\/\b\f\n\r\t')}

    def __init__(self, body):
        self.body, self.at = body, 0

    def parse(self):
        value = self.value(1)
        self.space()
        if self.at != len(self.body):
            raise NotJson(self.at)
        return value

    def space(self):
        self.at = self.SPACE.match(self.body, self.at).end()

    def peek(self):
        return self.body[self.at] if self.at < len(self.body) else -1

    def expect(self, byte):
        if self.peek() != byte:
            raise NotJson(self.at)
        self.at += 1

    def value(self, level):
        self.space()
        start = self.at
        first = self.peek()
        if first != -1 and first in b"{[":
            if level > DEPTH_MAX:
                raise TooDeep
            value = self.object(level) if first == ord("{") else self.array(level)
        elif first == ord('"'):
            value = self.string()
        elif first != -1 and first in b"-0123456789":
            value = self.number()
        else:
            value = self.literal()
        return Slice(value, self.body[start : self.at], start)

    def literal(self):
        for text, value in ((b"true", True), (b"false", False), (b"null", None)):
            if self.body.startswith(text[:1], self.at) and self.at < len(self.body):
                for i, byte in enumerate(text):
                    if self.at + i >= len(self.body) or self.body[self.at + i] != byte:
                        raise NotJson(self.at + i)
                self.at += len(text)
                return value
        raise NotJson(self.at)

    def number(self):
        at, body = self.at, self.body

        def digits(at):
            if at >= len(body) or body[at] not in b"0123456789":
                raise NotJson(at)
            while at < len(body) and body[at] in b"0123456789":
                at += 1
            return at

        if body[at] == ord("-"):
            at += 1
        at = at + 1 if at < len(body) and body[at] == ord("0") else digits(at)
        if at < len(body) and body[at] == ord("."):
            at = digits(at + 1)
        if at < len(body) and body[at] in b"eE":
            at += 1
            if at < len(body) and body[at] in b"+-":
                at += 1
            at = digits(at)
        text = body[self.at : at].decode()
        self.at = at
        return Number(text)

    def hex4(self, at):
        if self.HEX4.match(self.body, at):
            return int(self.body[at : at + 4], 16)
        for i in range(4):
            if at + i >= len(self.body) or chr(self.body[at + i]) not in "0123456789abcdefABCDEF":
                raise NotJson(at + i)
        return int(self.body[at : at + 4], 16)

    def string(self):
        out = []
        self.at += 1
        while True:
            plain = self.PLAIN.match(self.body, self.at)
            out.append(plain[0].decode())
            self.at = plain.end()
            byte = self.peek()
            if byte == -1 or byte < 0x20:
                raise NotJson(self.at)
            if byte == ord('"'):
                self.at += 1
                return "".join(out)
            if byte == ord("\\"):
                out.append(self.escape())
            else:
                out.append(self.utf8())

    def escape(self):
        self.at += 1
        byte = self.peek()
        if byte in self.ESCAPES:
            self.at += 1
            return self.ESCAPES[byte]
        if byte != ord("u"):
            raise NotJson(self.at)
        unit = self.hex4(self.at + 1)
        if 0xDC00 <= unit < 0xE000:
            raise NotJson(self.at + 2)
        if 0xD800 <= unit < 0xDC00:
            self.at += 5
            for byte in b"\\u":
                self.expect(byte)
            low = self.hex4(self.at)
            if not 0xDC00 <= low < 0xE000:
                raise NotJson(self.at + (0 if self.body[self.at] not in b"dD" else 1))
            self.at += 4
            return chr(0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00))
        self.at += 5
        return chr(unit)

    def utf8(self):
        run = self.BEYOND_ASCII.match(self.body, self.at)
        try:
            text = run[0].decode()
            self.at = run.end()
            return text
        except UnicodeDecodeError:  # where?
            pass
        lead = self.body[self.at]
        length = 2 if 0xC2 <= lead < 0xE0 else 3 if 0xE0 <= lead < 0xF0 else 4 if 0xF0 <= lead < 0xF5 else 0
        if not length:
            raise NotJson(self.at)
        low = {0xE0: 0xA0, 0xF0: 0x90}.get(lead, 0x80)
        high = {0xED: 0x9F, 0xF4: 0x8F}.get(lead, 0xBF)
        for i in range(1, length):
            if self.at + i >= len(self.body) or not low <= self.body[self.at + i] <= high:
                raise NotJson(self.at + i)
            low, high = 0x80, 0xBF
        text = self.body[self.at : self.at + length].decode()
        self.at += length
        return text

    def object(self, level):
        members = Object()
        self.at += 1
        self.space()
        if self.peek() == ord("}"):
            self.at += 1
            return members
        while True:
            self.space()
            if self.peek() != ord('"'):
                raise NotJson(self.at)
            name = self.string()
            self.space()
            self.expect(ord(":"))
            members.append((name, self.member(name, level + 1)))
            self.space()
            if self.peek() == ord("}"):
                self.at += 1
                return members
            self.expect(ord(","))

    def member(self, _name, level):
        return self.value(level)

    def array(self, level, element=None):
        """`element` reads one, at a level; by default it is any value."""
        element = element or self.value
        elements = []
        self.at += 1
        self.space()
        if self.peek() == ord("]"):
            self.at += 1
            return elements
        while True:
            elements.append(element(level + 1))
            self.space()
            if self.peek() == ord("]"):
                self.at += 1
                return elements
            self.expect(ord(","))


# --- canonical form (RFC 8785, with the contract's extension for integers) ---

SHORT = {'"': '\\"', "\\": "\\\\", "\b": "\\b", "\f": "\\f", "\n": "\\n", "\r": "\\r", "\t": "\\t"}


class OutOfRange(Exception):
    pass


def quoted(text):
    if text.isascii() and text.isprintable() and '"' not in text and "\\" not in text:
        return f'"{text}"'
    return '"' + "".join(SHORT.get(c) or (f"\\u{ord(c):04x}" if c < " " else c) for c in text) + '"'


def number_text(text):
    if re.fullmatch(r"-?[0-9]+", text) and -(2**63) <= int(text) < 2**64:
        return str(int(text))
    value = float(text)
    if value in (float("inf"), float("-inf")):
        raise OutOfRange
    if value == 0:
        return "0"
    sign, digits, exponent = re.fullmatch(r"(-?)([0-9.]+)(?:e([+-][0-9]+))?", repr(value)).groups()
    whole, _, fraction = digits.partition(".")
    fraction = "" if fraction == "0" else fraction
    point = len(whole) + int(exponent or 0)
    digits = whole + fraction
    stripped = digits.lstrip("0")
    point -= len(digits) - len(stripped)
    digits = stripped.rstrip("0")
    k = len(digits)
    if k <= point <= 21:
        body = digits + "0" * (point - k)
    elif 0 < point <= 21:
        body = digits[:point] + "." + digits[point:]
    elif -6 < point <= 0:
        body = "0." + "0" * -point + digits
    else:
        body = digits[0] + ("." + digits[1:] if k > 1 else "") + "e" + ("+" if point > 0 else "-") + str(abs(point - 1))
    return sign + body


def canonical(value):
    value = value.value
    if isinstance(value, Object):
        last = dict(value)
        names = sorted(last, key=lambda n: n.encode("utf-16-be"))
        return "{" + ",".join(quoted(n) + ":" + canonical(last[n]) for n in names) + "}"
    if isinstance(value, list):
        return "[" + ",".join(canonical(v) for v in value) + "]"
    if isinstance(value, Number):
        return number_text(value)
    if isinstance(value, str):
        return quoted(value)
    return {True: "true", False: "false", None: "null"}[value]


# --- timestamps ---

RFC3339 = re.compile(
    r"([0-9]{4})-([0-9]{2})-([0-9]{2})[Tt]([0-9]{2}):([0-9]{2}):([0-9]{2})(?:\.([0-9]+))?(?:[Zz]|([+-])([0-9]{2}):([0-9]{2}))", re.ASCII)


def days(year, month, day):
    """Days since 1970-01-01, proleptic Gregorian; year 0 is a leap year."""
    leaps = lambda y: y // 4 - y // 100 + y // 400
    ordinal = 365 * year + leaps(year - 1) + 1 if year > 0 else 0
    for m in range(1, month):
        ordinal += [31, 29 if calendar.isleap(year) else 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][m - 1]
    return ordinal + day - 1 - 719528


def rfc3339(text):
    return moment(RFC3339.fullmatch(text))


def moment(match):
    """Milliseconds since 1970 of year, month, day, hour, minute, second, fraction, sign, and the offset's hours and minutes."""
    if not match:
        return None
    year, month, day, hour, minute, second = (int(g or 0) for g in match.groups()[:6])
    if not 1 <= month <= 12:
        return None
    length = [31, 29 if calendar.isleap(year) else 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1]
    if not 1 <= day <= length or hour > 23 or minute > 59 or second > 60:
        return None
    offset = 0
    if match.group(8):
        hours, minutes = int(match.group(9)), int(match.group(10) or 0)
        if hours > 23 or minutes > 59:
            return None
        offset = (hours * 60 + minutes) * (1 if match.group(8) == "+" else -1)
    seconds = days(year, month, day) * 86400 + hour * 3600 + minute * 60 + second - offset * 60
    if second == 60 and seconds % 86400 != 0:
        return None
    return seconds * 1000 + int(((match.group(7) or "") + "000")[:3])


# --- the transform ---

INTEGER = re.compile(r"-?[0-9]+")
FACTORS = {"ms": (1, 1), "s": (1000, 1), "us": (1, 1000), "ns": (1, 1000000)}


class Oracle:
    def __init__(self, hash="sha256", canonical="jcs", unit="ms", events_max=10000, types=None, lenient=False):
        self.hash, self.form, self.unit, self.events_max, self.types, self.lenient = hash, canonical, unit, events_max, types, lenient

    def integer(self, value, low, high):
        if not isinstance(value, Number) or not INTEGER.fullmatch(value) or value == "-0":
            return "wrong_type", None
        number = int(value)
        return (None, number) if low <= number <= high else ("out_of_range", None)

    def timestamp(self, value):
        if isinstance(value, str) and not isinstance(value, Number):
            ms = rfc3339(value)
            return ("bad_timestamp", None) if ms is None else (None, ms)
        code, number = self.integer(value, -(2**63), 2**63 - 1)
        if code:
            return code, None
        unit = self.unit
        if unit == "auto":
            size = abs(number)
            unit = "s" if size < 10**11 else "ms" if size < 10**14 else "us" if size < 10**17 else "ns"
        times, by = FACTORS[unit]
        number = number * times // by
        return (None, number) if -(2**63) <= number < 2**63 else ("out_of_range", None)

    def digest(self, payload):
        text = payload.raw.decode() if self.form == "raw" else canonical(payload)
        if self.hash == "prefix8":
            return quoted(text[:8])
        return self.digest_of(text)

    def digest_of(self, text):
        return '"' + hashlib.sha256(text.encode()).hexdigest() + '"'

    def event(self, element):
        """(code, member) of the first fault in document order, or (None, JSON text)."""
        if not isinstance(element.value, Object):
            return "wrong_type", ""
        seen = {}
        self.payload = None
        for name, value in element.value:
            if name not in ("event_type", "timestamp", "payload"):
                continue
            if name in seen:
                return "duplicate_member", "/" + name
            if name == "event_type":
                kind = value.value
                if not isinstance(kind, str) or isinstance(kind, Number):
                    return "wrong_type", "/event_type"
                if not kind:
                    return "empty_event_type", "/event_type"
                if len(kind.encode()) > 256:
                    return "event_type_too_long", "/event_type"
                if self.types is not None and kind not in self.types:
                    return "unknown_event_type", "/event_type"
                seen[name] = quoted(kind)
            elif name == "timestamp":
                code, ms = self.timestamp(value.value)
                if code:
                    return code, "/timestamp"
                seen[name] = str(ms)
            else:
                try:
                    seen[name], self.payload = self.digest(value), value
                except OutOfRange:
                    return "number_out_of_range", "/payload"
        for name in ("event_type", "timestamp", "payload"):
            if name not in seen:
                return "missing_member", "/" + name
        self.seen = seen
        return None, '{"event_type":%s,"normalized_timestamp":%s,"hash":%s}' % (seen["event_type"], seen["timestamp"], seen["payload"])

    def transform(self, body):
        """("ok", text, errors) | ("not-json", offset) | (slug, [(pointer, code)]). The duration is written as 0.

        `kept` has of each event of the text what else can be told of it: (index, Slice, its members in the text, payload)."""
        self.kept, self.trace = [], None
        try:
            document = Parser(body).parse()
        except NotJson as e:
            return "not-json", e.offset
        except TooDeep:
            return "invalid-request", [("", "too_deep")]
        if not isinstance(document.value, Object):
            return "invalid-request", [("", "wrong_type")]
        own, bad, good, seen = [], [], [], {}
        self.missing = []
        for name, value in document.value:
            if name not in ("user_id", "events", "metadata"):
                continue
            if name in seen:
                own += [("/" + name, "duplicate_member")] * (("/" + name, "duplicate_member") not in own)  # once per name
                continue
            seen[name] = None
            if name == "user_id":
                code, seen[name] = self.integer(value.value, 0, 2**64 - 1)
                if code:
                    own.append(("/user_id", code))
            elif name == "events":
                if not isinstance(value.value, list) or isinstance(value.value, Object):
                    own.append(("/events", "wrong_type"))
                    continue
                if len(value.value) > self.events_max:
                    own.append(("/events", "too_many_events"))
                for i, element in enumerate(value.value[: self.events_max]):
                    code, text = self.event(element)
                    if code:
                        bad.append((f"/events/{i}{text}", code))
                    else:
                        good.append(text)
                        self.kept.append((i, element, self.seen, self.payload))
            else:
                seen[name] = self.metadata(value.value, own)
        own += [("/" + name, "missing_member") for name in ("user_id", "events") if name not in seen] + self.missing
        if own:
            return "invalid-request", own + bad
        if bad and not self.lenient:
            return "invalid-events", bad
        trace = seen.get("metadata")
        self.user_id, self.trace_id = str(seen["user_id"]), "null" if trace is None else quoted(trace)
        return "ok", '{"user_id":%d,"processed_events":[%s],"total_duration_ms":0,"trace_id":%s' % (
            seen["user_id"], ",".join(good), self.trace_id), bad

    def metadata(self, value, own):
        if value is None:
            return None
        if not isinstance(value, Object):
            own.append(("/metadata", "wrong_type"))
            return None
        found = {}
        for name, member in value:
            if name not in ("source", "trace_id"):
                continue
            if name in found:
                own += [("/metadata/" + name, "duplicate_member")] * (("/metadata/" + name, "duplicate_member") not in own)
                continue
            found[name] = member.value
            if name == "trace_id":
                self.trace = member
            if not isinstance(member.value, str) or isinstance(member.value, Number):
                own.append(("/metadata/" + name, "wrong_type"))
        self.missing = [("/metadata/" + name, "missing_member") for name in ("source", "trace_id") if name not in found]
        return found.get("trace_id")

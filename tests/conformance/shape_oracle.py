"""The contract, sections 8 and 9, once more: shapes, framings, answers and keys, in slow, plain Python that shares nothing with the C++.

An endpoint is a dictionary as TOML would say it; a request is its content, the kind of its framing, and what its head says."""
import base64
import hashlib
import re
import urllib.parse

from oracle import RFC3339, NotJson, Number, Object, OutOfRange, Parser, Slice, TooDeep, canonical, days, moment, quoted


SHAPES = {
    "segment": {
        "events": ["/batch", ""], "type": ["/event", "/type"], "time": ["/timestamp", "/originalTimestamp", "^/sentAt", "received"],
        "user": ["/userId", "/anonymousId", "null"], "id": ["/messageId", "null"], "payload": ["/properties", "/traits", "/context/traits", "null"]},
    "posthog": {
        "events": ["/batch", ""], "type": ["/event"], "time": ["/timestamp", "/properties/$time@s", "^/sent_at", "^/created_at", "received"],
        "user": ["/distinct_id", "/properties/distinct_id", "null"], "id": ["/uuid", "null"], "payload": ["/properties", "null"]},
    "cloudevents": {
        "events": [""], "type": ["/type", "header:ce-type"], "time": ["/time", "received"], "user": ["/subject", "null"], "id": ["/id"],
        "payload": ["/data", "/data_base64", "null"]},
    "mixpanel": {
        "events": [""], "type": ["/event"], "time": ["/properties/time@auto", "received"], "user": ["/properties/distinct_id", "null"],
        "id": ["/properties/$insert_id", "null"], "payload": ["/properties", "null"]},
    "amplitude": {
        "events": ["/events"], "type": ["/event_type"], "time": ["/time@ms", "received"], "user": ["/user_id", "/device_id", "null"],
        "id": ["/insert_id", "null"], "payload": ["/event_properties", "/user_properties", "/group_properties", "null"]},
}
SDK = set(SHAPES)
LEFT_OUT = {"events": [""], "time": ["received"], "user": ["null"], "id": ["null"], "payload": [""], "trace": ["traceparent", "null"]}
RESULTS = "event_type,normalized_timestamp,hash"
EVENTS = "event_type,normalized_timestamp,user_id,id,hash,key,event"


class Fault(Exception):
    """The fault of one event: where it is, its code, and the place in the document that it is sorted by."""

    def __init__(self, pointer, code, order=(9, 0), **more):
        super().__init__(code)
        self.pointer, self.code, self.order, self.more = pointer, code, order, more


class RequestFault(Exception):
    def __init__(self, pointer, code):
        super().__init__(code)
        self.pointer, self.code = pointer, code


def escape(name):
    return name.replace("~", "~0").replace("/", "~1")


def names_of(pointer):
    return [part.replace("~1", "/").replace("~0", "~") for part in pointer.split("/")[1:]]


# --- poison: the elements of an array whose ends are certain ---


class LenientParser(Parser):
    """Reads as Parser does, but at the places named (tuples of names) an array's elements may be no JSON; such an element's value is the exception."""

    def __init__(self, body, places):
        super().__init__(body)
        self.places, self.path = places, ()

    def member(self, name, level):
        path, self.path = self.path, self.path + (name,)
        self.space()
        one = self.path in self.places and self.peek() != ord("[")  # one event
        try:
            return self.element(level) if one else self.value(level)
        finally:
            self.path = path

    def array(self, level, element=None):
        path, self.path = self.path, (None,)  # nothing below an array is a place
        try:
            return super().array(level, self.element if path in self.places else element)
        finally:
            self.path = path

    def element(self, level):
        self.space()
        start = self.at
        try:
            value = self.value(level)
            bare = isinstance(value.value, Number) or value.value in (True, False, None)
            if bare and self.peek() not in (-1, *b" \t\r\n,]}"):  # 01, nullx
                raise NotJson(self.at)
            return value
        except (NotJson, TooDeep) as poison:
            end = self.certain_end(start)
            if end is None:
                raise NotJson(getattr(poison, "offset", start)) from None
            self.at, self.path = end, (None,)
            return Slice(poison, self.body[start:end], start)

    def certain_end(self, at):
        open_ = []
        start = at
        while at < len(self.body):
            c = self.body[at : at + 1]
            if c == b'"':
                at += 1
                while at < len(self.body) and self.body[at] != ord('"'):
                    at += 2 if self.body[at] == ord("\\") else 1
                if at >= len(self.body):
                    return None
                at += 1
                if not open_:
                    return at
                continue
            if c in (b"{", b"["):
                open_.append(b"}" if c == b"{" else b"]")
            elif c in (b"}", b"]"):
                if not open_:
                    return at if at > start else None
                if open_.pop() != c:
                    return None
                if not open_:
                    return at + 1
            elif not open_ and (c == b"," or c in b" \t\r\n"):
                return at if at > start else None
            at += 1
        return None


def is_utf8(body):
    try:
        body.decode("utf-8")
        return True
    except UnicodeDecodeError:
        return False


# --- times ---

LAX = re.compile(
    r"([0-9]{4})-([0-9]{2})-([0-9]{2})[Tt ]([0-9]{2}):([0-9]{2})(?::([0-9]{2})(?:\.([0-9]+))?)?(?:[Zz]|([+-])([0-9]{2})(?::?([0-9]{2}))?)?", re.ASCII)
INTEGER = re.compile(r"-?(0|[1-9][0-9]*)")
DECIMAL = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?")
PER_MS = {"ns": 10**6, "us": 10**3}


def date_time(text, lax):
    return moment((LAX if lax else RFC3339).fullmatch(text))


def number_time(text, unit, lax):
    """("code", None) or (None, ms) of a number as it is written."""
    if text == "-0":
        return "wrong_type", None
    if INTEGER.fullmatch(text):
        number, digits = int(text), 0
    elif lax and unit in ("s", "auto") and DECIMAL.fullmatch(text):
        whole, _, fraction = text.partition(".")
        number, digits = int(whole + fraction), len(fraction)
    else:
        return "wrong_type", None
    one = 10**digits
    if digits == 0 and not -(2**63) <= number < 2**63:
        return "out_of_range", None
    if unit == "auto":
        size = abs(number)
        unit = "s" if size < 10**11 * one else "ms" if size < 10**14 * one else "us" if size < 10**17 * one else "ns"
    ms = number * 1000 // one if unit == "s" else number // (one * PER_MS.get(unit, 1))
    return (None, ms) if -(2**63) <= ms < 2**63 else ("out_of_range", None)


def time_of(value, unit, lax):
    if isinstance(value, Number):
        return number_time(value, unit, lax)
    if not isinstance(value, str):
        return "wrong_type", None
    if lax and re.fullmatch(r"-?[0-9]+(\.[0-9]+)?", value) and DECIMAL.fullmatch(value):
        return number_time(value, unit, lax)
    ms = date_time(value, lax)
    return ("bad_timestamp", None) if ms is None else (None, ms)


# --- the endpoint ---


class Request:
    """What the head says. `framing`: json, ndjson, binary. `received`: ms. `attributes`: of binary mode, (name, value) as they came, decoded."""

    def __init__(self, body, framing="json", lenient=None, headers=None, query=None, path="/", trace=None, request_id="r", received=0, attributes=()):
        self.attributes = attributes
        self.body, self.framing, self.lenient, self.path = body, framing, lenient, path
        self.headers, self.query, self.trace, self.request_id, self.received = headers or {}, query or {}, trace, request_id, received


class Endpoint:
    def __init__(self, shape, base=None, timestamps=None, unit="ms", hash="sha256", canonical="jcs", invalid_events=None, answer=None,
                 answer_members=None, types=None, events_max=10_000):
        table = dict(LEFT_OUT)
        if isinstance(shape, str):
            base, shape = shape, {}
        if base:
            table.update(SHAPES[base])
        table.update(shape)
        self.table, self.base = table, base
        sdk = base in SDK
        self.lax = (timestamps or ("lax" if sdk else "strict")) == "lax"
        self.lenient = (invalid_events or ("skip" if sdk else "refuse")) == "skip"
        self.answer = answer or ("none" if sdk else "results")
        members = answer_members or (RESULTS if self.answer == "results" else EVENTS)
        # (name in the answer, value)
        self.members = [tuple(m.split("=")) if "=" in m else (m, m) for m in members.split(",")]
        self.unit, self.hash, self.form, self.types, self.events_max = unit, hash, canonical, types, events_max
        pointers = {s.rpartition("@")[0] if key == "time" and "@" in s else s for key in ("type", "time", "user", "id", "payload") for s in table[key]}
        if base == "cloudevents":
            pointers |= {"/specversion", "/source"}
        self.pointers = sorted(p for p in pointers if p.startswith("/"))

    # Sources.

    def look(self, root, pointer, prefix):
        """The value at the pointer below `root`, or None; a name that stands twice on the way is a fault at its second place."""
        value, at = root, prefix
        for name in names_of(pointer):
            if not isinstance(value.value, Object):
                return None
            found = [v for n, v in value.value if n == name]
            at += "/" + escape(name)
            if not found:
                return None
            value = found[0]  # that it stands twice is a fault of its own: doubled()
        return value

    def doubled(self, root, sources, prefix):
        """The first fault, in document order, of names on the sources' pointers that stand twice."""
        faults = []
        for source in sources:
            value, at = root, prefix
            for name in names_of(source):
                if not isinstance(value.value, Object):
                    break
                found = [v for n, v in value.value if n == name]
                at += "/" + escape(name)
                if len(found) > 1:
                    faults.append(Fault(at, "duplicate_member", (1, found[1].at)))
                if not found:
                    break
                value = found[0]
        return faults

    def candidates(self, key, event, request):
        """Of each source of the list: (source, unit, value as Slice or None, pointer into the event or None)."""
        for text in self.table[key]:
            source, unit = text, None
            if key == "time" and "@" in text:
                source, _, unit = text.rpartition("@")
            if source == "null":
                yield source, unit, Slice(None, b"null"), None
            elif source == "received":
                yield source, unit, Slice(Number(request.received), str(request.received).encode()), None
            elif source == "traceparent":
                yield source, unit, None if request.trace is None else Slice(request.trace, quoted(request.trace).encode()), None
            elif source.startswith("="):
                yield source, unit, Slice(source[1:], quoted(source[1:]).encode()), None
            elif source.startswith("header:"):
                value = request.headers.get(source[7:].lower()) if request.framing != "binary" or not source.startswith("header:ce-") else None
                yield source, unit, None if value is None else Slice(value, quoted(value).encode()), None
            elif source.startswith("query:"):
                value = request.query.get(source[6:])
                yield source, unit, None if value is None else Slice(value, quoted(value).encode()), None
            elif source.startswith("segment:"):
                parts = request.path.split("/")[1:]
                n = int(source[8:])
                value = parts[n - 1] if 0 < n <= len(parts) else parts[n] if n < 0 and -n <= len(parts) else None
                yield source, unit, None if value is None else Slice(value, quoted(value).encode()), None
            elif source.startswith("^"):
                yield source, unit, self.outside(source[1:]), None
            else:
                yield source, unit, self.look(event, source, ""), source

    def outside(self, pointer):
        if self.envelope is None:
            return None
        return self.look(self.envelope, pointer, "")

    def first(self, key, event, request, also_not_empty):
        """(source, unit, value, pointer) of the source that counts; else the fault's pointer and code are raised."""
        empty = null = None
        for source, unit, value, pointer in self.candidates(key, event, request):
            if value is None:
                continue
            if value.value is None and source != "null":
                null = null or (source, unit, value, pointer)
                continue
            if also_not_empty and value.value == "" and not isinstance(value.value, Number) and not source.startswith("="):
                empty = empty or (source, unit, value, pointer)
                continue
            return source, unit, value, pointer
        if key == "payload" and null:
            return null
        if key == "type" and empty:
            raise Fault(self.at_event + (empty[3] or ""), "empty_event_type", (1, empty[2].at) if empty[3] is not None else (2, 0))
        first = self.table[key][0]
        in_event = first == "" or first.startswith("/")
        pointer = first.rpartition("@")[0] if key == "time" and "@" in first else first
        raise Fault(self.at_event + (pointer if in_event else ""), "missing_member", (3, ["type", "time", "user", "id", "payload"].index(key)))

    def place(self, pointer):
        return self.at_event + (pointer or "")

    def fault_at(self, code, value, pointer):
        return Fault(self.place(pointer), code, (1, value.at) if pointer is not None else (2, 0))

    # The parts of an event.

    def type_of(self, event, request):
        _, _, value, pointer = self.first("type", event, request, True)
        text = value.value
        if not isinstance(text, str) or isinstance(text, Number):
            raise self.fault_at("wrong_type", value, pointer)
        if len(text.encode()) > 256:
            raise self.fault_at("event_type_too_long", value, pointer)
        if self.types is not None and text not in self.types:
            raise self.fault_at("unknown_event_type", value, pointer)
        return text

    def time(self, event, request):
        source, unit, value, pointer = self.first("time", event, request, False)
        if source == "received":
            return request.received, True
        code, ms = time_of(value.value, unit or self.unit, self.lax)
        if code:
            raise self.fault_at(code, value, pointer)
        return ms, source.startswith("^")

    def name(self, key, event, request):
        """The JSON text of a user or an id as sent, and its value; (None, None) where there is none."""
        _, _, value, pointer = self.first(key, event, request, True)
        text = value.value
        if text is None:
            return None, None
        if isinstance(text, Number):
            if not INTEGER.fullmatch(text) or text == "-0" or key == "id" and self.base == "cloudevents":
                raise self.fault_at("wrong_type", value, pointer)
            if not -(2**63) <= int(text) < 2**64:
                raise self.fault_at("out_of_range", value, pointer)
        elif not isinstance(text, str):
            raise self.fault_at("wrong_type", value, pointer)
        elif len(text.encode()) > 256:
            raise self.fault_at("out_of_range", value, pointer)
        return value.raw.decode(), value

    def payload_of(self, event, request):
        _, _, value, pointer = self.first("payload", event, request, False)
        if self.form == "jcs":
            try:
                canonical(value)
            except OutOfRange:
                raise self.fault_at("number_out_of_range", value, pointer) from None
        return value

    def digest(self, text):
        if self.hash == "prefix8":
            return text[:8]
        return hashlib.sha256(text.encode()).hexdigest()

    def written(self, value):
        return value.raw.decode() if self.form == "raw" else canonical(value)

    def read(self, event, index, pointer, request):
        self.at_event = pointer
        if isinstance(event.value, NotJson):
            raise Fault(pointer, "not_json", offset=event.value.offset)
        if isinstance(event.value, TooDeep):
            raise Fault(pointer, "too_deep")
        if not isinstance(event.value, Object):
            raise Fault(pointer, "wrong_type")
        faults = self.doubled(event, self.pointers, pointer)
        out = {}
        for key, read in (("type", self.type_of), ("time", self.time), ("user", lambda *a: self.name("user", *a)), ("id", lambda *a: self.name("id", *a)), ("payload", self.payload_of)):
            try:
                out[key] = read(event, request)
            except Fault as fault:
                faults.append(fault)
        if self.base == "cloudevents":
            faults += self.attributes(event)
        if faults:
            raise min(faults, key=lambda f: f.order)
        (ms, moving), (user, user_value), (ident, _), payload = out["time"], out["user"], out["id"], out["payload"]
        text = self.written(payload)
        key = "[%s,%s,%s,%s]" % ("null" if user is None else canonical(user_value), quoted(out["type"]), "null" if moving else ms, text)
        digest = self.digest(text)
        return {
            "event_type": quoted(out["type"]), "normalized_timestamp": str(ms), "time": "null" if iso(ms) is None else '"' + iso(ms) + '"', "received_at": str(request.received),
            "user_id": user or "null", "id": ident or "null", "hash": quoted(digest) if self.hash == "prefix8" else '"' + digest + '"',
            "key": None if self.hash == "prefix8" else '"' + self.digest(key) + '"', "payload": payload.raw.decode(), "event": event.raw.decode(),
            "attributes": "{}", "index": str(index), "trace_id": self.trace(request), "request_id": quoted(request.request_id), "path": quoted(request.path)}

    def attributes(self, event):
        """The faults of what CloudEvents want beside the parts; where several are missing, only a type comes before them."""
        for name in ("specversion", "source"):
            value = self.look(event, "/" + name, "")
            if value is None or value.value is None or name == "source" and value.value == "" and not isinstance(value.value, Number):
                yield Fault(self.place("/" + name), "missing_member", (3, 0.5))
            elif not isinstance(value.value, str) or isinstance(value.value, Number) or name == "specversion" and value.value != "1.0":
                yield Fault(self.place("/" + name), "wrong_type", (1, value.at))

    def structured(self, request):
        """Of binary mode, the event that planish writes. The content's faults count in it."""
        if request.body:
            Parser(request.body).parse()
        members = [f"{quoted(name)}:{quoted(value)}".encode() for name, value in request.attributes]
        return Parser(b"{" + b",".join(members + ([b'"data":' + request.body] if request.body else [])) + b"}").parse()

    def trace(self, request):
        for source, _, value, _ in self.candidates("trace", Slice(Object(), b"{}"), request):
            if value is not None and value.value is not None:
                return value.raw.decode()
        return "null"

    # The body.

    def elements(self, request, lenient):
        """[(event, pointer)] and the envelope; NotJson, TooDeep and RequestFault are the request's."""
        if request.framing == "ndjson":
            lines = list(self.lines(request.body))
            poison = [line.value for line, _ in lines if isinstance(line.value, (NotJson, TooDeep))]
            if poison and not lenient:  # syntax comes first
                raise next((p for p in poison if isinstance(p, NotJson)), poison[0])
            return lines, None
        if request.framing == "binary":
            return [(self.structured(request), "")], None
        places = {tuple(names_of(p)) for p in self.table["events"]}
        try:
            if not lenient or not is_utf8(request.body):
                raise NotJson(0)
            document = LenientParser(request.body, places).parse()
        except (NotJson, TooDeep):  # as ever: the first byte that is wrong
            document = Parser(request.body).parse()
        for pointer in self.table["events"]:
            value = self.look(document, pointer, "")
            if value is None or value.value is None and pointer != "":
                continue
            if isinstance(value.value, list) and not isinstance(value.value, Object):
                if len(value.value) > self.events_max:
                    raise RequestFault(pointer, "too_many_events")
                return [(e, f"{pointer}/{i}") for i, e in enumerate(value.value)], None if pointer == "" else document
            return [(value, pointer)], None if pointer == "" else document
        raise RequestFault(self.table["events"][0], "missing_member")

    def lines(self, body):
        at = index = 0
        for line in body.split(b"\n"):
            text = line[:-1] if line.endswith(b"\r") else line
            if text.strip(b" \t\r"):
                try:
                    value = Parser(text).parse()  # its places count from the line's beginning: they only order faults of one event
                except (NotJson, TooDeep) as poison:
                    if hasattr(poison, "offset"):
                        poison.offset += at
                    value = Slice(poison, text, at)
                yield value, f"/{index}"
                index += 1
            at += len(line) + 1

    def transform(self, request):
        """("ok", [lines or objects as texts], faults, counts, head) | ("not-json", offset) | (slug, [(pointer, code)])."""
        lenient = self.lenient if request.lenient is None else request.lenient
        try:
            elements, self.envelope = self.elements(request, lenient)
        except NotJson as e:
            return "not-json", e.offset
        except TooDeep:
            return "invalid-request", [("", "too_deep")]
        except RequestFault as e:
            return "invalid-request", [(e.pointer, e.code)]
        good, bad = [], []
        for index, (event, pointer) in enumerate(elements):
            try:
                parts = self.read(event, index, pointer, request)
                good.append("{" + ",".join(quoted(name) + ":" + parts[value] for name, value in self.members) + "}")
            except Fault as fault:
                if request.framing == "binary":
                    fault.pointer = ""  # nothing of the attributes is in the body
                bad.append(fault)
        if bad and not lenient:
            return "invalid-events", [(f.pointer, f.code) for f in bad]
        return "ok", good, bad, request



def iso(ms):
    """RFC 3339 in UTC with three digits of fraction, years 0000 to 9999."""
    seconds, rest = divmod(ms, 1000)
    day, second = divmod(seconds, 86400)
    if not days(0, 1, 1) <= day < days(10000, 1, 1):
        return None
    year = max(0, 1970 + day // 365)
    while days(year, 1, 1) > day:
        year -= 1
    while days(year + 1, 1, 1) <= day:
        year += 1
    month = 1
    while month < 12 and days(year, month + 1, 1) <= day:
        month += 1
    return f"{year:04}-{month:02}-{day - days(year, month, 1) + 1:02}T{second // 3600:02}:{second // 60 % 60:02}:{second % 60:02}.{rest:03}Z"


def form_content(body):
    """The JSON in a form's `data=`: percent-encoded, or base64 (raw `+` too)."""
    for part in body.split(b"&"):
        if part.startswith(b"data="):
            raw = part[5:]
            text = urllib.parse.unquote_to_bytes(raw)
            plain = urllib.parse.unquote_to_bytes(raw.replace(b"+", b" "))
            if plain.lstrip(b" \t\r\n")[:1] in (b"{", b"["):
                return plain
            return base64.b64decode(text + b"=" * (-len(text) % 4))
    return None

"""Bodies for differential tests: valid requests with every freedom that the contract leaves, and mutations of them."""
import json
import random

WORDS = ["click", "view", "a", "", "é", "\u20ac", "\U0001f600", "\ufb33", "x" * 256, "x" * 257, "é" * 128, "é" * 129, 'q"uote', "b\\s", "tab\t", "\x1f", "\x7f", "/"]
NUMBERS = ["0", "-0", "1", "-1", "1.0", "1e3", "1E-7", "1e21", "1e20", "0.1", "123456789012345678901234567890", "9007199254740993", "18446744073709551615",
           "18446744073709551616", "-9223372036854775808", "-9223372036854775809", "9223372036854775807", "9223372036854775808", "5e-324", "2e-324", "1e400", "-1e400",
           "1.7976931348623157e308", "0e999", "4.35", "333333333.33333329", "1e-6", "123.456e-3", "10000000000000000000000.0", "1" + "0" * 40, "0." + "0" * 30 + "1"]
TIMES = ["2023-11-04T18:44:16.789Z", "2024-02-29T00:00:00+00:00", "2023-02-29T00:00:00Z", "2016-12-31T23:59:60Z", "2016-12-31T23:58:60Z", "2017-01-01T05:29:60+05:30",
         "0000-01-01T00:00:00Z", "9999-12-31T23:59:59.9999999Z", "1969-12-31T23:59:59.99951Z", "2023-11-04 18:44:16Z", "2023-11-04T18:44:16", "2023-13-01T00:00:00Z",
         "2023-11-04t18:44:16z", "2023-11-04T24:00:00Z", "2023-11-04T18:44:16.Z", "2023-W44-6T00:00:00Z", "2023-11-04T18:44:16-00:00", "2023-11-04T18:44:16+24:00",
         "2023-11-04T18:44:16.123456789-23:59", "", "now", "2023-11-31T00:00:00Z", "2023-04-30T00:00:00Z", "+023-04-30T00:00:00Z"]


class Bodies:
    def __init__(self, seed):
        self.random = random.Random(seed)

    def chance(self, p):
        return self.random.random() < p

    def space(self):
        return self.random.choice(["", "", "", " ", "\t", "  ", " \r"]) if self.spaced else ""

    def string(self, text):
        out = json.dumps(text, ensure_ascii=self.chance(0.3))
        if self.escaped and text and self.chance(0.3):
            i = self.random.randrange(len(text))
            if text[i] < "\uffff":
                out = json.dumps(text[:i])[:-1] + f"\\u{ord(text[i]):04x}" + json.dumps(text[i + 1 :])[1:]
        return out

    def value(self, depth=0):
        kind = self.random.randrange(9 if depth < 5 else 6)
        if kind < 2:
            return self.random.choice(NUMBERS) if self.chance(0.7) else repr(self.random.uniform(-1e6, 1e6) * 10 ** self.random.randrange(-30, 30))
        if kind < 4:
            return self.string(self.random.choice(WORDS))
        if kind < 6:
            return self.random.choice(["true", "false", "null"])
        if kind == 6:
            return "[" + ",".join(self.space() + self.value(depth + 1) + self.space() for _ in range(self.random.randrange(4))) + "]"
        names = [self.random.choice(WORDS + ["b", "c", "id", "data", "1", "10", "2"]) for _ in range(self.random.randrange(6))]
        return self.object([(n, self.value(depth + 1)) for n in names])

    def object(self, members):
        s = self.space
        return "{" + s() + ",".join(s() + self.string(n) + s() + ":" + s() + v + s() for n, v in members) + "}"

    def shuffled(self, members, name, value):
        """The members, now and then with an unknown one, a doubled one or a missing one."""
        if self.chance(0.3):
            members.append((self.random.choice(["extra", "user_ids", "event", "", "payloads", "x" * 40]), self.value()))
        if self.faulty and self.chance(0.05):
            members.append((name, value()))
        if self.faulty and self.chance(0.05):
            members.pop(self.random.randrange(len(members)))
        if self.chance(0.5):
            self.random.shuffle(members)
        return self.object(members)

    def timestamp(self):
        if self.chance(0.4):
            return self.string(self.random.choice(TIMES if self.faulty else [t for t in TIMES[:1]] + TIMES[6:9:2]))
        if self.faulty and self.chance(0.2):
            return self.value(5)
        return str(self.random.randrange(-(10 ** self.random.randrange(1, 19)), 10 ** self.random.randrange(1, 19)))

    def event(self):
        if self.faulty and self.chance(0.05):
            return self.value()
        kind = self.random.choice(WORDS if self.faulty else ["click", "view", "é"])
        members = [("event_type", self.string(kind)), ("timestamp", self.timestamp()), ("payload", self.value())]
        if self.faulty and self.chance(0.05):
            members[0] = ("event_type", self.value())
        return self.shuffled(members, self.random.choice(["event_type", "timestamp", "payload"]), self.value)

    def body(self):
        """One line of JSON, valid in syntax."""
        self.spaced, self.escaped, self.faulty = self.chance(0.4), self.chance(0.4), self.chance(0.5)
        events = "[" + ",".join(self.space() + self.event() for _ in range(self.random.choice([0, 1, 2, 3, 8]))) + "]"
        members = [("user_id", str(self.random.randrange(2 ** self.random.randrange(1, 65)))), ("events", events)]
        if self.chance(0.6):
            inner = [("source", self.string("web")), ("trace_id", self.string(self.random.choice(WORDS)))]
            members.append(("metadata", "null" if self.chance(0.1) else self.shuffled(inner, "source", self.value)))
        if self.faulty and self.chance(0.1):
            members[self.random.randrange(len(members))] = (self.random.choice(["user_id", "events", "metadata"]), self.value())
        return self.shuffled(members, self.random.choice(["user_id", "events", "metadata"]), self.value).encode()

    def mutated(self, body):
        """The body with one to three bytes changed, dropped or doubled; never a line feed."""
        data = bytearray(body)
        for _ in range(self.random.randrange(1, 4)):
            at = self.random.randrange(len(data))
            what = self.random.randrange(4)
            if what == 0:
                data[at] = self.random.choice(b'{}[],:"\\0123456789eE+-. truefalsn/\x00\x1f\x7f\x80\xc0\xed\xff')
            elif what == 1 and len(data) > 1:
                del data[at]
            elif what == 2:
                data.insert(at, self.random.choice(b'{}[],:"\\0-.e \xed\xa0\x80'))
            else:
                del data[at + 1 :]
        return bytes(data).replace(b"\n", b" ")

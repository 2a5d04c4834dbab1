"""Bodies for shapes: for a shape's table, requests that use every freedom of section 8, and poison among their events."""
from bodies import Bodies, TIMES, WORDS
from shape_oracle import escape, names_of

LAX_TIMES = TIMES + ["2023-11-04 18:44:16", "2023-11-04T18:44", "2023-11-04T18:44:16+0200", "2023-11-04T18:44:16-02", "2023-11-04", "1699123456", "1699123456.789", "007",
                     "1699123456789.1", "-1.5", "-0.0001", "2023-11-04 18:44Z", "2023-11-04T18:44:16.5", "1e3", "1.", " 1", "-0", "-0.0", "-99999999999999.5", "2023-11-04T18:44:60Z"]
NUMBER_TIMES = ["1699123456", "1699123456.789", "1699123456789", "1699123456789.999", "-0.0001", "1795889117.6404984", "99999999999.9", "100000000000.1", "1e3", "-0", "0",
                "9223372036854775807", "9223372036854775808", "1.0", "-62135596800.5", "1699123456789123", "1699123456789123456", "-99999999999999.5", "-99999999999999999.5", "9223372036854775.807",
                "9223372036854775.808", "-9223372036854775.808", "-9223372036854775.8081", "-0.0"]
POISON = ["NaN", "01", "nul", "-", '{"a":NaN}', '{"a" 1}', '{"a":"\\x"}', '{"a":"\\ud83c"}', '{"a":"\x01"}', '{"a":01}', "{,}", '{"a":1,}', "[1 2]", "[" * 140 + "]" * 140,
          '{"a":-Infinity,"event":"x"}', '"\\u12"', '{"a":{"b":[tru]}}', "+1", "1.", '{"a":"\t"}', "'a'", '{a:1}', '{"\\ud800":1}']


class ShapeBodies(Bodies):
    def __init__(self, seed, table):
        super().__init__(seed)
        self.table = table

    def tree(self):
        """What stands where: {name: value text or tree} for the pointers into the event, and for those outside of it."""
        event, envelope = {}, {}
        for key in ("type", "time", "user", "id", "payload", "trace"):
            for source in self.table.get(key, []):
                unit = source.rpartition("@")[2] if key == "time" and "@" in source else None
                pointer = source.rpartition("@")[0] if unit else source
                if pointer.startswith("^"):
                    self.put(envelope, names_of(pointer[1:]), key)
                elif pointer.startswith("/"):
                    self.put(event, names_of(pointer), key)
        if "/data_base64" in self.table["payload"]:  # CloudEvents' attributes that are no part
            event |= {"specversion": "specversion", "source": "source"}
        return event, envelope

    def put(self, tree, names, key):
        for name in names[:-1]:
            inner = tree.setdefault(name, {})
            if not isinstance(inner, dict):
                inner = tree[name] = {"": inner}
            tree = inner
        if isinstance(tree.get(names[-1]), dict):
            tree[names[-1]][""] = key
        else:
            tree[names[-1]] = key

    def value(self, depth=0):
        # Beyond 64 bits a decimal may still be within them in another unit: not asked here.
        return super().value(depth).replace("10000000000000000000000.0", "1e21")

    def part(self, key):
        if self.chance(0.06):
            return "null"
        if self.faulty and self.chance(0.06):
            return self.string("t-2") if key == "trace" else self.value(4)  # a trace is a string
        if key == "type":
            return self.string(self.random.choice(WORDS if self.faulty else ["click", "Order Completed", "é", ""]))
        if key == "time":
            if self.chance(0.5):
                return self.random.choice(NUMBER_TIMES) if self.faulty else str(self.random.randrange(10**13))
            return self.string(self.random.choice(LAX_TIMES) if self.faulty else TIMES[0])
        if key in ("user", "id"):
            return self.random.choice(["1", "18446744073709551615", "-9223372036854775808", self.string("u-1"), self.string(""), self.string("é" * 128)] +
                                      (["18446744073709551616", "-9223372036854775809", "1.0", "-0", "true", self.string("x" * 257)] if self.faulty else []))
        if key == "trace":
            return self.string(self.random.choice(["t-1", "é", 'q"']))
        if key == "specversion":
            return self.string(self.random.choice(["1.0", "1.0", "1.0", "0.3", "1.00", ""]) if self.faulty else "1.0")
        if key == "source":
            return self.string(self.random.choice(["/shop", "urn:x", "é"]))
        return self.value()

    def members(self, tree, doubled=True):
        out = []
        for name, inner in tree.items():
            if self.chance(0.06 if inner in ("specversion", "source") else 0.25):
                continue
            if isinstance(inner, dict):
                below = {n: v for n, v in inner.items() if n}
                value = self.object(self.members(below)) if self.chance(0.93) else self.value(4)
            else:
                value = self.part(inner)
            out.append((name, value))
            if doubled and self.faulty and self.chance(0.03):
                out.append((name, self.value(4)))
        if self.chance(0.3):
            out.append((self.random.choice(["extra", "", "event_", "x" * 40]), self.value()))
        self.random.shuffle(out)
        return out

    def one_event(self, event):
        return self.value(3) if self.faulty and self.chance(0.05) else self.object(self.members(event))

    def request(self, framing, poison=0.0):
        """(content, how many elements are poison)."""
        self.spaced, self.escaped, self.faulty = self.chance(0.4), self.chance(0.3), self.chance(0.5)
        event, envelope = self.tree()
        elements = [self.one_event(event) for _ in range(self.random.choice([0, 1, 1, 2, 3, 8]))]
        for i in range(len(elements)):
            if self.chance(poison):
                elements[i] = self.random.choice(POISON)
        if framing == "ndjson":
            ends = ["\n", "\r\n", "\n\n", "\n \n"]
            return "".join(e + self.random.choice(ends) for e in elements).encode()[: None if self.chance(0.5) else -1]
        pointer = self.random.choice(self.table["events"])
        array = "[" + ",".join(self.space() + e + self.space() for e in elements) + "]"
        content = array if elements != 1 and self.chance(0.9) or not elements else elements[0]
        names = names_of(pointer)
        if not names:
            return content.encode()
        members = self.members(envelope, False) + [(names[-1], content)]
        self.random.shuffle(members)
        text = self.object(members)
        for name in reversed(names[:-1]):
            text = self.object([(name, text)])
        return text.encode()

    # CloudEvents in binary mode: the attributes in the fields, the content their data.

    ATTRIBUTES = {"specversion": ["1.0", "1.0", "1.0", "1.0", "0.3"], "id": ["A-1", "é", "1", "x" * 256, "x" * 257, ""], "source": ["/shop", "a b", ""],
                  "type": ["com.example.made", "click", 'q"uote', "ü%", ""], "time": [*LAX_TIMES, *NUMBER_TIMES], "subject": ["u-1", "é" * 129, "\U0001f600", "a\\b", ""],
                  "datacontenttype": ["application/json", "application/json; charset=utf-8", "application/vnd.x+json"], "traceparent2": ["00-1", "\n"], "data": ["d"]}

    def field(self, value):
        """An attribute's value as the HTTP binding encodes it, or as clients do that don't: raw UTF-8, in quotes."""
        kind = self.random.choice(["percent", "percent", "raw", "quotes"])
        plain = value.replace("%", "%25") if kind != "percent" else "".join(c if "!" <= c <= "~" and c not in '"%' else "".join(f"%{b:02X}" for b in c.encode()) for c in value)
        if kind == "quotes":
            plain = '"' + plain.replace("\\", "\\\\").replace('"', '\\"') + '"'
        elif kind == "raw" and (plain.startswith('"') or plain != plain.strip()):
            plain = plain.replace('"', "%22").replace(" ", "%20")
        return "".join(f"%{ord(c):02x}" if c < " " or c == "\x7f" else c for c in plain).encode().decode("latin-1")

    def binary(self):
        """(content, fields, attributes)."""
        self.spaced, self.escaped, self.faulty = self.chance(0.4), self.chance(0.3), self.chance(0.5)
        content = self.random.choice(["", "null", self.value(), self.value(), self.value(), self.object([("a", self.value())])])
        if self.faulty and self.chance(0.2):
            content = self.random.choice([text for text in POISON if len(text) < 100])
        attributes = []
        for name, values in self.ATTRIBUTES.items():
            needed = name in ("specversion", "id", "source", "type")
            if needed or self.chance(0.1 if name in ("data", "traceparent2") else 0.6):
                attributes.append((name, self.random.choice(values) if self.faulty else values[0]))
                if self.faulty and self.chance(0.03) and name != "datacontenttype":
                    attributes.append((name, self.random.choice(values)))
        self.random.shuffle(attributes)
        kind = dict(attributes).get("datacontenttype")
        if kind is None:  # the type of the content says that it is JSON, and is the attribute then
            attributes.append(("datacontenttype", "application/json"))
        fields = [("Content-Type" if name == "datacontenttype" else self.random.choice(["ce-", "Ce-", "CE-"]) + self.random.choice([name, name.upper()]),
                   value if name == "datacontenttype" else self.field(value)) for name, value in attributes]
        return content.encode(), fields, attributes

"""The bodies that are sent, and what a right answer to each looks like."""
import hashlib
import json
import re
import subprocess
from collections.abc import Callable
from typing import Any

FIRST_TIMESTAMP = 1699123456789
METADATA = {"source": "benchmark", "trace_id": "bench-1234"}


def compact(value):
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def batch(events, data=lambda i: f"test-payload-{i}"):
    """A request made as the article's is; 100 events are its 9 416 bytes."""
    return {
        "user_id": 12345,
        "events": [
            {
                "event_type": "view" if i % 2 else "click",
                "timestamp": FIRST_TIMESTAMP + i,
                "payload": {"id": i, "data": data(i)},
            }
            for i in range(events)
        ],
        "metadata": METADATA,
    }


def of_events(count):
    return batch(count)


def of_bytes(size, events=10):
    """`events` events, whose payloads are so long that the body has about `size` bytes."""
    rest = max(1, (size - len(compact(batch(events, lambda i: "")))) // events)
    return batch(events, lambda i: "x" * rest)


def segment_batch(events=50):
    """A batch of analytics as Segment's libraries send it: nested, with fractions, names in no order, and text beyond ASCII."""
    return {
        "user_id": 97980,
        "events": [{"event_type": "page" if i % 5 == 4 else "track", "timestamp": FIRST_TIMESTAMP + 137 * i, "payload": _segment(i)} for i in range(events)],
        "metadata": METADATA,
    }


def _segment(i):
    return {
        "type": "track",
        "messageId": f"ajs-next-{i:08x}-5f1c-4e8e-9c0d-{7919 * i:012x}",
        "anonymousId": f"507f191e-810c-4972-9de8-{i:012d}",
        "userId": "97980cfea0067",
        "event": ("Product Viewed", "Produkt gewählt", "Order Completed", "検索")[i % 4],
        "properties": {
            "sku": f"G-{32 + i}", "price": 18.99 + i / 4, "quantity": 1 + i % 3, "currency": "EUR", "discount": 2.5e-7, "revenue": 1e21,
            "url": "https://www.example.com/products/monopoly?ref=front&x=1", "name": "Monopoly: 3rd \"Édition\"",
            "categories": ["Games", "Board", f"shelf/{i % 7}"], "in_stock": i % 2 == 0, "coupon": None,
        },
        "context": {
            "ip": "8.8.8.8", "locale": "de-DE", "timezone": "Europe/Amsterdam",
            "library": {"name": "analytics.js", "version": "2.11.1"},
            "page": {"path": "/products/monopoly", "referrer": "", "search": "?ref=front", "title": "Monopoly – Spiele",
                     "url": "https://www.example.com/products/monopoly?ref=front"},
            "userAgent": "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36",
            "screen": {"width": 1440, "height": 900, "density": 2},
            "campaign": {"source": "newsletter", "medium": "email", "name": "Frühjahr", "content": f"teaser-{i % 3}"},
        },
        "integrations": {"All": True, "Mixpanel": False},
        "sentAt": f"2023-11-04T18:57:36.{i:03d}Z",
    }


CONTESTS = {"segment": segment_batch}


def _prefix8(payload):
    return compact(payload)[:8]


def _sorted_prefix8(payload):
    return json.dumps(payload, separators=(",", ":"), ensure_ascii=False, sort_keys=True)[:8]


def _xxh3_128(payload):
    done = subprocess.run(["xxhsum", "-H2"], input=canonical(payload).encode(), capture_output=True, check=True)
    return next(word for word in done.stdout.decode().split() if re.fullmatch("[0-9a-f]{32}", word))


def canonical(value):
    """RFC 8785 of what the bodies here have: names sorted by UTF-16, numbers as ECMAScript writes them."""
    if isinstance(value, dict):
        names = sorted(value, key=lambda name: name.encode("utf-16-be"))
        return "{" + ",".join(f"{compact(name)}:{canonical(value[name])}" for name in names) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(canonical, value)) + "]"
    return _number(value) if isinstance(value, float) else compact(value)


def _number(value):
    """Python writes the same shortest digits, but begins with exponents elsewhere: at 1e16 and 1e-5 in place of 1e21 and 1e-7."""
    if value == int(value) and abs(value) < 1e21:
        return str(int(value))
    text = repr(value)
    return re.sub(r"e([+-])0*(\d)", r"e\1\2", text) if "e" in text else text


def _sha256(payload):
    return hashlib.sha256(canonical(payload).encode()).hexdigest()


def _without_data(payload):
    """Of what a rule or a plugin has left that removes /payload/data."""
    return _xxh3_128({name: value for name, value in payload.items() if name != "data"})


# None: no event is left.
HASHES: dict[str, list[Callable[[Any], str] | None]] = {
    "prefix8": [_prefix8, _sorted_prefix8], "xxh3-128": [_xxh3_128], "xxh3-128-redacted": [_without_data], "sha256": [_sha256], "dropped": [None]}


def answers(request, hash_name="prefix8"):
    """The answers that are right, as text with duration 0: by prefix8 of the payload as sent, or with sorted names
    (serde_json's Value sorts them)."""
    return [
        compact(
            {
                "user_id": request["user_id"],
                "processed_events": [
                    {
                        "event_type": event["event_type"],
                        "normalized_timestamp": event["timestamp"],
                        "hash": hash_of(event["payload"]),
                    }
                    for event in request["events"] if hash_of
                ],
                "total_duration_ms": 0,
                "trace_id": request["metadata"]["trace_id"],
            }
        )
        for hash_of in HASHES[hash_name]
    ]


def without_duration(text):
    return re.sub(r'("total_duration_ms":)\d+', r"\g<1>0", text)


class Body:
    """A request and its right answers, as files for the generators."""

    def __init__(self, folder, name, request):
        self.name = name
        self.request = request
        self.text = compact(request)
        self.folder = folder
        self.path = folder / f"{name}.json"
        folder.mkdir(parents=True, exist_ok=True)
        self.path.write_text(self.text, encoding="utf-8")
        self._answers = {}

    @property
    def size(self):
        return len(self.text.encode())

    def answers(self, hash_name):
        if hash_name not in self._answers:
            self._answers[hash_name] = answers(self.request, hash_name)
        return self._answers[hash_name]

    def answer_file(self, text):
        """The file with the (allowed) answer that this contender gives."""
        path = self.folder / f"{self.name}.{abs(hash(text)):x}.answer"
        if not path.exists():
            path.write_text(text, encoding="utf-8")
        return path

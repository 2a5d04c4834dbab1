"""The bodies that are sent, and what a right answer to each looks like."""
import json
import re
import subprocess

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


def _prefix8(payload):
    return compact(payload)[:8]


def _sorted_prefix8(payload):
    return json.dumps(payload, separators=(",", ":"), ensure_ascii=False, sort_keys=True)[:8]


def _xxh3_128(payload):
    text = json.dumps(payload, separators=(",", ":"), ensure_ascii=False, sort_keys=True)
    done = subprocess.run(["xxhsum", "-H2"], input=text.encode(), capture_output=True, check=True)
    return re.search(rb"\b[0-9a-f]{32}\b", done.stdout).group().decode()


HASHES = {"prefix8": [_prefix8, _sorted_prefix8], "xxh3-128": [_xxh3_128]}


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
                    for event in request["events"]
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

"""schema_lines, the core's side of the oracles of contracts: schemas and documents in, what is said of them out."""
import json
import subprocess


class SchemaTool:
    ENDS = ("ok", "refused", "valid", "invalid", "not JSON")

    def __init__(self, program):
        self.process = subprocess.Popen([program], stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def close(self):
        self.process.stdin.close()
        self.process.stdout.close()
        self.process.wait()

    def say(self, head, text):
        text = text.encode()
        self.process.stdin.write(f"{head} {len(text)}\n".encode() + text + b"\n")

    def answer(self):
        self.process.stdin.flush()
        lines = []
        while not lines or lines[-1] not in self.ENDS:
            lines.append(self.process.stdout.readline().decode().rstrip("\n"))
        return lines

    def compile(self, schema):
        """Nothing, or what is wrong with the schema, a line each."""
        self.say("file t.json", json.dumps(schema))
        self.process.stdin.write(b"compile\n")
        said = self.answer()
        return [] if said[-1] == "ok" else said[:-1]

    def fit(self, documents):
        for document in documents:
            self.say("check t", json.dumps(document))
        return [self.answer()[-1] == "valid" for _ in documents]

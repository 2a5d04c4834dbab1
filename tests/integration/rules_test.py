"""Rules of a real process: every verb and selector over the wire, what `check` says and reads back, SIGHUP, metrics."""
import hashlib
import json
import pathlib
import re
import signal
import subprocess
import tempfile
import unittest

from planish_server import Server, binary

KEY = "0123456789abcdef0123456789abcdef"


class Rules(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        (self.folder / "rule.key").write_text(KEY + "\n")

    def config(self, text, name="planish.toml"):
        path = self.folder / name
        path.write_text(f'shape = "segment"\nanswer = "ndjson"\nanswer_members = ["event_type", "user_id", "id", "event"]\n'
                        f'rule_key_file = "{self.folder}/rule.key"\n{text}')
        return str(path)

    def run_planish(self, *arguments, body=b""):
        return subprocess.run([binary(), *arguments], input=body, capture_output=True, timeout=60)

    def left(self, rule, event):
        """What a rule leaves of an event, by `transform`."""
        done = self.run_planish("transform", "--config", self.config("[[rule]]\n" + rule), body=event.encode())
        self.assertEqual(done.returncode, 0, done.stderr)
        return re.search(r'"event":(.*)}\n$', done.stdout.decode())[1]

    def hmac(self, text):
        done = subprocess.run(["openssl", "dgst", "-sha256", "-hmac", KEY], input=text.encode(), capture_output=True, check=True, timeout=60)
        return done.stdout.decode().split()[-1][:32]

    def test_every_verb(self):
        event = '{"event":"a","context":{"ip":"203.0.113.9"},"properties":{"phone":"+49 é","n":5,"email":"ada@example.com","x":[1, 1.0]}}'
        for rule, expected in (
            ('remove = ["/properties", "/context/ip"]', '{"event":"a","context":{}}'),
            ('mask = ["/properties/phone", "/properties/n", "/properties/x"]', event.replace("+49 é", "*****").replace(":5", ":null").replace("[1, 1.0]", "null")),
            ('hash = ["/properties/email", "/properties/n", "/properties/x"]',
             event.replace("ada@example.com", self.hmac("ada@example.com")).replace(":5", f':"{self.hmac("5")}"').replace("[1, 1.0]", f'"{self.hmac("[1,1]")}"')),
            ('truncate_ip = ["/context/ip", "/properties/phone"]', event.replace("113.9", "113.0").replace('"+49 é"', "null")),
            ('set = { "/properties/n" = "eu", "/a/b" = { c = [1.5, true, -3], d = "\\u0001\\"" } }',
             event.replace(":5", ':"eu"')[:-1] + r',"a":{"b":{"c":[1.5,true,-3],"d":"\u0001\""}}}'),
        ):
            self.assertEqual(self.left(rule, event), expected, rule)

    def test_every_selector(self):
        for rule, event, expected in (
            ('remove = ["/properties/items/*/serial"]', '{"event":"a","properties":{"items":[{"serial":1,"k":2},{"serial":3},4]}}',
             '{"event":"a","properties":{"items":[{"k":2},{},4]}}'),
            ('remove = ["/properties/*"]', '{"event":"a","properties":{"x":1,"y":[2]}}', '{"event":"a","properties":{}}'),
            ('remove = ["/properties/0"]', '{"event":"a","properties":[1,{"0":2}]}', '{"event":"a","properties":[1,{"0":2}]}'),
            ('remove = ["/properties/0"]', '{"event":"a","properties":{"0":2}}', '{"event":"a","properties":{}}'),
            ('remove = ["/properties/a~1b~0é"]', r'{"event":"a","properties":{"\u0061/b~\u00e9":1,"z":2}}', '{"event":"a","properties":{"z":2}}'),
            ('mask = ["/x"]', '{"x":"ab","event":"a","x":"cde"}', '{"x":"**","event":"a","x":"***"}'),
            ('remove = ["/x/y/z"]', '{"event":"a","x":{"y":1}}', '{"event":"a","x":{"y":1}}'),
            ('set = { "/x/y" = 1 }', '{"event":"a","x":[1]}', '{"event":"a","x":[1]}'),
        ):
            self.assertEqual(self.left(rule, event), expected, (rule, event))

    def test_what_is_left_is_hashed_to_its_own_end(self):
        """Whatever was removed behind it: one member, two, or three, by the walk (`*`) as on the reader's own way."""
        expected = hashlib.sha256(b'"abc"').hexdigest()
        for remove in ('["/a"]', '["/a", "/b"]', '["/a", "/b", "/c"]', '["/a", "/b", "/no/*"]'):
            for behind in ("", " "):
                config = self.config(f'hash = "sha256"\n[[rule]]\nremove = {remove}\n')
                event = '{"properties":"abc"%s,"a":1,"b":{"x":2},"c":"y","event":"e"}' % behind
                done = self.run_planish("transform", "--config", config, "--answer-members", "hash", body=event.encode())
                self.assertEqual(json.loads(done.stdout)["hash"], expected, (remove, event))

    def test_types_and_order(self):
        config = self.config('[[rule]]\ntypes = ["click", "Order *"]\nrename = "page_view"\n'
                             '[[rule]]\ntypes = ["page_view"]\nmask = ["/userId"]\n[[rule]]\ntypes = ["debug"]\ndrop = true\n'
                             '[[endpoint]]\npath = ["/a"]\n[[endpoint.rule]]\ntypes = ["page_*"]\nremove = ["/messageId"]\n[[endpoint]]\npath = ["/b"]\n')
        with Server("--config", config) as server:
            body = b'{"batch":[{"event":"Order 1","userId":"u","messageId":"m"},{"event":"debug"},{"event":"Orders","userId":"u"}]}'
            expected = [{"event_type": "page_view", "user_id": "*", "id": "m", "event": {"event": "Order 1", "userId": "*", "messageId": "m"}},
                        {"event_type": "Orders", "user_id": "u", "id": None, "event": {"event": "Orders", "userId": "u"}}]

            def ask(path):
                with server.connect() as connection:
                    return connection.ask(b"POST %s HTTP/1.1\r\nHost: a\r\nContent-Length: %d\r\n\r\n%s" % (path, len(body), body))

            answer = ask(b"/b")
            self.assertEqual(answer.header("Planish-Events"), "ok=2, invalid=0, dropped=1")
            self.assertEqual([json.loads(line) for line in answer.body.splitlines()], expected)
            expected[0]["id"] = None
            del expected[0]["event"]["messageId"]
            self.assertEqual([json.loads(line) for line in ask(b"/a").body.splitlines()], expected)
            metrics = server.metrics()
            self.assertEqual(metrics['planish_events_total{result="dropped"}'], 2)
            self.assertEqual(metrics['planish_events_total{result="ok"}'], 4)
            self.assertEqual(server.get("/version").json()["settings"]["rules"], "listed")
            self.assertEqual(server.get("/version").json()["settings"]["rule_key_file"], "listed")

    def test_a_share_is_dropped_by_user(self):
        """The first eight bytes of the user's SHA-256, of 2^64: anybody can recompute who is dropped."""
        config = self.config("[[rule]]\ndrop = 0.9\n")
        users = [f"user-{i}" for i in range(5000)]
        body = json.dumps({"batch": [{"event": "a", "userId": user} for user in users]}).encode()
        done = self.run_planish("transform", "--config", config, body=body)
        kept = [json.loads(line)["user_id"] for line in done.stdout.splitlines()]
        self.assertEqual(kept, [user for user in users if int.from_bytes(hashlib.sha256(user.encode()).digest()[:8], "big") >= 0.9 * 2**64])
        self.assertAlmostEqual(len(kept) / len(users), 0.1, delta=0.02)

    def test_check_prints_them_back(self):
        config = self.config('[[rule]]\ntypes = ["a", "b *"]\ndrop = 0.25\nremove = ["/x", "/y/*"]\nset = { "/p" = { q = "=:\\"\\n", r = [1, 2.5] } }\n'
                             '[[rule]]\nmask = ["/m"]\nhash = ["/h"]\ntruncate_ip = ["/i"]\n[[endpoint]]\npath = ["/e"]\n[[endpoint.rule]]\nrename = "z"\n')
        first = self.run_planish("check", "--config", config)
        self.assertEqual((first.returncode, first.stderr), (0, b""))
        (self.folder / "again.toml").write_bytes(first.stdout)
        second = self.run_planish("check", "--config", str(self.folder / "again.toml"))

        def plain(text):
            return re.sub(rb"  # .*", b"", text)

        self.assertEqual(plain(second.stdout), plain(first.stdout))
        for line in (b"drop = 0.25", b'set = { "/p" = {"q" = "=:\\"\\n","r" = [1,2.5]} }', b"[[endpoint.rule]]\nrename = \"z\""):
            self.assertIn(line, first.stdout)

    def test_check_says_everything_that_is_wrong(self):
        config = self.config('[[rule]]\ntypes = "x"\ndrop = 2\nfoo = 1\n[[rule]]\nremove = ["a", "/~2"]\nrename = ""\n[[rule]]\n'
                             '[[rule]]\ntypes = []\nset = { "/x" = 1979-05-27 }\n[[endpoint]]\npath = ["/a"]\nrule_key_file = "none"\nrule = 5\n'
                             '[[endpoint]]\npath = ["/b"]\n[[endpoint.rule]]\nhash = ["x"]\n')
        done = self.run_planish("check", "--config", config)
        self.assertEqual(done.returncode, 78)
        lines = {line.split("planish.toml:", 1)[1] for line in done.stderr.decode().splitlines() if "planish.toml:" in line}
        self.assertEqual(lines, {"6:1: types: is a list of strings", "7:1: drop: is true, or a share from 0 to 1", "8:1: foo: there is no such key of a rule: it has types, drop, rename, remove, mask, hash, truncate_ip, set",
                                 '10:1: remove: "a" is not a JSON pointer to a member', '10:1: remove: "/~2" is not a JSON pointer to a member',
                                 "11:1: rename: is empty", "12:1: does nothing", "14:1: types: is an empty list",
                                 '15:1: set: "/x" is a date, a time or no finite number, which JSON does not have', "19:1: a rule is a table, [[endpoint.rule]]",
                                 '18:1: "none": No such file or directory', '23:1: hash: "x" is not a JSON pointer to a member'})

    def test_a_key_is_long_enough_and_loses_one_line_end(self):
        config = self.config('[[rule]]\nhash = ["/h"]\n')
        for key, code in ((b"0" * 15, 78), (b"0" * 16, 0), (b"0" * 15 + b"\n", 78), (b"0" * 15 + b"\n\n", 0), (b"0" * 15 + b"\r\n", 78), (b"", 78),
                          (b"0" * 4096, 0), (b"0" * 4097, 78)):
            (self.folder / "rule.key").write_bytes(key)
            self.assertEqual(self.run_planish("check", "--config", config).returncode, code, key)

    def test_check_names_a_rule_that_can_never_match(self):
        done = self.run_planish("check", "--config", self.config('[[rule]]\ntypes = ["a *"]\ndrop = true\n[[rule]]\ntypes = ["a b"]\nremove = ["/x"]\n'))
        self.assertEqual(done.returncode, 0)
        self.assertIn(b"planish.toml:9:1: the rule can never match: no event of these types is allowed, or the rules before it leave none", done.stderr)

    def test_sighup_swaps_them(self):
        config = self.config('path = ["/"]\n[[rule]]\nremove = ["/x"]\n')
        with Server("--config", config) as server:
            def event():
                return json.loads(server.post(b'{"event":"a","x":1,"y":2}').body)["event"]
            self.assertEqual(event(), {"event": "a", "y": 2})
            self.config('path = ["/"]\n[[rule]]\nremove = ["/y"]\n')
            server.signal(signal.SIGHUP)
            server.wait_for_line("configuration reloaded")
            self.assertEqual(event(), {"event": "a", "x": 1})
            self.config('path = ["/"]\n[[rule]]\nremove = ["y"]\n')
            server.signal(signal.SIGHUP)
            server.wait_for_line("configuration not reloaded")
            self.assertEqual(event(), {"event": "a", "x": 1})

    def test_sighup_says_that_the_key_is_another(self):
        config = self.config('path = ["/"]\n[[rule]]\nhash = ["/x"]\n')
        with Server("--config", config) as server:
            (self.folder / "rule.key").write_text(KEY[::-1] + "\n")
            server.signal(signal.SIGHUP)
            self.assertEqual(server.wait_for_line("rule key changed")["path"], "/")
            self.assertNotIn(KEY[::-1], json.dumps(server.lines))


if __name__ == "__main__":
    unittest.main()

"""The harness beside its measurements: what the contenders say of themselves, right answers, and that the plan ends in time."""
import importlib.machinery
import importlib.util
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest
from unittest import mock

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))
from harness import bodies, closed, contenders, install, instructions, process, report, svg  # noqa: E402
from harness.measure import Measurement  # noqa: E402
from harness.progress import PRIMARY, Progress  # noqa: E402


def the_command():
    """bench/load/run as a module."""
    loader = importlib.machinery.SourceFileLoader("run", str(HERE.parent / "run"))
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader("run", loader))
    loader.exec_module(module)
    return module


class Contenders(unittest.TestCase):
    def test_each_folder_says_what_it_is(self):
        found = contenders.discover()
        self.assertEqual(found[0].name, "planish")
        for one in found:
            self.assertTrue(one.description and one.sizes is not None, one.name)
            self.assertTrue(one.not_built or (one.folder / "start").exists(), one.name)
            self.assertIn(one.family, svg.COLOURS, one.name)
            self.assertIn(one.versus, {c.name for c in found}, one.name)
            self.assertTrue(one.contest == "article" or one.contest in bodies.CONTESTS, one.name)

    def test_not_built_is_out_from_the_beginning(self):
        with tempfile.TemporaryDirectory() as name:
            folder = pathlib.Path(name)
            (folder / "contender.toml").write_text('description = "a"\nfamily = "go"\nnot_built = "no time"\n', encoding="utf-8")
            self.assertEqual(contenders.Contender(folder, 0).out, "not built: no time")


    def test_who_is_in_no_registry_has_a_row_where_it_is_in_path(self):
        with tempfile.TemporaryDirectory() as name:
            folder = pathlib.Path(name)
            for program, out in (("sh", None), ("no-such-program", "not built: there is no no-such-program in PATH")):
                (folder / "contender.toml").write_text(f'description = "a"\nfamily = "go"\nin_path = "{program}"\n', encoding="utf-8")
                self.assertEqual(contenders.Contender(folder, 0).out, out)


class Whole(unittest.TestCase):
    def test_what_a_report_takes_for_it_is_what_the_command_asks(self):
        for name, value in report.WHOLE.items():
            self.assertEqual(the_command().FULL[name], value, name)


class Places(unittest.TestCase):
    def test_a_command_has_its_priority_its_cpus_and_a_group_of_the_kernels_like_it(self):
        core = str(min(os.sched_getaffinity(0)))
        told = subprocess.run(process.placed(process.LAST, core, "sh", "-c", "nice; taskset -cp $$; cat /proc/self/autogroup 2>&1 || true"),
                              capture_output=True, text=True, check=True, start_new_session=True).stdout.splitlines()
        self.assertEqual(told[0], "19")
        self.assertTrue(told[1].endswith(": " + core), told[1])
        if told[2].startswith("/autogroup"):
            self.assertTrue(told[2].endswith(" nice 19"), told[2])

    def test_who_may_not_come_first_runs_all_the_same(self):
        core = str(min(os.sched_getaffinity(0)))
        told = subprocess.run(["setpriv", "--bounding-set=-sys_nice", "--inh-caps=-sys_nice", *process.placed(process.FIRST, core, "echo", "here")]
                              if os.geteuid() == 0 else process.placed(process.FIRST, core, "echo", "here"),
                              capture_output=True, text=True, check=True, start_new_session=True)
        self.assertEqual((told.stdout, told.stderr), ("here\n", ""))


class Instructions(unittest.TestCase):
    def known(self, root, compilers="gcc"):
        with mock.patch.object(instructions.newer, "code", lambda paths: root):
            return instructions.known(self.file, compilers)

    def test_counts_of_this_code_by_these_compilers_are_not_made_again(self):
        with tempfile.TemporaryDirectory() as name:
            self.file = pathlib.Path(name) / "instructions.json"
            self.assertEqual(self.known("code"), {})
            self.file.write_text('{"code": "code", "compilers": "gcc", "counts": {"a": 1}}', encoding="utf-8")
            self.assertEqual(self.known("code"), {"a": 1})
            self.assertEqual(self.known("other"), {})
            self.assertEqual(self.known("code", "clang"), {})
            self.file.write_text('{"code": null, "compilers": "gcc", "counts": {"a": 1}}', encoding="utf-8")
            self.assertEqual(self.known(None), {})

    def test_code_is_the_same_in_another_commit_and_has_no_name_while_it_is_changed(self):
        with tempfile.TemporaryDirectory() as name:
            root = pathlib.Path(name)

            def git(*words):
                subprocess.run(["git", "-c", "user.name=a", "-c", "user.email=a@b", *words], cwd=root, check=True, capture_output=True)

            def code():
                return instructions.newer.code(("src",), root)

            self.assertIsNone(code())
            git("init")
            (root / "src").mkdir()
            (root / "src" / "a").write_text("1", encoding="utf-8")
            git("add", ".")
            git("commit", "-m", "a")
            first = code()
            self.assertTrue(first)
            (root / "b").write_text("1", encoding="utf-8")
            git("add", ".")
            git("commit", "-m", "b")
            self.assertEqual(code(), first)
            (root / "src" / "a").write_text("2", encoding="utf-8")
            self.assertIsNone(code())
            git("commit", "-am", "c")
            self.assertNotEqual(code(), first)


class Registries(unittest.TestCase):
    def test_who_needs_one_that_cannot_be_reached_is_passed_over_with_a_word(self):
        one = mock.Mock(needs=["npm", "crates"])
        one.name = "a"
        for reach, passed_over in (({"npm": ["true"], "crates": ["true"]}, False), ({"npm": ["true"], "crates": ["false"]}, True),
                                   ({"npm": ["a-command-that-is-not-there"], "crates": ["true"]}, True)):
            with mock.patch.dict(install.REACH, reach), mock.patch.object(Progress, "say") as say:
                self.assertEqual(install.is_unreachable(one), passed_over)
                self.assertEqual(say.called, passed_over)

    def test_each_contender_names_registries_that_are_known(self):
        for one in contenders.discover():
            self.assertEqual(set(one.needs) - set(install.REACH), set(), one.name)


class Bodies(unittest.TestCase):
    def test_the_articles_body_has_its_9416_bytes(self):
        self.assertEqual(len(bodies.compact(bodies.batch(100)).encode()), 9416)

    def test_canonical_numbers_and_names_are_those_of_rfc_8785(self):
        self.assertEqual(bodies.canonical({"b": [18.99, 4.50, 2e-3, 1e-27, 1e30, 2.0], "a": 333333333.3333333, "\u20ac": None, "\r": 1}),
                         '{"\\r":1,"a":333333333.3333333,"b":[18.99,4.5,0.002,1e-27,1e+30,2],"\u20ac":null}')

    def test_an_answer_may_be_right_as_a_value(self):
        with tempfile.TemporaryDirectory() as name:
            folder = pathlib.Path(name)
            (folder / "contender.toml").write_text('description = "a"\nfamily = "go"\ncompares = "value"\n', encoding="utf-8")
            one = contenders.Contender(folder, 0)
            answers = bodies.answers(bodies.batch(3))
            turned = json.dumps(json.loads(answers[0]), sort_keys=True)
            self.assertTrue(one.is_right(turned, answers))
            self.assertFalse(one.is_right(turned.replace("click", "clack"), answers))
            one.compares = "bytes"
            self.assertFalse(one.is_right(turned, answers))


class Plan(unittest.TestCase):
    def run_plan(self, budget, took, steps):
        """Steps (expected, rank), each of which takes `took` times as long; those that ran, and the plan."""
        now = [0.0]
        progress = Progress(budget, clock=lambda: now[0])
        ran = []

        def step(number, seconds):
            now[0] += seconds * took
            ran.append(number)

        for number, (seconds, rank) in enumerate(steps):
            progress.add(seconds, "", lambda n=number, s=seconds: step(n, s), rank, f"series {rank}")
        with mock.patch.object(Progress, "say"):
            progress.run()
        return ran, progress

    def test_all_run_where_there_is_time(self):
        ran, progress = self.run_plan(10, 1, [(1, 0)] * 5 + [(1, 1)] * 5)
        self.assertEqual(ran, list(range(10)))
        self.assertEqual(progress.cuts(), [])

    def test_the_highest_rank_goes_first_and_at_once_if_the_plan_is_too_long(self):
        ran, progress = self.run_plan(8, 1, [(1, 0), (1, 2), (1, 1), (1, 2)] * 3)
        self.assertEqual(ran, [0, 2, 4, 6, 8, 10])
        self.assertEqual(progress.cuts(), ["left out, for time: 6 of the steps of: series 2"])

    def test_a_slow_machine_leaves_out_more_on_the_way(self):
        ran, progress = self.run_plan(100, 2, [(10, 0)] * 3 + [(10, 5), (10, 3), (10, 5), (10, 0)])
        self.assertEqual(ran, [0, 1, 2, 4, 6])
        self.assertEqual(sum(progress.cut.values()), 2)

    def test_nothing_is_left_out_before_its_turn(self):
        now = [0.0]
        progress = Progress(70, clock=lambda: now[0])
        ran = []

        def step(number, took):
            now[0] += took
            ran.append(number)

        for number in range(6):  # the first one takes three times as long as was thought, the others as long
            progress.add(10, "", lambda n=number: step(n, 30 if n == 0 else 10), 5 if number in (2, 4) else 0, "later")
        with mock.patch.object(Progress, "say"):
            progress.run()
        self.assertEqual(ran, [0, 1, 3, 5])
        self.assertEqual(progress.cuts(), ["left out, for time: 2 of the steps of: later"])
        now, ran = [0.0], []
        progress = Progress(95, clock=lambda: now[0])
        for number in range(6):
            progress.add(10, "", lambda n=number: step(n, 30 if n == 0 else 10), 5 if number == 4 else 0, "later")
        with mock.patch.object(Progress, "say"):
            progress.run()
        self.assertEqual(ran, list(range(6)))

    def test_the_primary_ones_run_whatever_it_takes(self):
        ran, _ = self.run_plan(1, 5, [(1, 0)] * 4)
        self.assertEqual(ran, [0, 1, 2, 3])


class Minutes(unittest.TestCase):
    def fitting(self, minutes, of_block, of_second):
        """A made-up machine: minutes that a block and a second of open loops take for all contenders."""
        return the_command().fitting([], minutes, lambda s: 2 + of_block * s["blocks"] + of_second * s["open_seconds"])

    def test_as_many_blocks_as_fit(self):
        for minutes, blocks, seconds in ((28, 5, 5), (30, 6, 5), (35, 7, 5), (99, 10, 10)):
            settings = self.fitting(minutes, 2.5, 2)
            self.assertEqual((settings["blocks"], settings["open_seconds"]), (blocks, seconds), minutes)

    def test_never_fewer_than_four(self):
        settings = self.fitting(1, 2.5, 0.3)
        self.assertEqual((settings["blocks"], settings["open_seconds"]), (4, 2))

    def test_a_tenth_is_left_for_what_is_repeated(self):
        self.assertEqual(self.fitting(18.4, 2.5, 0.2)["open_seconds"], 10)  # 2 + 12.5 + 2 of 16.56
        self.assertEqual(self.fitting(18.3, 2.5, 0.2)["open_seconds"], 5)

    def test_with_enough_minutes_everything_is_asked_for(self):
        run = the_command()
        self.assertEqual(self.fitting(100, 2.5, 2), run.FULL | {"minutes": 100, "whole_minutes": 101})
        self.assertEqual(self.fitting(99, 2.5, 2)["rates"], run.SHORTER["rates"])

    def test_blocks_behind_the_sure_ones_are_the_last_that_are_left_out(self):
        run = the_command()
        measurement = run.Measurement([], run.SHORTER, Progress())
        one = mock.Mock(name="one", exits=False, brief=True, floor=True, native=True, growth=False, instantiation_command=None, narrow=False, not_built=None)
        measurement.contenders = [one]
        run.plan(measurement, run.SHORTER | {"blocks": 6, "open_seconds": 6})
        ranks = [step[3] for step in measurement.progress.steps if "round" in step[1] and "closed" in step[1]]
        self.assertEqual(ranks, [PRIMARY] * 4 + [4, 5])
        self.assertGreater(min(step[3] for step in measurement.progress.steps if step[3] != PRIMARY and "closed" not in step[1]), max(ranks))

    def test_what_goes_first_comes_last(self):
        """So that it is left out for the time that others took, not for a guess at what those take that are still to come."""
        run = the_command()
        measurement = run.Measurement([], run.FULL, Progress())
        measurement.contenders = [mock.Mock(exits=False, brief=False, floor=True, native=True, growth=True, instantiation_command=None, narrow=False, not_built=None)]
        run.plan(measurement, run.FULL)
        ranks = [step[3] for step in measurement.progress.steps if step[3] != PRIMARY]
        # Only rounds of one kind, and growth's, lie across each other.
        kinds = [min(int(rank), 30) for rank in ranks]
        self.assertEqual(kinds, sorted(kinds))
        self.assertEqual(sorted(set(kinds)), [10, 12, 15, 20, 30])

    def test_cold_starts_lie_apart_and_all_servers_are_away_meanwhile(self):
        run = the_command()
        measurement = run.Measurement([], run.SHORTER, Progress())
        measurement.contenders = [mock.Mock(exits=False, brief=True, floor=True, native=True, growth=False, instantiation_command=None, narrow=False, not_built=None)]
        run.plan(measurement, run.SHORTER | {"blocks": 5, "open_seconds": 6})
        order, running = [], 0
        for _, what, *_ in measurement.progress.steps:
            running += what.startswith("start and check") - what.startswith("check and stop")
            if "cold starts, round" in what:
                self.assertEqual(running, 0, what)
                order.append("start")
            if "closed loop, 100" in what and "by wrk" not in what:
                self.assertEqual(running, 1, what)
                order.append("block")
        self.assertEqual("".join(one[0] for one in order), "sbbbsbbsss")

    def test_whose_claim_is_narrow_has_two_blocks_a_round(self):
        names = ("planish", "plugin", "floor", "node", "hyper")
        named = [mock.Mock(narrow=name == "plugin") for name in names]
        for one, name in zip(named, names):
            one.name = name
        measurement = Measurement(named, the_command().SMOKE, Progress())
        blocks = closed.Blocks(measurement, 100, 2, 1, named)
        the_command().in_turn(blocks)
        self.assertEqual([step[1].split(": ")[1] for step in measurement.progress.steps],
                         ["planish", "plugin", "floor", "plugin", "node", "hyper", "hyper", "node", "plugin", "floor", "plugin", "planish"])

    def test_of_two_parts_no_round_is_lost_or_twice(self):
        for count in range(1, 12):
            one = mock.Mock(count=count)
            for part in (0, 1):
                the_command().in_turn(one, part=part, parts=2)
            self.assertEqual([call.args[0] for call in one.add_round.call_args_list], list(range(count)))

    def test_it_has_all_that_claims_and_questions_want(self):
        names = {c.name for c in contenders.shorter(contenders.discover())}
        wanted = {"planish", "epoll-floor", "hyper", "hyper-musl", "hyper-static", "hyper-nolto", "hyper-sonic", "uwebsockets", "nginx", "wasmtime",
                  "wasmtime-kept", "wasmtime-rust", "wasmtime-rust-kept", "wasm2c-guard", "node22", "fasthttp", "benthos", "planish-plugin", "planish-rules",
                  "planish-contracts", "planish-upstream", "planish-shape", "canonical-planish", "canonical-rust", "canonical-go", "canonical-node"}
        self.assertEqual(wanted - names, set())


if __name__ == "__main__":
    unittest.main()

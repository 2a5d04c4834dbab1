"""The harness beside its measurements: what the contenders say of themselves, right answers, and that the plan ends in time."""
import json
import pathlib
import sys
import tempfile
import unittest
from unittest import mock

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))
from harness import bodies, contenders, install, svg  # noqa: E402
from harness.progress import Progress  # noqa: E402


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

    def test_the_primary_ones_run_whatever_it_takes(self):
        ran, _ = self.run_plan(1, 5, [(1, 0)] * 4)
        self.assertEqual(ran, [0, 1, 2, 3])


if __name__ == "__main__":
    unittest.main()

"""The harness beside its measurements: a report can be made of whatever raw.json there is, and the plan ends in time."""
import copy
import json
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest
from unittest import mock

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))
from harness import claims, contenders, figures, plots, report  # noqa: E402
from harness.progress import Progress  # noqa: E402

RECORDED = json.loads((HERE / "raw.json").read_text(encoding="utf-8"))


def without(raw, *path):
    raw = copy.deepcopy(raw)
    at = raw
    for name in path[:-1]:
        at = at[name]
    at.pop(path[-1])
    return raw


class Reports(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.results = self.folder / "bench" / "results" / "latest"
        self.results.mkdir(parents=True)
        # A gnuplot that only keeps its script: what draws need not be installed where this runs.
        self.enterContext(mock.patch.object(plots.subprocess, "run", self.keep_script))
        self.enterContext(mock.patch.object(report, "ROOT", self.folder))

    @staticmethod
    def keep_script(command, **how):
        output = re.search(r'^set output "(.*)"$', how["input"], re.MULTILINE).group(1)
        pathlib.Path(output).write_text(how["input"], encoding="utf-8")
        return subprocess.CompletedProcess(command, 0, "", "")

    def made(self, raw, readme=False):
        (self.results / "raw.json").write_text(json.dumps(raw), encoding="utf-8")
        with mock.patch("builtins.print"):
            report.write(self.results, readme=readme)
        return (self.results / "tables.md").read_text(encoding="utf-8")

    def test_the_recorded_run_gives_tables_and_plots(self):
        tables = self.made(RECORDED)
        for heading in ("Side by side", "Closed loop, 1 connection", "Open loop, 50 %", "Cold start", "Memory", "A month",
                        "Growth: connections", "The article's claims", "Out or left out", "What each validates"):
            self.assertIn(f"## {heading}", tables)
        for name in ("cpu", "latency-50", "growth-connections"):
            self.assertTrue((self.results / f"{name}.svg").exists() and (self.results / f"{name}.png").exists(), name)

    def test_who_is_out_or_not_built_has_a_row_that_says_why(self):
        raw = copy.deepcopy(RECORDED)
        raw["contenders"]["node"]["out"] = "benchmark: a wrong answer, a|b\nc"
        raw["contenders"]["jco"] = {"description": "a component", "floor": False, "brief": True, "flags": "", "version": None,
                                    "size_bytes": None, "out": "not built: it takes over half a day"}
        tables = self.made(raw)
        self.assertIn("| out: benchmark: a wrong answer, a\\|b c |", tables)
        self.assertIn("| a component | not built: it takes over half a day |", tables)
        self.assertNotIn("node", dict(self.claim_rows(raw)))

    @staticmethod
    def claim_rows(raw):
        return [(claim, measured) for claim, measured, _ in claims.rows(raw)]

    def test_any_contender_may_be_missing(self):
        for name in RECORDED["contenders"]:
            with self.subTest(name=name):
                self.assertIn("## Side by side", self.made(without(RECORDED, "contenders", name)))

    def test_any_measurement_may_be_missing(self):
        always = {"description", "floor", "brief", "out", "flags", "version", "size_bytes"}
        for name, one in RECORDED["contenders"].items():
            for field in one.keys() - always:
                with self.subTest(name=name, field=field):
                    self.assertIn("## Side by side", self.made(without(RECORDED, "contenders", name, field)))

    def test_a_measurement_may_have_ended_early(self):
        for name, one in RECORDED["contenders"].items():
            for field in ("closed", "open", "memory", "cold"):
                for key in one.get(field, {}):
                    with self.subTest(name=name, field=field, key=key):
                        raw = copy.deepcopy(RECORDED)
                        del raw["contenders"][name][field][key][1:]
                        self.made(raw)
                        self.made(without(raw, "contenders", name, field, key))

    def test_all_may_be_out(self):
        raw = copy.deepcopy(RECORDED)
        for one in raw["contenders"].values():
            one["out"] = "did not start"
        self.made(raw, readme=False)

    def test_the_memory_step_may_stop_after_the_idle_one(self):
        raw = copy.deepcopy(RECORDED)
        raw["contenders"]["planish"]["memory"]["figures"] = [{"idle": {"rss_kb": 1000, "pss_kb": 900, "peak_kb": 1000}}]
        self.made(raw)

    def test_what_was_left_out_and_a_run_cut_short_are_said(self):
        raw = RECORDED | {"ended": "cut short", "left_out": ["left out, for time: 3 of the steps of: growth, depth"]}
        tables = self.made(raw)
        self.assertIn("3 of the steps of: growth, depth", tables)
        self.assertIn("cut short", tables)

    def test_the_readme_is_renewed_between_the_markers_only(self):
        readme = self.folder / "README.md"
        readme.write_text(f"before\n{report.BEGIN}\nold\n{report.END}\nafter\n", encoding="utf-8")
        self.made(RECORDED, readme=True)
        text = readme.read_text(encoding="utf-8")
        self.assertTrue(text.startswith(f"before\n{report.BEGIN}\n") and text.endswith(f"{report.END}\nafter\n"))
        self.assertNotIn("\nold\n", text)
        self.assertIn("(bench/results/latest/cpu.svg)", text)
        self.made(RECORDED, readme=True)
        self.assertEqual(text, readme.read_text(encoding="utf-8"))

    def test_without_gnuplot_there_are_still_tables(self):
        with mock.patch.object(plots.subprocess, "run", mock.Mock(side_effect=FileNotFoundError("gnuplot"))):
            self.assertIn("## Side by side", self.made(RECORDED))


class Figures(unittest.TestCase):
    def test_a_ratio_is_the_median_of_the_rounds_ratios(self):
        a = {"closed": {"100": [{"cpu_us": 10}, {"cpu_us": 40}, {"cpu_us": 30}]}}
        b = {"closed": {"100": [{"cpu_us": 10}, {"cpu_us": 20}, {"cpu_us": 10}]}}
        found = figures.ratio(a, b, "closed", 100, "cpu_us")
        self.assertEqual((found.median, found.low, found.high), (2, 1, 3))

    def test_a_month_is_what_the_formula_says(self):
        inputs = {"functions": 10, "requests_per_second": 100, "utilisation": 0.5, "instances": 2, "hours": 10, "vcpu_hour": 3,
                  "gib_hour": 7}
        # 10 x 100 requests of 1 ms on CPUs that are half full: 2 of them; 20 processes of 512 MiB: 10 GiB.
        self.assertAlmostEqual(figures.month_dollars(1000, 512, inputs), 10 * (2 * 3 + 10 * 7))

    def test_a_curve_of_many_histograms_is_that_of_their_sum(self):
        merged = figures.merge([[[1000, 5], [2000, 5]], [[2000, 80], [9000, 10]]])
        self.assertEqual(merged, [(1000, 5), (2000, 85), (9000, 10)])
        self.assertEqual(figures.curve(merged)[-1], [99.0, 9.0])


class Contenders(unittest.TestCase):
    def test_each_folder_says_what_it_is(self):
        found = contenders.discover()
        self.assertEqual(found[0].name, "planish")
        for one in found:
            self.assertTrue(one.description and one.sizes is not None, one.name)
            self.assertTrue(one.not_built or (one.folder / "start").exists(), one.name)

    def test_not_built_is_out_from_the_beginning(self):
        with tempfile.TemporaryDirectory() as name:
            folder = pathlib.Path(name)
            (folder / "contender.toml").write_text('description = "a"\nnot_built = "no time"\n', encoding="utf-8")
            self.assertEqual(contenders.Contender(folder, 0).out, "not built: no time")


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

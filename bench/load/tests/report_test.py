"""What is shown of a run: tables and pictures can be made of whatever there is, claims are judged by their own program."""
import copy
import json
import pathlib
import sys
import tempfile
import unittest
import xml.etree.ElementTree as ElementTree
from unittest import mock

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent)]
import made_up  # noqa: E402

from harness import claims, cost, report, svg  # noqa: E402
from harness.intervals import Interval  # noqa: E402

RECORDED = made_up.raw()


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
        self.enterContext(mock.patch.object(report, "ROOT", self.folder))
        self.enterContext(mock.patch("harness.text.ROOT", self.folder))

    def made(self, raw, readme=False):
        (self.results / "raw.json").write_text(json.dumps(raw), encoding="utf-8")
        with mock.patch("builtins.print"):
            report.write(self.results, readme=readme)
        return (self.results / "tables.md").read_text(encoding="utf-8")

    def test_the_recorded_run_gives_tables_and_pictures(self):
        tables = self.made(RECORDED)
        for heading in ("Side by side", "Closed loop, 1 connection", "Open loop, half of", "Open loop, 1000 requests", "Cold start", "Memory", "A month",
                        "Growth: events", "The article's claims", "Out or left out", "What each validates"):
            self.assertIn(f"## {heading}", tables)
        for name in ("cpu", "bridge", "questions", "latency-half", "growth-events", "cost", "cold-start", "memory"):
            self.assertTrue((self.results / f"{name}.svg").exists(), name)

    def test_each_picture_says_what_it_shows_and_cuts_no_letter(self):
        self.made(RECORDED)
        for picture in self.results.glob("*.svg"):
            root = ElementTree.fromstring(picture.read_text(encoding="utf-8"))
            space = "{http://www.w3.org/2000/svg}"
            self.assertTrue(root.find(f"{space}title").text and root.find(f"{space}desc").text, picture.name)
            height = float(root.get("height"))
            for text in root.iter(f"{space}text"):
                x, wide = float(text.get("x")), svg.width_of(text.text, float(text.get("font-size")))
                left = {"start": x, "middle": x - wide / 2, "end": x - wide}[text.get("text-anchor")]
                self.assertGreaterEqual(left, -2, f"{picture.name}: {text.text}")
                self.assertLessEqual(left + wide, svg.WIDTH + 2, f"{picture.name}: {text.text}")
                self.assertLessEqual(float(text.get("y")), height, f"{picture.name}: {text.text}")

    def test_who_is_out_or_not_built_has_a_row_that_says_why(self):
        raw = copy.deepcopy(RECORDED)
        raw["contenders"]["node22"]["out"] = "benchmark: a wrong answer, a|b\nc"
        raw["contenders"]["jco"] = made_up.contender("jco", "wasm", brief=True, out="not built: it takes over half a day")
        tables = self.made(raw)
        self.assertIn("| out: benchmark: a wrong answer, a\\|b c |", tables)
        self.assertIn("| what jco is | not built: it takes over half a day |", tables)

    def test_any_contender_may_be_missing(self):
        for name in RECORDED["contenders"]:
            with self.subTest(name=name):
                self.assertIn("## Side by side", self.made(without(RECORDED, "contenders", name)))

    def test_any_measurement_may_be_missing(self):
        always = set(made_up.contender("a"))
        for field in RECORDED["contenders"]["epoll-floor"].keys() - always:
            for name in ("planish", "hyper-musl", "wasmtime-rust", "epoll-floor"):
                if field in RECORDED["contenders"][name]:
                    with self.subTest(name=name, field=field):
                        self.assertIn("## Side by side", self.made(without(RECORDED, "contenders", name, field)))

    def test_all_blocks_may_be_left_out_and_no_window_clean(self):
        raw = copy.deepcopy(RECORDED)
        for one in raw["contenders"].values():
            one["pairs"]["100"] |= {"blocks": [], "user_us": [], "system_us": [], "requests_per_second": [], "left_out": 10}
            for piece in one["open"]["half"]:
                piece |= {"clean": None, "clean_ns": [], "clean_windows": 0}
        tables = self.made(raw)
        self.assertIn("not decided", tables)

    def test_a_rate_beyond_what_a_server_can_is_said(self):
        raw = copy.deepcopy(RECORDED)
        raw["contenders"]["wasmtime"]["open"]["20000"] = [{"rate": 20000.0, "beyond": 2400.0}]
        self.assertIn("beyond what it can (2 400)", self.made(raw))

    def test_what_was_left_out_and_a_run_cut_short_are_said(self):
        raw = RECORDED | {"ended": "cut short", "left_out": ["left out, for time: 3 of the steps of: growth, depth"]}
        tables = self.made(raw)
        self.assertIn("3 of the steps of: growth, depth", tables)
        self.assertIn("cut short", tables)

    def test_what_was_waited_on_a_machine_that_did_not_hold_still_decides_nothing(self):
        raw = copy.deepcopy(RECORDED)
        readme = self.folder / "README.md"

        def shown():
            readme.write_text(f"{report.BEGIN}\n{report.END}\n", encoding="utf-8")
            return self.made(raw, readme=True), readme.read_text(encoding="utf-8")

        def judged():
            return {row.claim: row.verdict for row in claims.rows(raw)}

        still, judged_still = shown(), judged()
        raw["facts"]["placement"] = {"crossing_ns": None, "steady": False, "least_ns": 2.0, "most_ns": 7.5, "looks": 60, "elsewhere": 0, "waited_s": 0.0}
        restless, judged_restless = shown(), judged()
        for text in still:
            self.assertIn("| p99, µs |", text.partition("## The article's claims")[0])
            self.assertNotIn("did not hold still: how", text)
        for text in restless:
            self.assertNotIn("| p99, µs |", text.partition("## The article's claims")[0])
            self.assertIn("did not hold still: how", text)
        self.assertIn("## Open loop, half of each one's own maximum", restless[0])
        waited = {claim for claim in judged_still if "p50" in claim.partition(",")[0] or "p99" in claim}
        self.assertEqual({judged_restless[claim] for claim in waited}, {"not decided"})
        self.assertTrue({judged_still[claim] for claim in waited} - {"not decided"})
        self.assertEqual({claim: judged_still[claim] for claim in judged_still.keys() - waited},
                         {claim: judged_restless[claim] for claim in judged_restless.keys() - waited})

    def test_what_a_short_run_does_not_ask_for_is_said(self):
        raw = copy.deepcopy(RECORDED)
        raw["settings"] |= {"blocks": 5, "one_blocks": 0, "rates": [1000, "half"], "growing": ["planish", "node22"]}
        tables = self.made(raw)
        for line in ("- 5 blocks of each: the whole measurement has 10", "- one connection: not asked for", "- the open loop at 5000, 20000 requests a second: not",
                     "- growth of others than planish, node22: not"):
            self.assertIn(line, tables)
        raw["settings"] |= {"blocks": 10, "one_blocks": 10, "rates": [1000, 5000, 20000, "half"], "growing": None}
        self.assertNotIn("not asked for", self.made(raw))

    def test_each_step_changes_one_thing_and_says_by_how_much(self):
        raw = copy.deepcopy(RECORDED)
        for name, us in (("planish-dynamic", 10.0), ("planish-dynamic-scalar", 20.0)):
            raw["contenders"][name] = made_up.contender(name, "planish") | {"pairs": {"100": made_up.pairs(us)}}
        tables = self.made(raw)
        self.assertIn("| without SIMD, the same compiler (gcc) | what planish-dynamic is | what planish-dynamic-scalar is | 2.0 ", tables)
        self.assertNotIn("| the sandbox: ", self.made(without(raw, "contenders", "planish-dynamic-scalar")))

    def test_the_readme_is_renewed_between_the_markers_only(self):
        readme = self.folder / "README.md"
        readme.write_text(f"before\n{report.BEGIN}\nold\n{report.END}\nafter\n", encoding="utf-8")
        self.made(RECORDED, readme=True)
        text = readme.read_text(encoding="utf-8")
        self.assertTrue(text.startswith(f"before\n{report.BEGIN}\n") and text.endswith(f"{report.END}\nafter\n"))
        self.assertNotIn("\nold\n", text)
        self.assertIn("(bench/results/latest/cpu.svg)", text)
        self.assertEqual(text.count("]("), 5)  # three links, two pictures
        self.made(RECORDED, readme=True)
        self.assertEqual(text, readme.read_text(encoding="utf-8"))

    def test_a_run_whose_slices_counted_anyway_is_not_for_the_readme(self):
        ungated = RECORDED | {"settings": RECORDED["settings"] | {"gated": False}}
        self.assertIn("## Side by side", self.made(ungated))
        with self.assertRaisesRegex(SystemExit, "no figures for the README"):
            self.made(ungated, readme=True)

    def test_results_of_another_harness_are_left_as_they_are(self):
        with self.assertRaisesRegex(SystemExit, "older harness"):
            self.made(without(RECORDED, "format"))


class Claims(unittest.TestCase):
    def verdicts(self, raw):
        return {row.claim: row.verdict for row in claims.rows(raw)}

    def test_each_claim_is_made_once_and_has_one_verdict(self):
        found = claims.rows(RECORDED)
        self.assertEqual(len({row.claim for row in found}), len(found))
        allowed = {"held", "did not hold", "better than said", "more than said", "less than said", "not decided", "contradicts itself",
                   "held, or better", "depends on the rate"}
        self.assertEqual({row.verdict for row in found} - allowed, set())

    def test_the_verdict_is_of_the_articles_program_not_of_planish(self):
        raw = copy.deepcopy(RECORDED)
        before = self.verdicts(raw)
        for name in ("planish", "planish-scalar"):
            raw["contenders"][name] = made_up.contender(name, "planish")
        after = self.verdicts(raw)
        for claim in before:
            if "WASI" not in claim:
                self.assertEqual(before[claim], after[claim], claim)

    def test_a_figure_near_what_was_said_held_and_one_between_is_not_decided(self):
        self.assertEqual(claims.verdict(Interval(3.1, 3.0, 3.3, 10), 3.2), "held")
        self.assertEqual(claims.verdict(Interval(3.9, 3.5, 4.4, 10), 3.2), "not decided")
        self.assertEqual(claims.verdict(Interval(9, 8, 10, 10), 3.2, "low"), "did not hold")
        self.assertEqual(claims.verdict(Interval(1, 0.9, 1.1, 10), 3.2, "low"), "better than said")
        self.assertEqual(claims.verdict(None, 3.2), "not decided")
        self.assertEqual(claims.verdict(Interval(3.2, 3.2, 3.2, 1), 3.2), "not decided")  # one value says nothing of the next
        self.assertEqual(claims.at_most(Interval(3, 3, 3, 1), 5), "not decided")
        self.assertEqual(claims.verdict(Interval(19, 16, 22, 5), 15, "high"), "held, or better")
        self.assertEqual(claims.verdict(Interval(12, 9, 16, 5), 15, "high"), "not decided")
        self.assertEqual(claims.verdict(Interval(2, 1, 3, 5), 3.2, "low"), "held, or better")
        self.assertEqual(claims.verdict(Interval(30, 25, 35, 5), 15, "high"), "better than said")
        self.assertEqual(claims.at_most(Interval(3, 2, 4, 10), 5), "held")
        self.assertEqual(claims.at_most(Interval(5, 4, 6, 10), 5), "not decided")
        self.assertEqual(claims.at_most(Interval(8, 6, 9, 10), 5), "did not hold")

    def test_an_overhead_below_nothing_is_less_than_was_said(self):
        raw = copy.deepcopy(RECORDED)
        for ratio, verdict in ((12.0, "less than said"), (23.6, "held"), (30.0, "more than said")):  # the article's program has 20
            raw["contenders"]["wasmtime-rust-kept"] = made_up.measured("wasmtime-rust-kept", "wasm", ratio)
            self.assertEqual(self.verdicts(raw)["18 % runtime overhead"], verdict, ratio)

    def test_starts_that_overlap_decide_nothing(self):
        self.assertEqual(self.verdicts(RECORDED)["static linking: 15 % faster cold start"], "not decided")


class Money(unittest.TestCase):
    given = {"functions": 10, "requests_per_second": 100, "utilisation": 0.5, "instances": 2, "hours": 10, "vcpu_hour": 3, "gib_hour": 7,
             "machine_vcpus": 2, "machine_gib": 4, "machine_hour": 11}
    needs = cost.Needs(1000, 512)

    def test_a_month_is_what_the_formulas_say(self):
        # 10 x 100 requests of 1 ms on CPUs that are half full: 2 of them; 20 processes of 512 MiB: 10 GiB.
        self.assertAlmostEqual(cost.dollars("process", self.needs, self.given), 10 * (2 * 3 + 10 * 7))
        self.assertAlmostEqual(cost.dollars("shared", self.needs, self.given), 10 * (2 * 3 + 1 * 7))
        self.assertAlmostEqual(cost.dollars("machines", self.needs, self.given), 10 * 11)
        self.assertAlmostEqual(cost.dollars("machines", self.needs, self.given, rate=101), 2 * 10 * 11)

    def test_the_rate_at_which_two_cost_as_much(self):
        def of(cpu_us, pss_mib):
            blocks = [[1.0, cpu_us, cpu_us, 1.0]] * 3
            return {"pairs": {"100": {"blocks": blocks}}, "memory": {"figures": [{"loaded": {"pss_kb": pss_mib * 1024}}]}}

        slow, quick = of(1000.0, 100), of(100.0, 110)
        rate = cost.break_even("process", slow, quick, self.given)
        assert rate
        needs = [cost.measured(one) for one in (slow, quick)]
        months = [cost.dollars("process", one, self.given, rate) for one in needs]
        self.assertAlmostEqual(months[0] / months[1], 1, delta=0.01)
        self.assertAlmostEqual(cost.break_even("process", quick, slow, self.given), rate)
        self.assertIsNone(cost.break_even("process", of(1000.0, 300), of(100.0, 100), self.given))

    def test_the_rate_at_which_a_month_costs_so_much(self):
        for rate in (0, 3, 100, 5000):
            month = cost.dollars("process", self.needs, self.given, rate)
            self.assertAlmostEqual(cost.rate_of(self.needs, self.given, month), rate, places=3)
        self.assertIsNone(cost.rate_of(self.needs, self.given, 699))  # 10 GiB alone are 700

    def test_where_memory_costs_as_much_as_cpu_time(self):
        rate = cost.memory_decides_below(self.needs, self.given)
        only_cpu = self.given | {"gib_hour": 0}
        whole = cost.dollars("process", self.needs, self.given, rate)
        self.assertAlmostEqual(whole, 2 * cost.dollars("process", self.needs, only_cpu, rate))


if __name__ == "__main__":
    unittest.main()

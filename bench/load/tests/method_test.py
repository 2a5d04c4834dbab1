"""The method on made-up data: known ratios are found again, a noisy machine's slices do not count, two runs are compared."""
import collections
import json
import pathlib
import random
import subprocess
import sys
import tempfile
import unittest
import unittest.mock

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent)]
import made_up  # noqa: E402

from harness import compare, figures, gates, intervals, latency, measure, newer, pairs, placement, progress, waits, windows  # noqa: E402

SECOND = 1_000_000_000


class Intervals(unittest.TestCase):
    def test_a_known_ratio_is_found_again_though_the_machine_slows_down_meanwhile(self):
        random_ = random.Random(5)
        blocks = []
        for number in range(20):
            def slice_us(factor, position, number=number):
                drift = 1 + 0.02 * (4 * number + position)  # four times as slow at the end
                return 20 * factor * drift * random_.lognormvariate(0, 0.03)

            blocks.append((slice_us(1, 0), slice_us(3, 1), slice_us(3, 2), slice_us(1, 3)))
        found = intervals.interval(intervals.block_ratios(blocks))
        self.assertAlmostEqual(found.mean, 3, delta=0.06)
        self.assertLess(found.high / found.low, 1.06)
        self.assertTrue(found.low <= 3 <= found.high)

    def test_the_interval_has_the_truth_in_about_95_of_100_runs_of_few_blocks_too(self):
        for blocks in (3, 4, 5, 6, 10):
            held = 0
            for seed in range(400):
                random_ = random.Random(seed)
                found = intervals.interval([random_.lognormvariate(0, 0.1) for _ in range(blocks)], seed)
                held += found.low <= 1 <= found.high
            self.assertGreaterEqual(held, 368, blocks)  # 92 %; by chance alone 380 are 4.4 more or less
            self.assertLessEqual(held, 392, blocks)

    def test_students_t_is_that_of_the_tables(self):
        for freedom, wanted in ((1, 12.706), (2, 4.303), (3, 3.182), (4, 2.776), (5, 2.571), (9, 2.262), (30, 2.042), (1000, 1.962)):
            self.assertAlmostEqual(intervals.student(freedom), wanted, delta=0.0045)

    def test_what_is_one_value_or_none_has_no_width(self):
        self.assertIsNone(intervals.interval([]))
        self.assertEqual(intervals.interval([4.0])[1:], (intervals.interval([4.0]).mean,) * 2 + (1,))

    def test_the_same_raw_results_give_the_same_interval(self):
        values = [1.0, 1.1, 1.3, 0.9, 1.05]
        self.assertEqual(intervals.interval(values), intervals.interval(values))

    def test_turned_round_low_stays_below_high(self):
        saved = intervals.interval([0.8, 0.85, 0.9]).of(lambda v: 100 * (1 - v))
        self.assertLess(saved.low, saved.mean)
        self.assertLess(saved.mean, saved.high)


class Gates(unittest.TestCase):
    @staticmethod
    def spent(busy=1.2, server=0.6, others=0.6, steal=0.0, tasks=None, step=0):
        before = gates.Reading(0, {1: (0, 0, 0)}, 0, 0, 0, step, 0, 0, 2)
        tasks = tasks or {1: (int(server * SECOND), 0, 1)}
        after = gates.Reading(SECOND, tasks, 0, 0, int(busy * SECOND), step, int(others * SECOND), int(steal * SECOND), 2)
        return gates.between(before, after)

    def failed(self, calibration=(100.0, 101.0), crossing=(0.8, 0.8), **how):
        return gates.failed(self.spent(**how), *map(gates.Pace, calibration, crossing), gates.Usual())

    def test_what_a_machine_does_all_the_time_is_no_disturbance(self):
        usual = gates.Usual()
        quiet = gates.Pace(100.0, 0.8), gates.Pace(101.0, 0.8)
        for _ in range(usual.LEAST):
            self.assertEqual(gates.failed(self.spent(steal=0.03), *quiet, usual), ["steal"])  # 1.5 % of both cores: until it is known
        self.assertEqual(usual.facts()["steal"], {"usual": 0.015, "limit": 0.03})
        self.assertEqual(gates.failed(self.spent(steal=0.0599), *quiet, usual), [])
        self.assertEqual(gates.failed(self.spent(steal=0.0602), *quiet, usual), ["steal"])
        self.assertEqual(usual.limit("run delay"), gates.DELAY_MAX)  # of which there was none
        for _ in range(usual.LAST):
            usual.see("steal", 0.2)
        self.assertEqual(usual.limit("steal"), 5 * gates.STEAL_MAX)
        for _ in range(usual.LAST):
            usual.see("steal", 0.0)
        self.assertEqual(usual.limit("steal"), gates.STEAL_MAX)  # it is quiet again

    def test_a_quiet_slice_passes(self):
        self.assertEqual(self.failed(), [])

    def test_each_gate_at_its_bound_and_above(self):
        self.assertEqual(self.failed(steal=0.02), [])  # 1 % of two cores
        self.assertEqual(self.failed(steal=0.0201), ["steal"])
        self.assertEqual(self.failed(busy=1.22), [])
        self.assertEqual(self.failed(busy=1.2201), ["foreign CPU"])
        self.assertEqual(self.failed(busy=1.21, tasks={1: (int(0.6 * SECOND), SECOND // 200, 0)}), [])
        self.assertEqual(self.failed(busy=1.21, tasks={1: (int(0.6 * SECOND), SECOND // 200 + 1000, 0)}), ["run delay"])
        self.assertEqual(self.failed(calibration=(100.0, 110.0)), [])
        self.assertEqual(self.failed(calibration=(111.0, 100.0)), ["calibration"])
        self.assertEqual(self.failed(crossing=(0.8, 1.2)), [])
        self.assertEqual(self.failed(crossing=(2.3, 0.8)), ["placement"])
        self.assertEqual(self.failed(crossing=(0.0, 0.0)), [])  # one core alone

    def test_waiting_for_ones_own_threads_is_not_the_machines_doing(self):
        tasks = {1: (int(0.4 * SECOND), int(0.15 * SECOND), 0), 2: (int(0.2 * SECOND), int(0.3 * SECOND), 0)}
        self.assertEqual(self.failed(busy=1.21, tasks=tasks), [])
        tasks[1] = (int(0.4 * SECOND), int(0.25 * SECOND), 0)
        self.assertEqual(self.failed(busy=1.21, tasks=tasks), ["run delay"])

    def test_a_core_that_is_slow_to_wake_is_not_somebody_else_at_work(self):
        self.assertEqual(self.failed(tasks={1: (int(0.3 * SECOND), int(0.3 * SECOND), 0)}, busy=0.9), [])
        woken = 20_000
        self.assertEqual(self.failed(busy=1.21, tasks={1: (int(0.6 * SECOND), woken * gates.WAKE_NS, woken)}), [])

    def test_where_only_ticks_are_counted_they_are_allowed_for(self):
        self.assertEqual(self.failed(busy=1.25, step=gates.TICK_NS), [])
        self.assertEqual(self.failed(busy=1.27, step=gates.TICK_NS), ["foreign CPU"])


class Pairs(unittest.TestCase):
    @staticmethod
    def taker(outcomes, crossings=()):
        """Takes slices that fail as the list says, in such placements, and remembers of whom they were."""
        asked = []
        crossings = list(crossings)

        def take(server):
            asked.append(server)
            ns = crossings.pop(0) if crossings else 0.8
            measured = {"cpu_us": 10.0 * len(asked), "user_us": 1.0, "system_us": 2.0, "requests_per_second": 3.0}
            return measured | {"calibration_us": [90.0, 91.0], "crossing_ns": [ns, ns]}, outcomes.pop(0) if outcomes else []

        return take, asked

    def test_a_block_is_ref_x_x_ref(self):
        take, asked = self.taker([])
        block = pairs.block(take, "ref", "x")
        self.assertEqual(asked, ["ref", "x", "x", "ref"])
        self.assertEqual([s["cpu_us"] for s in block.slices], [10.0, 20.0, 30.0, 40.0])
        self.assertEqual(block.repeats, 0)

    def test_what_fails_the_gates_is_repeated_and_counted(self):
        take, asked = self.taker([["steal"], [], ["run delay", "steal"], ["steal"], ["steal"], []])
        block = pairs.block(take, "ref", "x")
        self.assertEqual(asked, ["ref", "ref", "x", "x", "x", "x", "x", "ref"])
        self.assertEqual(block.repeats, 4)
        self.assertEqual(block.reasons, collections.Counter({"steal": 4, "run delay": 1}))
        self.assertEqual([s["cpu_us"] for s in block.slices], [20.0, 60.0, 70.0, 80.0])

    def test_a_block_is_of_one_placement_and_begins_anew_where_it_changes(self):
        take, asked = self.taker([], [0.8, 0.8, 2.3])
        block = pairs.block(take, "ref", "x")
        self.assertEqual(asked, ["ref", "x", "x", "ref", "x", "x", "ref"])
        self.assertEqual((block.repeats, block.reasons), (3, collections.Counter({"placement": 1})))
        self.assertEqual([s["cpu_us"] for s in block.slices], [40.0, 50.0, 60.0, 70.0])
        restless, asked = self.taker([], [0.8, 2.3] * 3)
        block = pairs.block(restless, "ref", "x")
        self.assertIsNone(block.slices)
        self.assertEqual((asked, block.reasons["placement"]), (["ref", "x"] * 3, 3))

    def test_four_failures_leave_the_block_out_and_it_is_counted(self):
        take, asked = self.taker([[], *[["foreign CPU"]] * 4])
        block = pairs.block(take, "ref", "x")
        self.assertIsNone(block.slices)
        self.assertEqual(asked, ["ref", "x", "x", "x", "x"])
        raw = {}
        series = pairs.Series(raw)
        series.add(block)
        series.add(pairs.block(self.taker([])[0], "ref", "x"))
        self.assertEqual((raw["left_out"], raw["repeats"], raw["reasons"]), (1, 3, {"foreign CPU": 4}))
        self.assertEqual(raw["blocks"], [[10.0, 20.0, 30.0, 40.0]])
        self.assertEqual(raw["user_us"], [1.0, 1.0])


class Processes(unittest.TestCase):
    def test_a_block_is_of_new_processes_but_of_those_that_compile(self):
        m = measure.Measurement([], {}, progress.Progress())
        native, javascript = (unittest.mock.Mock(compiles=compiles) for compiles in (False, True))
        native.name, javascript.name = "native", "javascript"
        m.warm = {("native", 100), ("native", 1), ("javascript", 100)}
        for one in (native, javascript):
            m.renew(one)
        self.assertEqual((native.start.call_count, javascript.start.call_count), (1, 0))
        self.assertEqual(m.warm, {("javascript", 100)})


class Placement(unittest.TestCase):
    """Looks are made up, and so is the time that passes in waiting."""

    def placed(self, looks, wanted=None, budget=0.0):
        slept = []
        looks = iter(looks)
        return placement.Placement(lambda: gates.Pace(90.0, next(looks)), wanted, budget, slept.append), slept

    def test_a_run_keeps_to_what_it_meets_at_its_beginning_or_is_told(self):
        found, _ = self.placed([0.8] * 4 + [2.3] * (placement.LOOKS - 4))
        found.begin()
        self.assertEqual(found.wanted_ns, 2.3)
        self.assertEqual((found.fits(2.0), found.fits(0.8)), (True, False))
        told, _ = self.placed([2.3] * placement.LOOKS, wanted=0.82)
        told.begin()
        self.assertEqual(told.facts(), {"crossing_ns": 0.82, "steady": True, "least_ns": 2.3, "most_ns": 2.3, "looks": placement.LOOKS,
                                        "elsewhere": placement.LOOKS, "waited_s": 0.0})

    def test_where_it_changes_from_look_to_look_there_is_none_to_keep_to(self):
        found, slept = self.placed([2.0, 7.5, 2.0, 7.5, 7.5, 2.0] + [7.5] * placement.LOOKS, budget=100.0)
        found.begin()
        self.assertEqual((found.is_steady, found.wanted_ns), (False, None))
        before = len(slept)
        found.settle()
        self.assertEqual(len(slept), before)  # nothing to wait for
        self.assertTrue(found.alike(2.0, 7.5))
        steady, _ = self.placed([2.0, 7.5, 2.0] + [7.5] * (placement.LOOKS - 3))
        steady.begin()
        self.assertEqual((steady.is_steady, steady.alike(2.0, 7.5)), (True, False))

    def test_a_machine_may_become_restless_later(self):
        later = [2.0, 7.5] * 6
        found, slept = self.placed([2.0] * placement.LOOKS + later, budget=100.0)
        found.begin()
        at_the_beginning = len(slept)
        while found.is_steady:
            found.settle()
        self.assertEqual((found.wanted_ns, found.alike(2.0, 7.5), found.facts()["looks"]), (None, True, placement.LOOKS + placement.CHANGES_LATER + 2))
        self.assertEqual(len(slept) - at_the_beginning, 5)  # for each of another placement until then
        told, _ = self.placed([2.0] * placement.LOOKS + later, wanted=2.0)
        told.begin()
        for _ in range(len(later) // 2):
            told.settle()
        self.assertTrue(told.is_steady)

    def test_it_waits_for_it_no_longer_than_it_may(self):
        found, slept = self.placed([2.3, 2.3, 0.8, 2.3, 2.3, 2.3, 2.3], wanted=0.8, budget=4 * placement.EVERY_S)
        self.assertEqual(found.settle().crossing_ns, 0.8)
        self.assertEqual(len(slept), 2)
        self.assertEqual(found.settle().crossing_ns, 2.3)  # two more waits, and there is no time left
        self.assertEqual((len(slept), found.waited_s), (4, 4 * placement.EVERY_S))
        self.assertEqual(found.settle().crossing_ns, 2.3)

    @staticmethod
    def raw(crossings):
        blocks = [[1.0, 2.0 * ns, 2.0 * ns, 1.0] for ns in crossings]
        series = {"blocks": blocks, "crossing_ns": [[ns] * 8 for ns in crossings], "user_us": [ns for ns in crossings for _ in (1, 2)], "system_us": [],
                  "requests_per_second": [], "left_out": 0}
        pieces = [{"round": at, "crossing_ns": [ns, ns]} for at, ns in enumerate(crossings)]
        return {"facts": {"placement": {"crossing_ns": 0.8}}, "contenders": {"x": {"pairs": {"100": series}, "open": {"half": pieces}}}}

    def test_what_is_of_another_one_does_not_count_where_enough_is_without(self):
        kept = placement.keep(self.raw([0.8, 2.3, 0.9, 0.8]))["contenders"]["x"]
        series = kept["pairs"]["100"]
        self.assertEqual((len(series["blocks"]), series["elsewhere"], series["user_us"]), (3, 1, [0.8, 0.8, 0.9, 0.9, 0.8, 0.8]))
        self.assertEqual([piece["round"] for piece in kept["open"]["half"]], [0, 2, 3])
        few = placement.keep(self.raw([0.8, 2.3, 2.3, 0.8]))["contenders"]["x"]
        self.assertEqual((len(few["pairs"]["100"]["blocks"]), few["pairs"]["100"]["elsewhere"], len(few["open"]["half"])), (4, 0, 4))

    def test_older_results_are_as_they_are(self):
        raw = made_up.raw()
        before = json.dumps(raw)
        self.assertEqual(json.dumps(placement.keep(raw)), before)


class Windows(unittest.TestCase):
    @staticmethod
    def window(steps, gap=50.0, delay=300.0, steal=0, idle=5000.0):
        return {"gap_us": gap, "idle_us": idle, "late_us": 1.0, "delay_us": delay, "steal_ticks": steal, "histogram_ns": steps}

    def test_clean_are_those_in_which_nothing_but_the_server_was_at_work(self):
        quiet = self.window([[1000, 10]])
        seen = windows.clean([quiet] * 5 + [self.window([], gap=200.0), self.window([], delay=701.0), self.window([], steal=1), self.window([], delay=700.0),
                                             self.window([], idle=999.0), self.window([], idle=1000.0)])
        self.assertEqual(seen, [True] * 5 + [False, False, False, True, False, True])

    def test_the_percentiles_of_all_and_of_the_clean_ones(self):
        found = windows.summary([self.window([[1000, 99], [2000, 1]])] * 3 + [self.window([[9000, 100]], gap=5000.0)])
        self.assertEqual((found["windows"], found["clean_windows"]), (4, 3))
        self.assertEqual(found["clean"], {"p50_us": 1.0, "p90_us": 1.0, "p99_us": 1.0})
        self.assertEqual(found["all"], {"p50_us": 1.0, "p90_us": 9.0, "p99_us": 9.0})
        self.assertEqual(found["all_ns"], [(1000, 297), (2000, 3), (9000, 100)])

    def test_a_run_without_a_clean_window_says_so(self):
        self.assertEqual(windows.summary([self.window([[1000, 1]], steal=1)], gated=False)["clean_windows"], 1)
        found = windows.summary([self.window([[1000, 1]], steal=1)])
        self.assertEqual((found["clean_windows"], found["clean"]), (0, None))

    def test_a_curve_of_many_histograms_is_that_of_their_sum(self):
        merged = windows.merge([[(1000, 5), (2000, 5)], [(2000, 80), (9000, 10)]])
        self.assertEqual(merged, [(1000, 5), (2000, 85), (9000, 10)])
        self.assertEqual(windows.curve(merged)[-1], (99.0, 9.0))


class Blocks(unittest.TestCase):
    def test_slices_of_one_block_are_not_two_witnesses(self):
        """Blocks apart by a half, and the two slices of each alike: an interval of the slices would be too narrow."""
        blocks = [[10.0, us, us * 1.001, 10.0] for us in (20.0, 30.0, 22.0, 28.0)]
        one = {"pairs": {"100": {"blocks": blocks, "user_us": [us for block in blocks for us in block[1:3]]}}}
        alone = intervals.interval(us for block in blocks for us in block[1:3])
        for found in (figures.cpu(one), figures.parts(one, "user_us")):
            self.assertEqual(found.size, 4)
            self.assertAlmostEqual(found.mean, alone.mean)
            self.assertGreater(found.high / found.low, 1.15 * (alone.high / alone.low) - 0.15)


class Waits(unittest.TestCase):
    def test_an_interval_of_six_pieces_lies_between_the_least_and_the_greatest(self):
        one = {"open": {"half": [made_up.piece(wait, at, 1000.0) for at, wait in enumerate((70.0, 71.0, 72.0, 70.0, 69.0, 2000.0))]}}
        found = waits.interval(one, "half", 99)
        alone = [waits.interval({"open": {"half": [piece]}}, "half", 99).mean for piece in one["open"]["half"]]
        self.assertLessEqual(min(alone), found.low)
        self.assertLessEqual(found.high, max(alone))

    def contender(self, factor, rounds=6, machine=lambda number: 1.0, noise=0.03, seed=1):
        """Its requests wait so many times 100 µs, and as much longer as the machine is slow in that round."""
        random_ = random.Random(seed)
        return {"open": {"half": [made_up.piece(100 * factor * machine(n) * random_.lognormvariate(0, noise), n) for n in range(rounds)]}}

    def test_a_known_ratio_is_found_though_each_round_meets_another_machine(self):
        def machine(number):
            return (1, 1.7, 1.2, 0.8, 1.5, 1.1)[number]

        ours, theirs = self.contender(3, machine=machine, seed=2), self.contender(1, machine=machine, seed=3)
        found = waits.ratio(ours, theirs, "half", 99)
        self.assertTrue(found.low <= 3 <= found.high, found)
        self.assertLess(found.high / found.low, 1.4)
        alone = waits.interval(ours, "half", 99)
        self.assertGreater(alone.high / alone.low, 1.6)  # of this machine in these minutes, and it says so

    def test_the_interval_has_the_truth_in_most_runs(self):
        held = 0
        for seed in range(100):
            found = waits.ratio(self.contender(2, seed=2 * seed), self.contender(1, seed=2 * seed + 1), "half", 99)
            held += found.low <= 2 <= found.high
        self.assertGreaterEqual(held, 80)  # of pieces so few, by the greatest of them: a little less than of means

    def test_percentiles_are_of_the_requests_together(self):
        together = waits.Together([[(1000, 90), (9000, 10)], [(2000, 100)]])
        self.assertEqual([together.percentile_us([0, 1], p) for p in (45, 95, 96, 100)], [1.0, 2.0, 9.0, 9.0])
        self.assertEqual(together.percentile_us([1, 1], 99), 2.0)
        for percent in (1, 33, 50, 90, 99, 100):
            merged = windows.merge([[(1000, 90), (9000, 10)], [(2000, 100)]])
            self.assertEqual(together.percentile_us([0, 1], percent), windows.percentile_us(merged, percent))

    def test_only_rounds_that_both_were_in_are_set_beside_each_other(self):
        ours, theirs = self.contender(3), self.contender(1)
        ours["open"]["half"][0] |= {"clean_ns": []}
        del theirs["open"]["half"][5]
        self.assertEqual(waits.ratio(ours, theirs, "half", 99).size, 4)
        self.assertIsNone(waits.ratio(ours, {}, "half", 99))
        self.assertIsNone(waits.interval({"open": {"half": [{"rate": 9.0, "beyond": 4.0}]}}, "half", 99))

    def test_a_round_has_one_of_each_between_two_of_planish_and_turns_round(self):
        names = ("planish", "a", "b")
        everyone = [type("One", (), {"name": name, "out": None})() for name in names]
        m = measure.Measurement(everyone, {}, progress.Progress())
        part = latency.Open(m, "half", 2, 1, everyone)
        for number in range(part.count):
            part.add_round(number)
        self.assertEqual([step[1].rpartition(" ")[2] for step in m.progress.steps], ["planish", "a", "b", "planish", "planish", "b", "a", "planish"])

    def test_the_rate_is_settled_once(self):
        one = type("One", (), {"name": "a", "out": None})()
        m = measure.Measurement([one], {}, progress.Progress())
        half, fixed = latency.Open(m, "half", 2, 1, [one]), latency.Open(m, 5000, 2, 1, [one])
        with unittest.mock.patch.object(m.progress, "say"):
            self.assertIsNone(half.rate(one, 0))
            self.assertEqual(m.raw["a"], {})  # its block may yet come
            self.assertIsNone(half.rate(one, 1))
        self.assertEqual(len(m.raw["a"]["faults"]), 1)
        m.raw["a"]["pairs"] = {"100": {"requests_per_second": [4000.0, 4000.0]}}
        self.assertAlmostEqual(half.rate(one, 0), 2000)
        self.assertIsNone(fixed.rate(one, 0))
        self.assertIsNone(fixed.rate(one, 1))
        self.assertEqual(len(m.raw["a"]["open"]["5000"]), 1)
        m.raw["a"]["open"]["half"] = [made_up.piece(100.0, 0, 1900.0)]
        self.assertEqual(half.rate(one, 1), 1900.0)


class TwoRuns(unittest.TestCase):
    def test_that_are_alike_agree_and_one_that_is_not_is_named(self):
        one, other = made_up.raw(), made_up.raw()
        _, share, _ = compare.table(one, other)
        self.assertEqual(share, 1.0)
        other["contenders"]["hyper"]["pairs"]["100"] = made_up.pairs(15.0)
        lines, share, _ = compare.table(one, other)
        self.assertTrue(compare.WANTED < share < 1)
        self.assertEqual({line.split("|")[1].strip() for line in lines if line.endswith("| no |")}, {"hyper"})
        pairs = sum("100" in contender.get("pairs", {}) for name, contender in one["contenders"].items() if name != "planish")
        self.assertIn(f"| all | ratio, 100 connections | | | {pairs - 1} of {pairs} |", lines)

    def test_what_only_one_of_them_has_is_said(self):
        one, other = made_up.raw(), made_up.raw()
        del other["contenders"]["node22"]
        lines, _, alone = compare.table(one, other)
        self.assertEqual(sum("in one of them only: node22" in line for line in lines), alone)
        self.assertGreater(alone, 0)

    def test_a_single_value_is_compared_with_nothing(self):
        one, other = made_up.raw(), made_up.raw()
        for name in ("blocks", "user_us", "system_us", "requests_per_second"):
            del other["contenders"]["hyper"]["pairs"]["100"][name][1:]
        lines, _, alone = compare.table(one, other)
        self.assertTrue(any("in one of them only: hyper, ratio, 100" in line for line in lines))
        self.assertEqual(alone, 2)

    def test_as_many_digits_as_tell_the_ends_apart(self):
        self.assertEqual(compare.shown(intervals.Interval(1.1, 1.08, 1.124, 5)), "1.100 (1.080 – 1.124)")
        self.assertEqual(compare.shown(intervals.Interval(21.0, 17.0, 26.0, 5)), "21 (17 – 26)")
        self.assertEqual(compare.shown(intervals.Interval(12010.0, 12000.0, 12030.0, 5)), "12 010 (12 000 – 12 030)")
        self.assertEqual(compare.shown(intervals.Interval(1.0, 1.0, 1.0, 1)), "1.0 (1.0 – 1.0)")


class Newer(unittest.TestCase):
    def test_what_only_tells_is_there(self):
        for name in newer.TELLING:
            self.assertTrue((pathlib.Path(newer.__file__).parent / f"{name}.py").exists(), name)
        for path in newer.MEASURED:
            self.assertTrue(path.startswith(":") or (newer.ROOT / path).exists(), path)

    def test_results_of_an_older_commit_carry_a_warning(self):
        with tempfile.TemporaryDirectory() as name:
            root = pathlib.Path(name)

            def git(*command):
                identity = ["-c", "user.name=a", "-c", "user.email=a@example.com", "-c", "commit.gpgsign=false"]
                return subprocess.run(["git", *identity, *command], cwd=root, check=True, capture_output=True, text=True).stdout.strip()

            git("init", "-q")
            (root / "src").mkdir()
            (root / "src" / "a.cpp").write_text("1", encoding="utf-8")
            git("add", ".")
            git("commit", "-qm", "one")
            results = root / "latest"
            results.mkdir()
            (results / "raw.json").write_text(json.dumps({"facts": {"commit": git("rev-parse", "HEAD")}}), encoding="utf-8")
            self.assertEqual(newer.warning(results, root), "")
            (root / "README").write_text("words", encoding="utf-8")
            git("add", "README")
            git("commit", "-qm", "words only")
            self.assertEqual(newer.warning(results, root), "")
            harness = root / "bench" / "load" / "harness"
            harness.mkdir(parents=True)
            (harness / "text.py").write_text("tells", encoding="utf-8")
            git("add", "bench")
            git("commit", "-qm", "what only tells of results")
            self.assertEqual(newer.warning(results, root), "")
            (harness / "closed.py").write_text("measures", encoding="utf-8")
            git("add", "bench")
            git("commit", "-qm", "one")
            self.assertIn("1 commits", newer.warning(results, root))
            (root / "src" / "a.cpp").write_text("2", encoding="utf-8")
            git("commit", "-qam", "two")
            self.assertIn("2 commits", newer.warning(results, root))
            (results / "raw.json").write_text(json.dumps({"facts": {"commit": "f" * 40}}), encoding="utf-8")
            self.assertIn("does not have", newer.warning(results, root))


if __name__ == "__main__":
    unittest.main()

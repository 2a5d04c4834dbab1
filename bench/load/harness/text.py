"""The words around the tables: how each figure was got, where and with what."""
import collections

from . import ROOT, claims, figures, instructions, waits

HOW_SURE = ("Slices of a second in blocks [planish X X planish]; the ratio is the geometric mean of the blocks, with its 95 % interval by bootstrap and "
            "Student's t. A slice in which the machine did something else (over 1 %, or over twice what it does all the time) is repeated. "
            "Rows whose intervals overlap are not told apart, whatever their order.")
P99 = ("p99 is that of clean windows, at half of each one's own maximum, so each at a rate of its own; what is near the floor's is the kernel's "
       "and the generator's.")
RESTLESS = "Its two CPUs did not hold still: how long a client waits is the host's doing there, stands in the tables of the open loop alone and decides no claim."

CLOSED = ("The next request follows the answer. CPU time is the server's own, all threads and children, user and system. A slice is repeated if steal or "
          "foreign CPU time is over 1 %, if the server was ready and did not run for over 0.5 % (or twice "
          "what this machine does all the time, see its facts), or if a loop of calibration before and after differs by "
          "over 10 %, or the way from core to core by over a half; a block with a slice that failed four times is left out, and so is one of another placement of "
          "the two cores than the run's. wrk is there as a cross-check.")
OPEN = ("Requests are due at random times (Poisson, the same for all); latency counts from then, and all that was due is counted. A window of 100 ms is "
        "clean if the generator looked at its clock every 200 µs and had time left, nothing was stolen and the "
        "server waited for its core at most twice as long as usual (and 100 µs). "
        "Each has a piece in each round, between two of planish: what it waits beside planish is of the same minutes. In brackets the 95 % interval, by drawing "
        "pieces anew, not requests; µs are those of this machine at this hour.")


def how_sure(raw):
    return f"{HOW_SURE} {P99 if waits.held_still(raw) else RESTLESS}"


def facts(raw):
    f = raw["facts"]
    cpu = f["cpu_facts"]
    lines = [
        f"- {f['date']}, commit `{(f['commit'] or '?')[:12]}`" + (f" with {f['changed_files']} changed files" if f["changed_files"] else ""),
        f"- `{f['command']}`",
        f"- {f['cpu']} ({cpu['family']}), {f['cpus_allowed']} of {f['cpus']} CPUs, {f['memory_mb']} MB, {f['hypervisor'] or 'no hypervisor seen'}, "
        f"{f['open_files_max']} open files a process",
        f"- flags: {' '.join(cpu['flags'])}; simdjson takes its {cpu['simdjson']} kernel; clock {cpu['clock']}; softirq work is {cpu['softirq']}",
        "- the server's core and the generator's " + ("are siblings of one physical core: what one does slows the other" if cpu["share_a_core"]
                                                     else "are two, as far as the machine says") + f" (siblings {cpu['siblings']})",
        *placed(f.get("placement")),
        f"- steal: {100 * f.get('steal_share', 0):.2f} % of the run",
        *gated(f.get("gates")),
        f"- {f['system']}, kernel {f['kernel']}; load average {f['load_average_before'][0]:.2f} before, {f['load_average_after'][0]:.2f} after",
        "- " + "; ".join(v for v in f["compilers"].values() if v),
        "- " + ", ".join(f"{k} {v}" for k, v in f["libraries"].items()),
    ]
    for name, c in raw["contenders"].items():
        version = " ".join((c["version"] or "version not known").split())[:240]
        lines.append(f"- {name}: {c['description']}; {version}" + (f"; {c['flags']}" if c["flags"] else ""))
    return "\n".join(lines) + "\n"


def placed(found):
    """Where the two cores were, as far as it can be told from within a virtual machine."""
    if found and not found.get("steady", True):
        return [f"- the server's core reads a line that the generator's has just written in {found['least_ns']:.1f} to {found['most_ns']:.1f} ns, from one look to the "
                "next: the hypervisor moves them all the time, so each slice has all of that, and the intervals have what it costs"]
    if not found or not found["crossing_ns"]:
        return []
    return [f"- the server's core reads a line that the generator's has just written in {found['crossing_ns']:.2f} ns; a hypervisor may have them share a core "
            f"at one time and not at another, and then it is another time: so it was in {found['elsewhere']} of {found['looks']} looks; "
            f"{found['waited_s']:.0f} s were waited for it to end, and what was measured meanwhile counts only where there is too little without"]


def gated(found):
    """How much of each kind a slice could have at the end; nothing of a run before that was kept."""
    if not found:
        return []
    def told(kind, one):
        usual = "" if one["usual"] is None else f" (usually {100 * one['usual']:.2g} %)"
        return f"{kind} {100 * one['limit']:.2g} %{usual}"

    return ["- gates at the end of the run: " + ", ".join(told(kind, one) for kind, one in found.items())]


def floor_minutes(report):
    seen = figures.rounds(report.all.get("epoll-floor", {}), "minutes", 100)
    if not seen:
        return ""
    values = [one["cpu_us"] for one in seen]
    return f"The floor, once a minute: {min(values):.1f} to {max(values):.1f} µs in {len(values)} slices; so much the machine itself moved.\n\n"


SECOND = ("A body as an analytics library sends it: a Segment batch. Parsed, each payload in canonical form (RFC 8785), hashed by SHA-256, and told. Each ecosystem "
          "with the library that its users would take: serde_jcs and sha2, Go's and Node's of RFC 8785; planish with SHA-256 as they, and with its defaults. The "
          "benchmark's body flatters whoever was tuned on it, planish first; planish's tests count instructions on a body of this kind, too. "
          "Instructions are callgrind's, in which SHA-256 is made in plain code; CPU time is with SHA instructions where the processor has them.")
STEPS = ("One thing changed from one program to the next, and what that costs in CPU time. The two were each paired with planish, not with each other, so "
         "the intervals add up.")
PICTURES = {"Side by side": ("cpu",), "Step by step": ("bridge",),
            "The second contest": ("canonical",), "planish's own questions": ("questions",), "Cold start": ("cold-start",),
            "Memory": ("memory",), "A month": ("cost",), "Closed loop, 1 connections": ("cpu-one",), "Growth: events": ("growth-events",),
            "Growth: bytes, 10 events": ("growth-body_bytes",), "Growth: pipelined": ("growth-depth",), "Growth: connections": ("growth-connections",),
            "Growth: threads": ("growth-threads",)}


def whole(report, pictures=frozenset()):
    """`pictures`: the names of those that are there, each to be shown in its section."""
    raw = report.raw
    s = raw["settings"]
    sections = [
        ("Side by side", f"One body of {raw['body_bytes']} bytes, 100 events, the article's. Server on one core, generator on another. {how_sure(raw)} "
         f"Instructions are user instructions by callgrind, {instructions.NOT_IN_CALLGRIND}.\n\n" + report.overview()),
        ("The article's claims", "A claim is judged by the article's own program and host, built and run here. Held: within a quarter. Not decided: the interval "
         "has both, the figure is missing, it was waited on a machine that did not hold still, or it is a maximum, which is the machine's own. "
         "Waiting is of clean windows at half of each one's own maximum, in an open loop: another experiment than the article's. "
         "Memory and size are one reading each.\n\n" + report.claims()),
    ]
    sections += [(title, content) for title, content in (
        ("Step by step", report.steps() and f"{STEPS}\n\n{report.steps()}"),
        ("The second contest", report.second() and f"{SECOND}\n\n{report.second()}"),
        ("planish's own questions", report.questions() and f"What a feature costs, beside the same without it.\n\n{report.questions()}")) if content]
    for connections in sorted({k for c in report.all.values() for k in c.get("pairs", {})}, key=int, reverse=True):
        sections.append((f"Closed loop, {connections} connections", f"Slices of {s['seconds']} s. {CLOSED}\n\n" + floor_minutes(report) + report.closed(connections)))
    for rate in report.rates():
        title = "half of each one's own maximum" if rate == "half" else f"{rate} requests a second"
        seconds = s["open_seconds"] if rate == "half" else s.get("rate_seconds", s["open_seconds"])
        sections.append((f"Open loop, {title}", f"{s['open_rounds']} pieces of {seconds} s. {OPEN}\n\n" + report.open(rate)))
    sections += [
        ("Cold start", "From exec to an accepted connect(), and to the first byte of a 200; polled, interleaved.\n\n" + report.cold()),
        ("Memory", "MiB, all processes of the server; idle: after start; loaded: after load on 100 connections; then fresh with "
         "idle keep-alive connections that had one answer each. The kernel's own is in the last column alone (slab, stacks, page tables,"
         " socket buffers; client and server).\n\n" + report.memory()),
        ("A month", report.cost()),
    ]
    for kind, what in (("growth_events", "events"), ("growth_body_bytes", "bytes, 10 events"), ("growth_depth", "pipelined"),
                       ("growth_connections", "connections"), ("growth_threads", "threads")):
        grown = report.growth(kind, what)
        if grown:
            sections.append((f"Growth: {what}", f"Server CPU per request, µs; median (least – most) of {s['growth_rounds']} rounds of "
                             f"{s['growth_seconds']} s.\n\n" + grown))
    sections += [("Out or left out, and why", report.faults()), ("What each validates", report.reads()), ("Where and with what", facts(raw))]
    shown = dict(PICTURES)
    for rate in report.rates():
        shown["Open loop, " + ("half of each one's own maximum" if rate == "half" else f"{rate} requests a second")] = (f"latency-{rate}",)
    f = raw["facts"]
    return ("# planish and its peers\n\nMade by bench/load/run from raw.json; not edited by hand. "
            f"{f['date'][:10]}, commit `{(f['commit'] or '?')[:12]}`, `{f['command']}`, on {f['cpu']}. "
            "How far a second run agrees is in compare.md.\n\n") + "\n".join(
        f"## {title}\n\n{content}" + "".join(f"\n![{title}]({name}.svg)\n" for name in shown.get(title, ()) if name in pictures)
        for title, content in sections)


def became(report, folder):
    """What the article's claims came to, in two sentences; of a machine that did not hold still, in one."""
    judged = claims.rows(report.raw)
    verdicts = collections.Counter(one.verdict for one in judged)
    of_waits = "The article's"
    if waits.held_still(report.raw):
        first = next(one for one in judged if one.claim.startswith("native beats Wasm"))
        of_waits = f"Of the article: {first.claim}; here Wasm's p99 is {first.host} ({first.verdict}). Its"
    return (f"{of_waits} {len(judged)} claims: "
            + ", ".join(f"{said} {count}" for said, count in verdicts.most_common()) + f" ([each of them]({folder}/tables.md)).")


def readme(report, folder, names):
    f = report.raw["facts"]
    where = (f"Measured {f['date'][:10]} at commit `{(f['commit'] or '?')[:12]}` on {f['cpu']} ({f['cpus_allowed']} CPUs, "
             f"{f['system']}, kernel {f['kernel']}) by `{f['command']}`. {how_sure(report.raw)}\n\n{became(report, folder)}\n\n"
             f"All rows, the open loop, cost and what each validates: [tables]({folder}/tables.md), [raw]({folder}/raw.json).\n\n")
    # A picture without a point is not drawn.
    pictures = [f"![{what}]({folder}/{name}.svg)" for what, name in (("CPU time of a request, all contenders", "cpu"), ("From native to an instance a request", "bridge"))
                if (ROOT / folder / f"{name}.svg").exists()]
    return where + report.overview(names) + "\n" + "\n\n".join(pictures) + "\n\n"

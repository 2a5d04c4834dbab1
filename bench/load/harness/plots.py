"""The pictures, from the same figures as the tables; who looks at them as PNG too is `render`."""
import shutil
import subprocess

from . import cost, figures, svg, waits, windows
from .intervals import Interval

BRIDGE = ("planish", "planish-dynamic", "planish-scalar", "planish-dynamic-scalar", "wasm2c-guard", "wasm2c-bounds", "wasmtime-kept", "wasmtime-simd-kept",
          "wasm-node", "wasm-node-simd", "wasm2c-guard-fresh", "wasmtime", "wasm-node-fresh")

# What changes, from whom, to whom: one thing each.
STEPS = (
    ("without SIMD, the same compiler (gcc)", "planish-dynamic", "planish-dynamic-scalar"),
    ("without SIMD, the same compiler (clang)", "planish", "planish-scalar"),
    ("the sandbox: the same kernel behind wasm2c, guard pages", "planish-dynamic-scalar", "wasm2c-guard"),
    ("each access checked instead of guard pages", "wasm2c-guard", "wasm2c-bounds"),
    ("Wasmtime's compiler, WASI and HTTP host instead of wasm2c and planish's", "wasm2c-guard", "wasmtime-kept"),
    ("V8 with Node's HTTP instead of wasm2c and planish's", "wasm2c-guard", "wasm-node"),
    ("128 bit SIMD in the module, in Wasmtime", "wasmtime-kept", "wasmtime-simd-kept"),
    ("an instance for each request, in Wasmtime", "wasmtime-kept", "wasmtime"),
    ("an instance for each request, in wasm2c", "wasm2c-guard", "wasm2c-guard-fresh"),
    ("an instance for each request, in V8", "wasm-node", "wasm-node-fresh"),
    ("uWebSockets' HTTP instead of planish's, the same core (gcc)", "planish-dynamic", "uwebsockets-planish"),
)


def draw(folder, raw):
    everyone = {name: c for name, c in raw["contenders"].items() if not c["out"]}
    contest = {n: c for n, c in everyone.items() if c["contest"] == "article"}
    pictures = {
        "cpu": _cpu(contest), "cpu-one": _cpu(contest, 1), "canonical": _cpu({n: c for n, c in everyone.items() if c["contest"] == "segment"}),
        "bridge": _bridge(contest), "questions": _questions(everyone), "cold-start": _starts(everyone), "memory": _memory(contest),
        "cost": _cost(contest), **_waits(contest), **_growth(contest),
    }
    for old in [*folder.glob("*.svg"), *folder.glob("*.png")]:
        old.unlink()
    for name, picture in pictures.items():
        if picture:
            (folder / f"{name}.svg").write_text(picture, encoding="utf-8")


def _cpu(contenders, connections=100):
    floor = figures.cpu(contenders.get("epoll-floor", {}), connections)
    many = f"{connections} connections" if connections > 1 else "one connection"
    return svg.dots("Server CPU time of a request", f"{many}, closed loop; geometric mean and 95 % interval.", "µs",
                        [(c["description"], figures.cpu(c, connections), c["family"]) for c in contenders.values()],
                        ("the kernel's floor, epoll and a fixed answer", floor.mean) if floor else None)


def _bridge(contenders):
    return svg.dots("From native to an instance a request", "CPU time of a request as a multiple of planish's: the kernel without SIMD, then "
                        "compilers and sandboxes, then an instance for each request.", "×",
                        [(contenders[n]["description"], figures.ratio(contenders[n]), contenders[n]["family"]) for n in BRIDGE if n in contenders], in_order=True)


def _questions(contenders):
    return svg.dots("What planish's own features cost", "CPU time of a request as a multiple of the same without.", "×",
                        [(c["description"], figures.ratio(c), c["family"]) for c in contenders.values()
                         if c.get("versus", "planish") != "planish" and c["family"] == "planish" and c["contest"] == "article"])


def _starts(contenders):
    floor = figures.starts_interval(contenders.get("exit-floor", {}), "first_200_us")
    return svg.dots("From exec to the first 200", "Cold starts, interleaved; geometric mean and 95 % interval.", "ms",
                        [(c["description"], figures.starts_interval(c, "first_200_us"), c["family"]) for c in contenders.values()],
                        ("a process that ends at once", floor.mean) if floor else None)


def _memory(contenders):
    def one(c):
        mib = figures.memory(c, "loaded")
        return mib and Interval(mib, mib, mib, 1)

    return svg.dots("Resident memory after load", "100 connections, all processes of the server.", "MiB",
                        [(c["description"], one(c), c["family"]) for c in contenders.values()])


def _waits(contenders):
    found = {}
    rates = sorted({rate for c in contenders.values() for rate in c.get("open", {})}, key=lambda r: (r == "half", r.zfill(8)))
    for rate in rates:
        drawn: list = []
        for c in contenders.values():
            if not waits.steps(c, rate):
                continue
            lines = [[(1 / (1 - p / 100), us, us, us) for p, us in windows.curve(waits.steps(c, rate, which)) if us > 0] for which in ("clean", "all")]
            drawn.append((c["description"], c["family"], *lines))
        how = "half of each one's own maximum" if rate == "half" else f"{int(rate):,} requests a second".replace(",", " ")
        found[f"latency-{rate}"] = svg.panels(
            f"How long a user waits at {how}", "From when a request was due; colour: windows of 100 ms in which the machine was quiet; grey: all of them.",
            "percentile", "µs", drawn, [(2, "50 %"), (10, "90 %"), (100, "99 %"), (1000, "99.9 %"), (10000, "99.99 %")])
    return found


def _growth(contenders):
    found = {}
    for kind, what in (("events", "events in a request"), ("body_bytes", "bytes of a body of 10 events"), ("depth", "requests under way on a connection"),
                       ("connections", "connections"), ("threads", "threads")):
        drawn: list = []
        for c in contenders.values():
            points = []
            for key in sorted(c.get(f"growth_{kind}", {}), key=int):
                s = figures.spread(r["cpu_us"] for r in c[f"growth_{kind}"][key] if not r.get("errors"))
                if s:
                    points.append((int(key), s.median, s.low, s.high))
            drawn.append((c["description"], c["family"], points, []))
        found[f"growth-{kind}"] = svg.panels(f"CPU time of a request by {what}", "Median, with the least and the most of the rounds.", what, "µs", drawn)
    return found


def _cost(contenders):
    given = cost.inputs()
    drawn: list = []
    for name in ("planish", "hyper", "hyper-musl", "wasmtime-rust", "node22", "fasthttp"):
        if name not in contenders:
            continue
        c = contenders[name]
        for mode in cost.MODES:
            points = [(x, y, y, y) for x, y in cost.curve(mode, c, given)]
            behind = [(x, y, y, y) for x, y in cost.curve(mode, contenders.get("planish", {}), given)] if name != "planish" else []
            even = cost.break_even(mode, c, contenders.get("planish", {}), given) if behind else None
            label = f"{name}, {mode}" + (f": even at {svg.number(even)} a second" if even else "")
            drawn.append((label, c["family"], points, behind, *([even] if even else [])))
    title = f"What {given['functions']:,} functions cost a month".replace(",", " ")
    note = ("By the requests per second of each; process: one for each function; shared: as many as the load fills; machines: whole ones. Grey: planish; "
            "upright: the rate at which both cost as much.")
    return svg.panels(title, note, "requests a second of one function", "US dollars a month", drawn)


def render(folder):
    """Each SVG as PNG in folder/png at its own width and at a telephone's, to be looked at; wants Chromium. How many there are."""
    browser = shutil.which("chromium")
    if not browser:
        raise SystemExit("--render wants chromium (cmake/packages browser)")
    out = folder / "png"
    out.mkdir(exist_ok=True)
    count = 0
    for picture in sorted(folder.glob("*.svg")):
        text = picture.read_text(encoding="utf-8")
        high = int(float(text.partition('height="')[2].partition('"')[0]))
        wide = int(float(text.partition('width="')[2].partition('"')[0]))
        for name, size in (("wide", wide), ("phone", 360)):
            page = out / f"{picture.stem}.html"
            page.write_text(f'<body style="margin:0"><img src="{picture.resolve().as_uri()}" width="{size}">', encoding="utf-8")
            subprocess.run([browser, "--headless", "--no-sandbox", "--disable-gpu", "--allow-file-access-from-files", "--hide-scrollbars",
                            f"--window-size={max(size, 500)},{high * size // wide + 10}", f"--screenshot={out / f'{picture.stem}-{name}.png'}", page.resolve().as_uri()],
                           check=False, capture_output=True, timeout=60)
            page.unlink()
            count += 1
    return count

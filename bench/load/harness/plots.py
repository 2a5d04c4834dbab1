"""The plots, drawn by gnuplot from the same figures as the tables; each as SVG and as PNG."""
import subprocess

from . import figures

COLOURS = ("#1b6ca8", "#c8553d", "#3a7d44", "#8a5a99", "#b8860b", "#555555", "#2a9d8f", "#d16ba5", "#7a8b2e", "#4c4c9d",
           "#999999")


def _quote(text):
    return '"' + text.replace("_", "\\_").replace('"', "'") + '"'


def _draw(folder, name, script):
    for terminal, suffix, size in (("svg", "svg", "960,540"), ("pngcairo", "png", "1200,675")):
        head = f'set terminal {terminal} size {size} font "sans,12" background "white"\n'
        head += f'set output "{folder / name}.{suffix}"\nset grid ytics lc rgb "#dddddd"\nset border 3\nset tics nomirror\n'
        try:  # tables without a plot are better than none
            done = subprocess.run(["gnuplot"], input=head + script, text=True, capture_output=True, check=False, timeout=60)
            complaint = done.stderr if done.returncode != 0 else ""
        except (OSError, subprocess.TimeoutExpired) as problem:
            complaint = str(problem)
        if complaint:
            print(f"gnuplot, {name}.{suffix}: {complaint}")


def _bars(folder, name, title, unit, rows):
    """rows: (label, Spread). Logarithmic, since a floor and a virtual machine have to fit on one page."""
    rows = [(label, s) for label, s in rows if s and s.median > 0]
    if not rows:
        return
    data = "\n".join(f"{i} {s.median} {s.low} {s.high} {_quote(label)}" for i, (label, s) in enumerate(rows))
    low = min(s.low for _, s in rows) / 2
    _draw(folder, name, f"""$data << EOD
{data}
EOD
set title {_quote(title)}
set ylabel {_quote(unit)}
set logscale y
set yrange [{low}:*]
set xtics rotate by -35
set style fill solid 0.8
set boxwidth 0.6
set key off
plot $data using 1:2:xtic(5) with boxes lc rgb "{COLOURS[0]}", \\
     $data using 1:2:3:4 with yerrorbars lc rgb "black" pt -1, \\
     $data using 1:4:(sprintf("%.3g",$2)) with labels offset 0,0.8
""")


def _lines(folder, name, title, x, y, series, logs="xy", extra=""):
    """series: (label, [(x, y)])."""
    series = [(label, points) for label, points in series if points]
    if not series:
        return
    blocks = "".join(f"$s{i} << EOD\n" + "\n".join(f"{a} {b}" for a, b in points) + "\nEOD\n"
                     for i, (_, points) in enumerate(series))
    plots = ", \\\n     ".join(
        f'$s{i} with linespoints lw 2 pt 7 ps 0.5 lc rgb "{COLOURS[i % len(COLOURS)]}" title {_quote(label)}'
        for i, (label, _) in enumerate(series))
    log = f"set logscale {logs}\n" if logs else ""
    _draw(folder, name, f"{blocks}set title {_quote(title)}\nset xlabel {_quote(x)}\nset ylabel {_quote(y)}\n{log}"
                        f"set key outside right\n{extra}plot {plots}\n")


def _growth(raw, kind, field="cpu_us", scale=lambda x, y: y):
    series = []
    for name, contender in raw.items():
        points = []
        for key, results in contender.get(kind, {}).items():
            s = figures.spread(r.get(field) for r in results if not r.get("errors"))
            if s:
                points.append((int(key), scale(int(key), s.median)))
        series.append((name, sorted(points)))
    return series


def draw(folder, raw):
    contenders = {name: c for name, c in raw["contenders"].items() if not c["out"]}
    _bars(folder, "cpu", "Server CPU per request, 100 connections (median, minimum, maximum)", "µs",
          [(n, figures.of(c, "closed", 100, "cpu_us")) for n, c in contenders.items()])
    _bars(folder, "cold-start", "From exec to the first 200", "ms",
          [(n, figures.starts(c, "first_200_us")) for n, c in contenders.items()])
    _bars(folder, "memory", "Resident memory after load on 100 connections", "MiB",
          [(n, figures.spread([figures.memory(c, "loaded")])) for n, c in contenders.items()])
    for part in sorted({p for c in contenders.values() for p in c.get("open", {})}, key=float):
        percent = f"{100 * float(part):.0f}"
        _lines(folder, f"latency-{percent}", f"Open loop at {percent} % of each one's own maximum", "percentile",
               "µs from the intended start",
               [(n, [(1 / (1 - p / 100), us) for p, us in c.get("open_curve", {}).get(part, [])])
                for n, c in contenders.items()],
               extra='set xtics ("50 %%" 2, "90 %%" 10, "99 %%" 100, "99.9 %%" 1000, "99.99 %%" 10000)\n')
    _lines(folder, "open-loop", "Open loop: p99 by the rate asked for", "requests a second", "p99, µs from the intended start",
           [(n, sorted((figures.of(c, "open", p, "rate").median, figures.latency(c, p, "p99_us").median)
                       for p in c.get("open", {}))) for n, c in contenders.items()])
    _lines(folder, "growth-events", "CPU per request by number of events", "events", "µs", _growth(contenders, "growth_events"))
    _lines(folder, "growth-bytes", "CPU per request by size of the body (10 events)", "bytes", "µs",
           _growth(contenders, "growth_body_bytes"))
    _lines(folder, "growth-depth", "CPU per request by pipelining depth (10 connections)", "requests under way on a connection",
           "µs", _growth(contenders, "growth_depth"), logs="x 2")
    _lines(folder, "growth-connections", "CPU per request by number of connections", "connections", "µs",
           _growth(contenders, "growth_connections"))
    _lines(folder, "growth-threads", "CPU per request by number of threads (the generator shares the second core)", "threads",
           "µs", _growth(contenders, "growth_threads"), logs="", extra="set xtics 1\nset yrange [0:*]\n")

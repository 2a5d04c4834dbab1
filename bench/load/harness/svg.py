"""Pictures as SVG, without a library: dots with intervals on a logarithmic axis, and small multiples of lines. They are narrow, so that
a telephone shows them with letters that can be read; every label has a line of its own, so that none is cut and none meets another."""
import html
import math

WIDTH, MARGIN, LINE = 480, 14, 13
COLOURS = {"floor": "#6b6b6b", "planish": "#0072b2", "native": "#009e73", "wasm": "#d55e00", "javascript": "#b0508a", "go": "#a87900"}
WORDS = {"floor": "floor", "planish": "planish", "native": "C++ and Rust", "wasm": "WebAssembly", "javascript": "JavaScript", "go": "Go"}
INK, GREY, PALE = "#1a1a1a", "#5a5a5a", "#d9d9d9"


def number(value):
    """Two digits, and a space for thousands."""
    if value == 0:
        return "0"
    digits = 1 - math.floor(math.log10(abs(value)))
    rounded = round(value, digits)
    return f"{rounded:,.{max(0, digits)}f}".replace(",", " ")


def width_of(text, size=LINE):
    """An upper bound for the usual sans-serif faces."""
    return 0.62 * size * len(text)


class Axis:
    """Logarithmic, between powers of ten or their halves and fifths."""

    def __init__(self, values, start, end):
        low, high = min(values), max(values)
        if high / low < 1.5:
            low, high = low / 1.3, high * 1.3
        self.low, self.high, self.start, self.end = low / 1.15, high * 1.15, start, end

    def at(self, value):
        share = math.log(value / self.low) / math.log(self.high / self.low)
        return self.start + share * (self.end - self.start)

    def ticks(self):
        """At most seven, of 1, 2 and 5 times powers of ten."""
        first, last = math.floor(math.log10(self.low)), math.ceil(math.log10(self.high))
        every = [m * 10.0 ** p for p in range(first, last + 1) for m in (1, 2, 5)]
        inside = [t for t in every if self.low <= t <= self.high]
        if len(inside) > 7:
            inside = [t for t in inside if round(math.log10(t) % 1, 6) in (0, 1)]
        while len(inside) > 7:
            inside = inside[::2]
        return inside


def _text(x, y, content, anchor="start", colour=INK, size=LINE, weight=""):
    """With a white rim, so that a line of the grid does not run through the letters."""
    bold = f' font-weight="{weight}"' if weight else ""
    return (f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="{colour}" font-size="{size}"{bold} stroke="#ffffff" stroke-width="4" '
            f'paint-order="stroke">{html.escape(content)}</text>')


def _line(x1, y1, x2, y2, colour, width=1.0, dash=""):
    dashed = f' stroke-dasharray="{dash}"' if dash else ""
    return f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="{colour}" stroke-width="{width}"{dashed}/>'


def wrapped(text, size=LINE, width=WIDTH - 2 * MARGIN):
    lines, line = [], ""
    for word in text.split():
        longer = f"{line} {word}".strip()
        if line and width_of(longer, size) > width:
            lines.append(line)
            line = word
        else:
            line = longer
    return [*lines, line] if line else lines


def _picture(title, description, height, body):
    return "\n".join([
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height:.0f}" width="{WIDTH}" height="{height:.0f}" role="img" '
        'aria-labelledby="title desc" font-family="system-ui, sans-serif">',
        f'<title id="title">{html.escape(title)}</title>', f'<desc id="desc">{html.escape(description)}</desc>',
        f'<rect width="{WIDTH}" height="{height:.0f}" fill="#ffffff"/>', *body, "</svg>"]) + "\n"


def _heading(title, note):
    body, y = [], MARGIN + 12
    for line in wrapped(title, 16):
        body.append(_text(MARGIN, y, line, size=16, weight="600"))
        y += 20
    for line in wrapped(note, 12):
        body.append(_text(MARGIN, y, line, colour=GREY, size=12))
        y += 16
    return body, y + 4


def _legend(families, y):
    body, x = [], MARGIN
    for family in (f for f in COLOURS if f in families):
        wide = 18 + width_of(WORDS[family], 12)
        if x + wide > WIDTH - MARGIN:
            x, y = MARGIN, y + 18
        body.append(f'<circle cx="{x + 5}" cy="{y - 4}" r="5" fill="{COLOURS[family]}"/>')
        body.append(_text(x + 14, y, WORDS[family], colour=GREY, size=12))
        x += wide + 8
    return body, y + 14


def dots(title, note, unit, rows, line=None, in_order=False):
    """rows: (label, Interval, family), drawn from the least to the most, or as they come; `line`: (label, value) as an upright."""
    rows = [row for row in rows if row[1] is not None and row[1].low > 0]
    if not in_order:
        rows.sort(key=lambda row: row[1].mean)
    if not rows:
        return ""
    axis = Axis([v for _, s, _ in rows for v in (s.low, s.high)] + ([line[1]] if line else []), MARGIN + 8, WIDTH - MARGIN - 8)
    body, y = _heading(title, note)
    legend, y = _legend({family for *_, family in rows}, y + 8)
    body += legend
    top = y
    marks = []
    for label, s, family in rows:
        value = f"{number(s.mean)} {unit}".strip()
        room = WIDTH - 3 * MARGIN - width_of(value)
        lines = wrapped(label, LINE, room)
        for i, text in enumerate(lines):
            marks.append(_text(MARGIN, y + 12 + 16 * i, text))
        marks.append(_text(WIDTH - MARGIN, y + 12, value, "end", weight="600"))
        y += 16 * len(lines) + 6
        marks.append(_line(axis.start, y, axis.end, y, "#efefef"))
        marks.append(_line(axis.at(s.low), y, axis.at(s.high), y, COLOURS[family], 4))
        marks.append(f'<circle cx="{axis.at(s.mean):.1f}" cy="{y:.1f}" r="5.5" fill="{COLOURS[family]}"/>')
        y += 13
    for tick in axis.ticks():
        body.append(_line(axis.at(tick), top, axis.at(tick), y, PALE))
        body.append(_text(axis.at(tick), y + 15, number(tick), "middle", GREY, 12))
    if line:
        body.append(_line(axis.at(line[1]), top, axis.at(line[1]), y, COLOURS["floor"], 1.5, "4 3"))
    body += marks
    y += 32
    for text in wrapped(unit + (f"; dashed: {line[0]}" if line else ""), 12):
        body.append(_text(WIDTH / 2, y, text, "middle", GREY, 12))
        y += 16
    spoken = "; ".join(f"{label}: {number(s.mean)} {unit}, between {number(s.low)} and {number(s.high)}" for label, s, _ in rows)
    return _picture(title, f"{note} {spoken}.", y, body)


def panels(title, note, x_name, y_name, drawn, x_labels=None):
    """Small multiples, two in a row. drawn: (label, family, [(x, y, low, high)], behind), `behind` the same as a grey line; and,
    where there is one, an x to mark by an upright."""
    drawn = [panel for panel in drawn if panel[2]]
    if not drawn:
        return ""
    points = [p for _, _, series, behind, *_ in drawn for p in [*series, *behind]]
    body, y = _heading(title, note)
    wide = (WIDTH - 3 * MARGIN) / 2
    high = 120
    for row in range(0, len(drawn), 2):
        pair = drawn[row:row + 2]
        labels = [wrapped(label, 12, wide) for label, *_ in pair]
        y += 14 * max(map(len, labels))
        for column, (_, family, series, behind, *mark) in enumerate(pair):
            left = MARGIN + column * (wide + MARGIN)
            for i, text in enumerate(labels[column]):
                body.append(_text(left, y - 14 * (len(labels[column]) - 1 - i), text, size=12, weight="600"))
            body += _panel(left, y + 14, wide, high, points, family, series, behind, x_labels, mark)
        y += high + 52
    for text in wrapped(f"across: {x_name}; up: {y_name}; the same axes in each", 12):
        body.append(_text(MARGIN, y, text, colour=GREY, size=12))
        y += 16
    spoken = "; ".join(f"{label}: from {number(series[0][1])} to {number(series[-1][1])}" for label, _, series, *_ in drawn)
    return _picture(title, f"{note} {spoken}.", y, body)


def _panel(left, top, wide, high, points, family, series, behind, x_labels, mark):
    x = Axis([p[0] for p in points], left + 38, left + wide - 6)
    y = Axis([v for p in points for v in p[1:]], top + high, top)
    body = []
    for tick in y.ticks()[:6]:
        body.append(_line(x.start, y.at(tick), x.end, y.at(tick), PALE))
        body.append(_text(x.start - 4, y.at(tick) + 4, short(tick), "end", GREY, 11))
    body += [_line(x.at(value), y.start, x.at(value), y.end, GREY, 1) for value in mark]
    ticks = x_labels or [(tick, short(tick)) for tick in x.ticks()]
    last = -100.0
    for tick, label in ticks:
        if not x.low <= tick <= x.high or x.at(tick) - width_of(label, 11) / 2 < last + 3:
            continue
        last = x.at(tick) + width_of(label, 11) / 2
        body.append(_text(x.at(tick), top + high + 15, label, "middle", GREY, 11))
    for some, colour, width in ((behind, "#b0b0b0", 1.5), (series, COLOURS[family], 2)):
        path = " ".join(f"{x.at(p[0]):.1f},{y.at(p[1]):.1f}" for p in some)
        body.append(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="{width}"/>')
        for px, py, low, top_value in some:
            if top_value > low:
                body.append(_line(x.at(px), y.at(low), x.at(px), y.at(top_value), colour, 1.5))
            if some is series and len(some) <= 8:
                body.append(f'<circle cx="{x.at(px):.1f}" cy="{y.at(py):.1f}" r="3" fill="{colour}"/>')
    return body


def short(value):
    """1000 as 1k, 2000000 as 2M."""
    for size, letter in ((1e6, "M"), (1e3, "k")):
        if value >= size:
            return f"{value / size:g}{letter}"
    return f"{value:g}"

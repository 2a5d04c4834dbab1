"""A flame graph: samples of perf folded into stacks, and stacks drawn as boxes. No JavaScript: names are in tooltips."""
import collections
import html
import zlib

WIDTH, ROW, MARGIN = 1200, 17, 10


def fold(script):
    """perf script's text: one paragraph a sample, the leaf first. Gives {(frame, …): samples}, the root first."""
    stacks: collections.Counter = collections.Counter()
    for paragraph in script.split("\n\n"):
        lines = [line for line in paragraph.splitlines() if line.strip()]
        if len(lines) < 1:
            continue
        head = lines[0].strip()
        frames = [(line.strip().split(maxsplit=1) + ["[unknown]"])[1] for line in lines[1:]]
        if not frames:
            continue
        stacks[(head.split()[0], *reversed(frames))] += 1
    return stacks


class Box:
    def __init__(self, name):
        self.name = name
        self.count = 0
        self.children = {}


def _grow(stacks):
    root = Box("all")
    for stack, count in stacks.items():
        box = root
        box.count += count
        for frame in stack:
            box = box.children.setdefault(frame, Box(frame))
            box.count += count
    return root


def _depth(box):
    return 1 + max(map(_depth, box.children.values()), default=0)


def _colour(name):
    """Kernel blue, ours orange, the rest by its name: the same function has the same colour in every graph."""
    hue = zlib.crc32(name.encode()) % 40
    if "planish" in name or name.startswith(("http::", "net::")):
        return f"hsl({10 + hue // 2},75%,65%)"
    if name.startswith(("__x64_sys", "do_", "tcp_", "sys_", "entry_", "ip_", "ep_", "sock_", "__")) or "syscall" in name:
        return f"hsl({200 + hue // 2},55%,72%)"
    return f"hsl({60 + hue},45%,70%)"


def svg(stacks, title):
    root = _grow(stacks)
    height = (_depth(root) + 2) * ROW + 2 * MARGIN
    scale = (WIDTH - 2 * MARGIN) / max(1, root.count)
    out = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height}" viewBox="0 0 {WIDTH} {height}" '
        'font-family="monospace" font-size="11">',
        f'<rect width="{WIDTH}" height="{height}" fill="#fffdf8"/>',
        f'<text x="{MARGIN}" y="{MARGIN + 8}" font-family="sans-serif" font-size="13">{html.escape(title)}</text>',
    ]

    def draw(box, x, level):
        wide = box.count * scale
        if wide < 0.4:
            return
        y = height - MARGIN - (level + 1) * ROW
        share = f"{100 * box.count / root.count:.2f} %"
        name = html.escape(box.name)
        out.append(f'<g><title>{name}, {box.count} samples, {share}</title><rect x="{x:.1f}" y="{y}" width="{wide:.1f}" '
                   f'height="{ROW - 1}" fill="{_colour(box.name)}" rx="1"/>')
        letters = int((wide - 4) / 6.7)
        if letters >= 3:
            text = box.name if len(box.name) <= letters else box.name[: letters - 1] + "…"
            out.append(f'<text x="{x + 2:.1f}" y="{y + 12}">{html.escape(text)}</text>')
        out.append("</g>")
        for child in sorted(box.children.values(), key=lambda b: b.name):
            draw(child, x, level + 1)
            x += child.count * scale

    draw(root, MARGIN, 0)
    return "\n".join([*out, "</svg>"]) + "\n"

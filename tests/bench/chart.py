"""Draws pairs (pairs.py) as an SVG: a bar for each row says how many times as good as its reference nx6 is, on a logarithmic scale."""
import math
import statistics
from xml.sax.saxutils import escape

from pairs import LESS, number

TITLE, PLOT, RIGHT, LINE, TOP = 300, 520, 150, 20, 58  # pixels
BETTER, WORSE, INK, FAINT = "#2f7d4f", "#b8442f", "#222", "#ccc"


def advantages(row):
    """How many times as good nx6 is, in each pair."""
    return [1 / r if row.better == LESS else r for r in row.ratios() if r]


class Scale:
    """From the power of 10 below the smallest value to that above the largest."""

    def __init__(self, values):
        self.low = min(-1, math.floor(math.log10(min(values))))
        self.high = max(1, math.ceil(math.log10(max(values))))

    def x(self, value):
        return TITLE + PLOT * (math.log10(value) - self.low) / (self.high - self.low)

    def marks(self):
        return [10.0 ** e for e in range(self.low, self.high + 1)]


def text(x, y, words, anchor="start", weight="normal"):
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" font-weight="{weight}" fill="{INK}">{escape(words)}</text>'


def line(x1, y1, x2, y2, colour):
    return f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="{colour}"/>'


def bar(row, y, scale):
    """The median as a bar from 1, the smallest and the largest as a line across its end."""
    values = advantages(row)
    median, low, high = statistics.median(values), min(values), max(values)
    left, right = sorted((scale.x(1), scale.x(median)))
    colour = BETTER if median >= 1 else WORSE
    end = max(right, scale.x(high)) + 6
    return [
        text(TITLE - 8, y + 13, row.title, "end"),
        f'<rect x="{left:.1f}" y="{y + 3}" width="{max(1, right - left):.1f}" height="{LINE - 6}" fill="{colour}"/>',
        line(scale.x(low), y + LINE / 2, scale.x(high), y + LINE / 2, INK),
        text(end, y + 13, f"{number(median)}  ({number(statistics.median(row.ours))} {row.unit})"),
    ]


def frame(scale, height):
    parts = [text(TITLE, 18, "How many times as good as the reference nx6 is, measured in turn", weight="bold"),
             text(TITLE, 34, "bar: median; thin line: smallest and largest pair; in brackets: nx6's figure")]
    for value in scale.marks():
        parts += [line(scale.x(value), TOP - 6, scale.x(value), height, INK if value == 1 else FAINT),
                  text(scale.x(value), TOP - 9, f"{value:g}", "middle")]
    return parts


def svg(sections):
    """`sections`: pairs of a reference's name and its rows."""
    sections = [(name, [row for row in rows if row.ratios()]) for name, rows in sections]
    values = [a for _, rows in sections for row in rows for a in advantages(row)] or [1]
    scale, parts, y, group = Scale(values), [], TOP, None
    for name, rows in sections:
        for row in rows:
            if row.group != group:
                group = row.group
                parts.append(text(8, y + LINE, group if name in group else f"{group}: beside {name}", weight="bold"))
                y += LINE + 8
            parts += bar(row, y, scale)
            y += LINE
    width, height = TITLE + PLOT + RIGHT, y + 10
    return "\n".join([f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" font-family="sans-serif" font-size="12">',
                      f'<rect width="{width}" height="{height}" fill="white"/>', *frame(scale, height), *parts, "</svg>", ""])

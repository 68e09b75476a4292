"""Numbers beside the dots of a chart, each where nothing else is."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from sim.report.svg import LETTER, Chart

Point = tuple[float, float]

NEAR = 15.0
"""How far from its dot the middle of a number stands; further off a line leads to it."""

DISTANCES = (NEAR, *(float(far) for far in range(25, 200, 11)))

TALL = 15.0
"""Height of a number, with room around."""

DOT = 6.0
"""Radius of a dot, with room around."""


def numbered(chart: Chart, points: Sequence[Point]) -> None:
    """Put 1, 2, 3 ... beside the dots at these points of a drawing.

    No number stands on a dot or on another number, and no line to one crosses a dot or another
    line, as far as there is room.
    """
    places: dict[int, Point] = {}
    for number in sorted(range(len(points)), key=lambda each: -_far_out(points, points[each])):
        near = list(_candidates(chart, points, number))
        apart = [each for each in near if _apart(places, number, each)]
        off = [each for each in apart if _off_dots(points, number, each)]
        clear = (each for each in off if _leads_clear(points, places, number, each))
        places[number] = next(clear, None) or next(iter([*off, *apart, *near]))
    for number, (x, y) in places.items():
        if math.dist(points[number], (x, y)) > NEAR + 1:
            chart.add('<path class="leader" d="M{} {}L{} {}"/>', *points[number], x, y)
            chart.add('<circle class="leader" cx="{}" cy="{}" r="1"/>', *points[number])
    for number, (x, y) in sorted(places.items()):
        chart.add('<text class="strong halo mid" x="{}" y="{}">{}</text>', x, y + 4.5, number + 1)


def _middle(points: Sequence[Point], point: Point) -> Point:
    """The middle of the dots around one."""
    near = [each for each in points if math.dist(each, point) < 80]
    return sum(x for x, _ in near) / len(near), sum(y for _, y in near) / len(near)


def _far_out(points: Sequence[Point], point: Point) -> float:
    return math.dist(point, _middle(points, point))


def _candidates(chart: Chart, points: Sequence[Point], number: int) -> Iterator[Point]:
    """Places inside the axes, the near ones first, and of these those away from other dots."""
    (x, y), (a, b) = points[number], _middle(points, points[number])
    out = math.atan2(y - b, x - a) if (x, y) != (a, b) else -math.pi / 4
    turns = sorted(range(-11, 13), key=abs)
    for far in DISTANCES:
        for turn in turns:
            angle = out + turn * math.pi / 12
            place = x + far * math.cos(angle), y + far * math.sin(angle)
            across = chart.left + 10 < place[0] < chart.width - chart.right
            if across and chart.top < place[1] < chart.height - chart.bottom - 9:
                yield place


def _off_dots(points: Sequence[Point], number: int, place: Point) -> bool:
    """Whether a number stands on no dot, and beside no other than its own."""
    wide = _half_wide(number) + DOT
    if any(abs(x - place[0]) < wide and abs(y - place[1]) < TALL / 2 + DOT - 2 for x, y in points):
        return False
    if math.dist(points[number], place) > NEAR + 1:
        return True
    others = (point for other, point in enumerate(points) if other != number)
    return all(math.dist(point, place) > NEAR + DOT for point in others)


def _leads_clear(
    points: Sequence[Point], places: dict[int, Point], number: int, place: Point
) -> bool:  # fmt: skip
    """Whether the line to a number keeps off other dots, numbers and lines."""
    start = points[number]
    apart = (each for each in points if math.dist(each, start) >= 2 * DOT)
    if any(_off(start, place, each) < DOT for each in apart):
        return False
    return not any(_cross(start, place, points[each], at) for each, at in places.items())


def _apart(places: dict[int, Point], number: int, place: Point) -> bool:
    """Whether a number is clear of the others, and its line too."""
    for other, at in places.items():
        wide = _half_wide(number) + _half_wide(other) + 2
        if abs(at[0] - place[0]) < wide and abs(at[1] - place[1]) < TALL:
            return False
    return True


def _half_wide(number: int) -> float:
    return len(str(number + 1)) * LETTER / 2 + 1


def _off(start: Point, end: Point, point: Point) -> float:
    """How far a point is from the line between two others."""
    along = (end[0] - start[0], end[1] - start[1])
    size = along[0] ** 2 + along[1] ** 2 or 1.0
    share = ((point[0] - start[0]) * along[0] + (point[1] - start[1]) * along[1]) / size
    share = min(1.0, max(0.0, share))
    return math.dist(point, (start[0] + share * along[0], start[1] + share * along[1]))


def _cross(a: Point, b: Point, c: Point, d: Point) -> bool:
    """Whether two lines meet, or come near each other's end."""

    def side(p: Point, q: Point, r: Point) -> float:
        return (q[0] - p[0]) * (r[1] - p[1]) - (q[1] - p[1]) * (r[0] - p[0])

    if side(a, b, c) * side(a, b, d) < 0 and side(c, d, a) * side(c, d, b) < 0:
        return True
    return _off(c, d, b) < TALL / 2 + 1 or _off(a, b, d) < TALL / 2 + 1

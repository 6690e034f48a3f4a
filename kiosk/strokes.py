"""A signature as it comes from the screen: checked, bounded, and whether it is one. Pure.

A stroke is a flat list x, y, x, y …; both go from 0 to 1000 over the field, which is RATIO times as wide as high.
"""

import math
from itertools import pairwise
from typing import Any, Final

from offline_cache.bodies import MAX_POINTS, MAX_STROKES, SCALE, SIGNATURE_RATIO, Stroke

_LEAST_INK: Final = 400
"""How long all lines are together, in thousandths of the field's width: less is a touch, not a name."""
_LEAST_SIDE: Final = 40
"""Of the box around all lines, in the same: a single straight swipe is no name either."""


def taken(raw: Any) -> list[Stroke] | None:
    """None: not strokes at all. Points beside the field are moved to its edge; more strokes than MAX_STROKES are left
    out, more points than MAX_POINTS are thinned out."""
    if not isinstance(raw, list):
        return None
    strokes: list[Stroke] = []
    for one in raw:
        if not isinstance(one, list) or len(one) % 2 or not all(map(_is_number, one)):
            return None
        if one:
            strokes.append([min(max(round(number), 0), SCALE) for number in one])
    return _thinned(strokes[:MAX_STROKES])


def is_signature(strokes: list[Stroke]) -> bool:
    points = [(x, y / SIGNATURE_RATIO) for stroke in strokes for x, y in _points(stroke)]
    if not points:
        return False
    sides = [max(one) - min(one) for one in zip(*points, strict=True)]
    ink = sum(
        math.dist((x, y / SIGNATURE_RATIO), (there, down / SIGNATURE_RATIO))
        for stroke in strokes
        for (x, y), (there, down) in pairwise(_points(stroke))
    )
    return ink >= _LEAST_INK and min(sides) >= _LEAST_SIDE


def _is_number(one: Any) -> bool:
    return isinstance(one, int | float) and not isinstance(one, bool) and math.isfinite(one)


def _points(stroke: Stroke) -> list[tuple[int, int]]:
    return list(zip(stroke[::2], stroke[1::2], strict=True))


def _thinned(strokes: list[Stroke]) -> list[Stroke]:
    """Of each stroke the first point, every n-th and the last."""
    count = sum(len(stroke) for stroke in strokes) // 2
    if count <= MAX_POINTS:
        return strokes
    step = math.ceil(count / (MAX_POINTS - 2 * MAX_STROKES))
    kept = [_points(stroke) for stroke in strokes]
    return [[number for point in [*one[:-1:step], one[-1]] for number in point] for one in kept]

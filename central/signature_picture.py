"""A signature as a picture (SVG). Pure."""

from typing import Final

from offline_cache.bodies import SCALE, SIGNATURE_RATIO, Stroke

_WIDTH: Final = round(SCALE * SIGNATURE_RATIO)
_LINE: Final = 14


def svg(strokes: list[Stroke]) -> str:
    """Nothing but numbers of the strokes stands in it."""
    lines = "".join(f'<polyline points="{_points(stroke)}"/>' for stroke in strokes)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {SCALE}">'
        f'<g fill="none" stroke="#000" stroke-width="{_LINE}" stroke-linecap="round" stroke-linejoin="round">'
        f"{lines}</g></svg>\n"
    )


def _points(stroke: Stroke) -> str:
    """A point alone is a dot."""
    points = [f"{x * SIGNATURE_RATIO:g},{y}" for x, y in zip(stroke[::2], stroke[1::2], strict=False)]
    return " ".join(points * 2 if len(points) == 1 else points)

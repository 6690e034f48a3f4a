"""How figures are shown: never alone, always beside a baseline."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Row:
    """ratio = value / baseline, unless there is no baseline (0)."""

    name: str
    value: float
    unit: str
    against: str = ""
    baseline: float = 0.0

    @property
    def ratio(self) -> float:
        return self.value / self.baseline if self.baseline else 0.0


def show(rows: list[Row]) -> str:
    lines = [("figure", "value", "unit", "baseline", "value", "ratio")]
    for row in rows:
        baseline = (row.against, f"{row.baseline:,.2f}", f"{row.ratio:.2f}") if row.baseline else ("", "", "")
        lines.append((row.name, f"{row.value:,.2f}", row.unit, *baseline))
    widths = [max(len(line[at]) for line in lines) for at in range(6)]
    return "\n".join(
        "  ".join(
            cell.rjust(width) if at in (1, 4, 5) else cell.ljust(width)
            for at, (cell, width) in enumerate(zip(line, widths, strict=True))
        )
        for line in lines
    )

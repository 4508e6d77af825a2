"""Plots of the deviation report: SVG as data URIs, with words that need no translation."""

from __future__ import annotations

import base64
import io
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from pipeline.sop.tally import Sum, Tally

MOST_ROWS = 24  # offices on one plot: those with the largest share
MOST_LINES = 6
INK, SOFT = "#17212b", "#5b6975"
COLOURS = (
    "#b91c1c", "#ea580c", "#ca8a04", "#65a30d", "#0f766e", "#0284c7", "#4338ca",
    "#9333ea", "#be185d", "#78716c", "#f97316", "#14b8a6", "#6366f1", "#1f2937",
)  # fmt: skip


def plots_of(tally: Tally, order: tuple[str, ...]) -> dict[str, str]:
    """``office``, ``stage`` and ``time``: a data URI each; none where nothing deviates.

    ``order`` is that of the stages in the procedure; unknown ones come last.
    """
    codes = sorted(tally.total.codes)
    if not codes:
        return {}
    colours = {code: COLOURS[(int(code[1:]) - 1) % len(COLOURS)] for code in codes}
    rows = min(MOST_ROWS, len(tally.offices))
    return {
        "office": _drawn((9.2, 1.2 + 0.34 * rows), lambda axes: _offices(axes, tally, colours)),
        "stage": _drawn(
            (9.2, 1.4 + 0.3 * len(tally.stages)), lambda axes: _stages(axes, tally, order)
        ),
        "time": _drawn((9.2, 3.4), lambda axes: _months(axes, tally, colours)),
    }


def _share(part: Sum, code: str) -> float:
    return 100 * part.codes[code] / part.cases if part.cases else 0.0


def _offices(axes: Axes, tally: Tally, colours: dict[str, str]) -> None:
    """Cases in a hundred that deviate, by code, for every office."""

    def whole(item: tuple[str, Sum]) -> float:
        return sum(_share(item[1], code) for code in colours)

    offices = sorted(tally.offices.items(), key=whole)[-MOST_ROWS:]
    names = [name or "?" for name, _ in offices]
    left = [0.0] * len(offices)
    for code, colour in colours.items():
        widths = [_share(part, code) for _, part in offices]
        axes.barh(names, widths, left=left, color=colour, label=code, height=0.68)
        left = [start + width for start, width in zip(left, widths, strict=True)]
    axes.set_xlabel("% kasus / cases", color=SOFT)
    axes.legend(ncols=7, fontsize=8, frameon=False, loc="lower left", bbox_to_anchor=(0, 1))


def _stages(axes: Axes, tally: Tally, order: tuple[str, ...]) -> None:
    """Cases by stage and code, as a table of shades."""
    codes = sorted(tally.total.codes)
    known = [stage for stage in order if stage in tally.stages]
    stages = [*known, *sorted(set(tally.stages) - set(known))]
    counts = [[tally.stages[stage][code] for code in codes] for stage in stages]
    most = max(max(row) for row in counts)
    axes.imshow([[count**0.5 for count in row] for row in counts], cmap="Oranges", aspect="auto")
    axes.set_xticks(range(len(codes)), codes)
    axes.set_yticks(range(len(stages)), stages)
    for y, row in enumerate(counts):
        for x, count in enumerate(row):
            if count:
                dark = count > 0.5 * most
                axes.text(x, y, f"{count}", ha="center", va="center", fontsize=8,
                          color="white" if dark else INK)  # fmt: skip
    axes.xaxis.tick_top()


def _months(axes: Axes, tally: Tally, colours: dict[str, str]) -> None:
    """Cases in a hundred by month of their beginning, for the commonest codes."""
    months = sorted(tally.months)
    for code, _ in tally.total.codes.most_common(MOST_LINES):
        shares = [_share(tally.months[month], code) for month in months]
        axes.plot(months, shares, marker="o", ms=4, lw=1.6, color=colours[code], label=code)
    axes.set_ylim(bottom=0)
    axes.set_ylabel("% kasus / cases", color=SOFT)
    axes.legend(
        ncols=MOST_LINES, fontsize=8, frameon=False, loc="lower left", bbox_to_anchor=(0, 1)
    )
    step = max(1, len(months) // 12)
    axes.set_xticks(range(0, len(months), step), months[::step])


def _drawn(size: tuple[float, float], draw: Callable[[Axes], None]) -> str:
    """One plot as a data URI; nothing of matplotlib's state outlives it."""
    from matplotlib.backends.backend_svg import FigureCanvasSVG
    from matplotlib.figure import Figure

    figure = Figure(figsize=size, layout="constrained")
    FigureCanvasSVG(figure)
    axes = figure.add_subplot()
    draw(axes)
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    axes.tick_params(colors=SOFT, labelsize=9)
    buffer = io.BytesIO()
    meta: dict[str, Any] = {"Date": None}
    figure.savefig(buffer, format="svg", metadata=meta)
    return "data:image/svg+xml;base64," + base64.b64encode(buffer.getvalue()).decode()

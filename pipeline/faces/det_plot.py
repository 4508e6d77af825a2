"""The DET curve of a calibration as a picture: misses against false matches, with intervals."""

from __future__ import annotations

from pathlib import Path

from pipeline.faces.calibration import Calibration

_SIZE = (6.4, 5.2)  # inches
_FORMATS = ("svg", "png")


def draw_det(
    calibration: Calibration, folder: Path, targets: tuple[float, ...] = ()
) -> tuple[Path, ...]:
    """Write det.svg and det.png into ``folder``; ``targets`` that can be promised are marked.

    Axes as ISO/IEC 19795-1 has them, logarithmic. Raises OSError.
    """
    from matplotlib.figure import Figure

    figure = Figure(figsize=_SIZE, layout="constrained")
    axes = figure.add_subplot()
    points = [(calibration.rate(score), calibration.fnmr(score)) for score in calibration.scores]
    known = [
        (fmr, fnmr) for fmr, fnmr in points if fnmr is not None and fmr.value > calibration.floor
    ]
    matches = [fmr.value for fmr, _ in known]
    axes.fill_between(
        matches,
        [fnmr.low for _, fnmr in known],
        [fnmr.high for _, fnmr in known],
        alpha=0.2,
        label="95 % interval of the FNMR over persons",
    )
    axes.plot(matches, [fnmr.value for _, fnmr in known], label=calibration.name)
    for target in targets:
        missed = calibration.fnmr(calibration.threshold(target))
        if missed is not None:
            axes.plot([target], [missed.value], "o", color="black")
            axes.annotate(
                f"{100 * missed.value:.2g} % at {target:g}",
                (target, missed.value),
                xytext=(6, 6),
                textcoords="offset points",
            )
    axes.set(
        xscale="log",
        yscale="log",
        ylim=(0.3 / calibration.genuine, 1),  # below the first genuine pair nothing is known
        xlabel="false match rate (FMR)",
        ylabel="false non-match rate (FNMR)",
        title=f"{calibration.persons} persons, {calibration.genuine:,} genuine and "
        f"{calibration.impostors:,} impostor comparisons",
    )
    axes.grid(visible=True, which="both", alpha=0.25)
    axes.legend()
    files = tuple(folder / f"det.{kind}" for kind in _FORMATS)
    for file in files:
        figure.savefig(file, dpi=150)
    return files

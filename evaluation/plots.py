"""The reliability diagram: confidence against the share that is right."""

from __future__ import annotations

from pathlib import Path

from matplotlib import rc_context
from matplotlib.figure import Figure

from evaluation.calibration import BINS, Calibration


def plot_reliability(calibration: Calibration, path: Path) -> None:
    """Draw a reliability diagram (Niculescu-Mizil and Caruana 2005) into ``path``."""
    figure = Figure(figsize=(5, 5), layout="constrained")
    axes = figure.subplots()
    axes.plot([0, 1], [0, 1], linestyle="--", color="grey", label="perfect")
    axes.bar(
        [item.low + 0.5 / BINS for item in calibration.bins],
        [item.accuracy for item in calibration.bins],
        width=0.9 / BINS,
        alpha=0.4,
        label="share right",
    )
    axes.plot(
        [item.confidence for item in calibration.bins],
        [item.accuracy for item in calibration.bins],
        marker="o",
        label=f"sentences (expected calibration error {calibration.expected_error:.3f})",
    )
    for item in calibration.bins:
        axes.annotate(str(item.sentences), (item.confidence, item.accuracy), fontsize=8)
    axes.set(xlabel="confidence", ylabel="share right", xlim=(0, 1), ylim=(0, 1.05))
    axes.legend(loc="upper left")
    # Without a date and random names, the same diagram is the same file.
    with rc_context({"svg.hashsalt": "huibao"}):
        figure.savefig(path, metadata={"Date": None} if path.suffix == ".svg" else None)

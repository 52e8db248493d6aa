"""The plots of a report, one PNG each; the one door to Matplotlib.

They are in English and name no clause, since a machine may have no Chinese font.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from bot.evaluation.calibration import BINS, Abstaining, Bin
from bot.evaluation.measures import JOIN, Recall, Variant

INK, MUTED, GRID = "#1f2933", "#6b7785", "#e3e7eb"
DARK, LIGHT, ACCENT = "#1d5f8a", "#b9d5e6", "#c8501e"
_LANGUAGES = {"all": "all questions", "zh": "Chinese", "en": "English"}
_LABEL_HEIGHT = 0.06  # of the vertical axis of the variants
_ZOOM = 0.3  # over-refusal beyond which no setting is of use


def plot_recall(rows: Mapping[str, Mapping[str, Recall]], path: Path) -> None:
    """Draw the recall of every channel, one panel a language group."""
    groups = list(rows[JOIN])
    figure = _figure(2.2 + 3.6 * len(groups), 0.42 * len(rows) + 1.5)
    names = list(rows)[::-1]
    for at, group in enumerate(groups):
        axes = _axes(figure, (1, len(groups), at + 1))
        found = [rows[name][group] for name in names]
        heights = range(len(names))
        axes.barh(heights, [each.recall_5 for each in found], 0.62, color=LIGHT)
        axes.barh(heights, [each.hit_1 for each in found], 0.62, color=DARK)
        axes.plot([each.hit_3 for each in found], heights, "|", color=ACCENT, ms=15, mew=2)
        _write_column(axes, 1.06, "hit@1", [each.hit_1 for each in found], DARK)
        _write_column(axes, 1.29, "hit@3", [each.hit_3 for each in found], ACCENT)
        _write_column(axes, 1.52, "recall@5", [each.recall_5 for each in found], MUTED)
        axes.set(xlim=(0, 1.8), xticks=[0, 0.5, 1], yticks=list(heights))
        axes.set_yticklabels(names if at == 0 else [""] * len(names))
        axes.set_title(_LANGUAGES[group], loc="left", color=INK)
        axes.spines["bottom"].set_visible(False)
        axes.grid(visible=False, axis="y")
    _save(figure, path, "What each channel finds alone, and joined")


def plot_calibration(bins: Sequence[Bin], path: Path) -> None:
    """Draw the reliability curve over the counts of its bins."""
    figure = _figure(6.4, 6.4)
    grid = figure.add_gridspec(2, 1, height_ratios=(4, 1))
    curve, counts = figure.add_subplot(grid[0]), figure.add_subplot(grid[1])
    _clean(curve)
    _clean(counts)
    curve.plot([0, 1], [0, 1], color=MUTED, linewidth=1, linestyle=(0, (4, 4)))
    curve.text(0.62, 0.56, "the share promised", color=MUTED, size=9)
    curve.vlines(
        [b.mean for b in bins], [b.low for b in bins], [b.high for b in bins], LIGHT, linewidth=3
    )
    curve.plot([b.mean for b in bins], [b.share for b in bins], color=DARK, marker="o")
    curve.set(xlim=(0, 1), ylim=(-0.02, 1.02), ylabel="share with evidence (bar: 95 % interval)")
    counts.bar([b.above + 0.5 / BINS for b in bins], [b.count for b in bins], 0.092, color=LIGHT)
    for each in bins:
        place = each.above + 0.5 / BINS
        counts.text(place, each.count, str(each.count), ha="center", va="bottom", size=9)
    counts.set(xlim=(0, 1), yticks=[], xlabel="probability that an agreement answers")
    counts.set_ylabel("questions")
    counts.margins(y=0.3)
    curve.set_xticklabels([])
    _save(figure, path, "How far the probability keeps its word")


def plot_abstention(
    curve: Sequence[Abstaining], named: Sequence[Abstaining], now: Abstaining, path: Path
) -> None:
    """Draw recall against over-refusal over the bar, with some bars named."""
    figure = _figure(6.4, 4.8)
    axes = _axes(figure, (1, 1, 1))
    axes.plot(
        [at.over_refusal for at in curve], [at.recall for at in curve], color=DARK, linewidth=2
    )
    for each in named:
        if each != now:
            _mark(axes, each)
    axes.plot(now.over_refusal, now.recall, "o", color=ACCENT, markersize=10, zorder=4)
    right, wrong = f"{now.recall:.2f} rightly", f"{now.over_refusal:.2f} wrongly"
    axes.annotate(
        f"the setting, {now.bar:g}:\nrefuses {right}, {wrong}",
        (now.over_refusal, now.recall),
        xytext=(0.3, 0.5),
        textcoords="axes fraction",
        color=ACCENT,
        size=11,
        arrowprops={"arrowstyle": "-", "color": ACCENT},
    )
    axes.set(
        xlim=(-0.005, max(_ZOOM, now.over_refusal * 1.2)),
        ylim=(0, 1.04),
        xlabel="over-refusal: questions with evidence that are refused",
        ylabel="recall: questions without evidence that are refused",
    )
    _save(figure, path, "What abstaining below each probability would do")


def plot_variants(variants: Sequence[Variant], path: Path) -> None:
    """Draw quality against time, one point a variant."""
    figure = _figure(6.4, 4.4)
    axes = _axes(figure, (1, 1, 1))
    slowest = max(each.median_ms for each in variants)
    width = slowest * 1.6
    labels: list[tuple[float, float]] = []  # places, each above those that it would cover
    for each in sorted(variants, key=lambda variant: variant.recall["all"].hit_1):
        hit = each.recall["all"].hit_1
        below = [high for left, high in labels if abs(left - each.median_ms) < width / 2]
        height = max([hit, *(high + _LABEL_HEIGHT for high in below)])
        labels.append((each.median_ms, height))
        axes.plot(each.median_ms, hit, "o", color=DARK, markersize=10)
        label = f"{each.name}: {hit:.2f} in {each.median_ms:.1f} ms"
        axes.text(each.median_ms + slowest * 0.03, height, label, color=INK, va="center")
    axes.set(xlim=(0, width), ylim=(0, 1.02), xlabel="median ms of one search")
    axes.set_ylabel("hit@1")
    _save(figure, path, "How often the right clause is first, against time")


def plot_misses(apart: Mapping[str, int], path: Path) -> None:
    """Draw where the clause put first stands from the right one."""
    figure = _figure(6.4, 0.45 * len(apart) + 1.1)
    axes = _axes(figure, (1, 1, 1))
    names = list(apart)[::-1]
    axes.barh(names, [apart[name] for name in names], 0.6, color=DARK)
    for height, name in enumerate(names):
        axes.text(apart[name], height, f"  {apart[name]}", va="center")
    axes.set(xticks=[])
    axes.spines["bottom"].set_visible(False)
    axes.grid(visible=False)
    _save(figure, path, "Where the clause wrongly put first stands, in questions")


def _mark(axes: Axes, at: Abstaining) -> None:
    axes.plot(at.over_refusal, at.recall, "o", color=DARK, markersize=5)
    axes.annotate(
        f"{at.bar:g}",
        (at.over_refusal, at.recall),
        xytext=(5, -12),
        textcoords="offset points",
        color=DARK,
        size=9,
        annotation_clip=True,
    )


def _write_column(
    axes: Axes, place: float, head: str, values: Sequence[float], colour: str
) -> None:
    """Write figures beside bars, under a head that serves as the legend."""
    for height, value in enumerate(values):
        axes.text(place, height, f"{value:.2f}", color=colour, va="center")
    axes.text(place, len(values) - 0.4, head, color=colour, weight="bold", size=9)


def _figure(width: float, height: float) -> Figure:
    figure = Figure(figsize=(width, height), layout="constrained", facecolor="white")
    FigureCanvasAgg(figure)
    return figure


def _axes(figure: Figure, place: tuple[int, int, int]) -> Axes:
    axes = figure.add_subplot(*place)
    _clean(axes)
    return axes


def _clean(axes: Axes) -> None:
    axes.spines[["top", "right", "left"]].set_visible(False)
    axes.spines["bottom"].set_color(MUTED)
    axes.tick_params(length=0, labelcolor=INK)
    axes.grid(color=GRID)
    axes.set_axisbelow(True)
    axes.xaxis.label.set_color(INK)
    axes.yaxis.label.set_color(INK)


def _save(figure: Figure, path: Path, title: str) -> None:
    figure.suptitle(title, x=0.01, ha="left", color=INK, weight="bold", size=13)
    figure.savefig(path, dpi=144)

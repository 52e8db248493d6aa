"""Answers to questions with evidence in, a folder out: ``report.md`` and its plots."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

from bot.answering.bot import Bot
from bot.evaluation.calibration import (
    BINS,
    Abstaining,
    Bin,
    abstain_at,
    abstention_curve,
    calibration_error,
    reliability,
)
from bot.evaluation.measures import (
    Miss,
    Recall,
    SearchedQuestion,
    Variant,
    compare_variants,
    count_confusions,
    find_misses,
    look,
    recall_by_channel,
)
from bot.evaluation.scores import GROUPS, Answered, Gold, Scores, ask_all, score, score_groups
from index.files import write_whole

TOP = 20  # confusions listed
_NONE = "–"
_SOMETIMES = ("recall.png", "variants.png", "misses.png")  # an earlier report's must not stay
_BY_KIND = {  # what a column of the table by kind is called, and what it is a share of
    "hit@1": "with evidence",
    "hit@3": "with evidence",
    "recall@5": "with evidence",
    "citation precision": "with evidence",
    "evidence cited": "with evidence",
    "over-refusal": "with evidence",
    "abstention recall": "without evidence",
}
_BARS = (0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)


def write_report(
    bot: Bot, questions: Sequence[Gold], folder: Path, *, progress: bool = False
) -> Scores:
    """Ask every question, write what came of it into ``folder``, and return the scores.

    Raises:
        QueryError: A question chose an agreement that there is not.
        OSError: The folder cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for name in _SOMETIMES:
        (folder / name).unlink(missing_ok=True)
    pairs = ask_all(bot, questions, progress=progress)
    scores = score_groups(pairs)
    asked = look(bot.index, pairs)
    sections = [
        _opening(bot, questions),
        _score_section(scores, pairs),
        _calibration_section(asked, bot.answer_above, folder),
    ]
    if any(gold.evidence for gold in questions):
        sections += [
            _channel_section(recall_by_channel(bot.index, asked), folder),
            _variant_section(compare_variants(bot.index, asked), folder),
            _miss_section(find_misses(bot.index, asked), folder),
        ]
    write_whole(folder / "report.md", ("\n\n".join(sections) + "\n").encode())
    return scores


def to_markdown(head: Sequence[str], rows: Iterable[Sequence[object]], *, words: int = 1) -> str:
    """Return a Markdown table; its first ``words`` columns stand to the left, figures do not."""
    lines = [list(head), ["---"] * words + ["---:"] * (len(head) - words)]
    lines += [[str(cell).replace("|", "\\|") for cell in row] for row in rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _opening(bot: Bot, questions: Sequence[Gold]) -> str:
    corpus = bot.index.corpus
    evidence = sum(bool(gold.evidence) for gold in questions)
    names = ", ".join(agreement.id for agreement in corpus.agreements)
    fields = "with" if corpus.fields else "without"
    return (
        "# What the answers are worth\n\n"
        f"{len(questions)} questions, {evidence} with evidence, over {len(corpus.clauses)} clauses "
        f"of {names}, {fields} written fields. An agreement counts as answering from a probability "
        f"of {bot.answer_above:g}. Shares are 0..1; milliseconds are of this machine as it was."
    )


def _score_section(scores: Scores, pairs: Sequence[Answered]) -> str:
    groups = [group for group in GROUPS if scores[group]]
    whole = to_markdown(
        ["measure", *groups],
        (
            [name, *(_figure(name, scores[group][name]) for group in groups)]
            for name in scores["all"]
        ),
    )
    kinds = Counter(gold.kind or "not given" for gold, _ in pairs)
    rows = []
    for kind, count in kinds.most_common():
        found = score([pair for pair in pairs if (pair[0].kind or "not given") == kind])
        of = {"with evidence": found["with evidence"]}
        of["without evidence"] = count - of["with evidence"]
        shares = [_figure(name, found[name]) if of[_BY_KIND[name]] else _NONE for name in _BY_KIND]
        rows.append([kind, count, *shares])
    by_kind = to_markdown(["kind", "questions", *_BY_KIND], rows)
    return f"## Scores\n\n{whole}\n\nBy kind of question:\n\n{by_kind}"


def _channel_section(rows: dict[str, dict[str, Recall]], folder: Path) -> str:
    from bot.evaluation.plots import plot_recall

    plot_recall(rows, folder / "recall.png")
    return (
        "## What each channel finds\n\n"
        "Clauses ranked by one channel alone, by all channels of a kind as the ranker weighs "
        "them, by the whole join, and by the judge after it. Vectors are the quick model's, "
        "contexts those of the model that reads a clause as a whole.\n\n"
        "![hit@1 and recall@5 of each channel](recall.png)\n\n"
        + to_markdown(
            ["ranked by", *_recall_head(rows)], ([name, *_recall(rows[name])] for name in rows)
        )
    )


def _calibration_section(asked: Sequence[SearchedQuestion], bar: float, folder: Path) -> str:
    from bot.evaluation.plots import plot_abstention, plot_calibration

    bins, now = reliability(asked), abstain_at(asked, bar)
    named = [abstain_at(asked, each) for each in sorted({*_BARS, bar})]
    plot_calibration(bins, folder / "calibration.png")
    plot_abstention(abstention_curve(asked), named, now, folder / "abstention.png")
    return (
        "## Whether the probability keeps its word\n\n"
        "The highest probability that an agreement in scope answers, against whether the question "
        f"has evidence. Expected calibration error {calibration_error(bins):.3f}.\n\n"
        "![Reliability curve](calibration.png)\n\n"
        f"{to_markdown(_BIN_HEAD, [_bin_row(each) for each in bins])}\n\n"
        "![Abstention recall against over-refusal](abstention.png)\n\n"
        + to_markdown(
            ["abstain below", "abstention recall", "over-refusal"],
            [_bar_row(each, is_now=each == now) for each in named],
        )
    )


def _variant_section(variants: Sequence[Variant], folder: Path) -> str:
    from bot.evaluation.plots import plot_variants

    plot_variants(variants, folder / "variants.png")
    quality = {each.name: each.recall for each in variants}
    rows = [
        [each.name, f"{each.median_ms:.1f}", f"{each.p95_ms:.1f}", *_recall(each.recall)]
        for each in variants
    ]
    return (
        "## Time against quality\n\n"
        "One search, from the question to ten clauses; what a variant does not need is not "
        "computed. Abstaining and quoting come on top.\n\n"
        "![hit@1 against milliseconds](variants.png)\n\n"
        + to_markdown(["variant", "median ms", "p95 ms", *_recall_head(quality)], rows)
    )


def _miss_section(misses: Sequence[Miss], folder: Path) -> str:
    from bot.evaluation.plots import plot_misses

    title = "## Clauses taken for one another\n\n"
    if not misses:
        return title + "None: every question with evidence has its clause first."
    plot_misses(dict(Counter(miss.apart for miss in misses).most_common()), folder / "misses.png")
    pairs = count_confusions(misses)[:TOP]
    rows = [_miss_row(miss) for miss in misses]
    return (
        f"{title}![Where the clause put first stands](misses.png)\n\n"
        + to_markdown(["right clause", "put first", "questions"], pairs, words=2)
        + f"\n\nThe {len(misses)} questions whose right clause is not first; no rank: it is in no "
        "agreement that the question was taken to be about.\n\n"
        + to_markdown(
            ["question", "language", "kind", "right clause", "put first", "rank"], rows, words=5
        )
    )


def _miss_row(miss: Miss) -> list[str]:
    gold, rank = miss.gold, str(miss.rank or _NONE)
    return [gold.id, gold.language, gold.kind or _NONE, miss.right or _NONE, miss.first, rank]


def _figure(name: str, value: float) -> str:
    if isinstance(value, int):
        return str(value)
    return f"{value:.1f}" if name.endswith("ms") else f"{value:.3f}"


def _recall_head(rows: dict[str, dict[str, Recall]]) -> list[str]:
    groups = next(iter(rows.values()))
    return [f"{name} {group}" for group in groups for name in ("hit@1", "hit@3", "recall@5")]


def _recall(found: dict[str, Recall]) -> list[str]:
    return [
        f"{value:.3f}"
        for each in found.values()
        for value in (each.hit_1, each.hit_3, each.recall_5)
    ]


_BIN_HEAD = ("probability", "questions", "mean probability", "share with evidence", "95 % interval")


def _bin_row(each: Bin) -> list[str]:
    return [
        f"{each.above:.1f}–{each.above + 1 / BINS:.1f}",
        str(each.count),
        f"{each.mean:.2f}",
        f"{each.share:.2f}",
        f"{each.low:.2f}–{each.high:.2f}",
    ]


def _bar_row(each: Abstaining, *, is_now: bool) -> list[str]:
    name = f"**{each.bar:g}, the setting**" if is_now else f"{each.bar:g}"
    return [name, f"{each.recall:.3f}", f"{each.over_refusal:.3f}"]

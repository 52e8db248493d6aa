"""1,500 written samples, half of them harmless: how many are masked, how many stay."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

from bot.storage.masking import Kind, mask

SAMPLES = Path(__file__).with_name("masking_samples.txt")
LEAST = 0.98  # of the samples in each language, and in all
_MARKED = re.compile(r"⟦([a-z ]+):(.*?)⟧", re.DOTALL)
_MASK = "|".join(re.escape(kind) for kind in Kind)


def _samples() -> list[tuple[str, str]]:
    """Return language and text of every sample."""
    lines = SAMPLES.read_text("utf-8").replace("¦", "").split("\n")
    found = [line.split("\t") for line in lines if line and not line.startswith("#")]
    return [(language, text.replace("⏎", "\n")) for language, text in found]


def _is_masked(sample: str, masked: str) -> bool:
    """Return whether a word of any kind stands for each span, and all else stayed."""
    stays = _MARKED.sub("\0", sample).split("\0")
    return re.fullmatch(f"(?:{_MASK})".join(map(re.escape, stays)), masked) is not None


def test_what_tells_who_a_person_is_is_masked_and_harmless_numbers_stay() -> None:
    right: Counter[tuple[str, str]] = Counter()
    count: Counter[tuple[str, str]] = Counter()
    wrong = []
    for language, sample in _samples():
        wanted = _MARKED.sub(r"[\1]", sample)
        masked = mask(_MARKED.sub(r"\2", sample))
        is_harmless = wanted == sample
        done = {"harmless kept" if is_harmless else "masked": _is_masked(sample, masked)}
        if not is_harmless:
            done["of the right kind"] = masked == wanted
        wrong += [] if all(done.values()) else [f"{sample!r} became {masked!r}"]
        for what, is_right in done.items():
            for where in (language, "all"):
                right[where, what] += is_right
                count[where, what] += 1
    shares = {key: right[key] / count[key] for key in sorted(count)}
    table = [f"{' '.join(key)}: {right[key]} of {count[key]}" for key in shares]
    print(*table, *wrong, sep="\n")  # noqa: T201 - the figures are what the samples are for

    assert count["all", "masked"] == count["all", "harmless kept"] == 750
    assert min(shares.values()) >= LEAST, shares

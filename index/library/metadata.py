"""What whoever uploads an agreement may state of it, and the ``<id>.toml`` that comes of it."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

from index.agreement import LANGUAGES, Agreement, detect_language
from index.errors import FaultKind
from index.library.errors import NameRefusedError

MAX_LENGTH = 200  # characters of one value
MAX_ALIASES = 20


@dataclass(frozen=True, slots=True)
class Metadata:
    """What may be stated of an agreement; what is empty stays as it is known.

    Attributes:
        title: In the agreement's own language.
        title_en: English title.
        party: Who offers it, in its own language.
        party_en: The same in English.
        aliases: Words by which a question names it.
        language: ``zh`` or ``en``.
        version: Of these words.
        source: Where they are from.
    """

    title: str = ""
    title_en: str = ""
    party: str = ""
    party_en: str = ""
    aliases: tuple[str, ...] = ()
    language: str = ""
    version: str = ""
    source: str = ""


def cleaned(given: Metadata) -> Metadata:
    """Return what was stated without blanks around it.

    Raises:
        NameRefusedError: A value is too long, cannot be seen, or is no language; names which.
    """
    rows: dict[str, Any] = {
        name: tuple(filter(None, map(str.strip, value)))
        if isinstance(value, tuple)
        else value.strip()
        for name, value in asdict(given).items()
    }
    for name, value in rows.items():
        texts = value if isinstance(value, tuple) else (value,)
        if len(texts) > MAX_ALIASES or any(len(text) > MAX_LENGTH for text in texts):
            raise NameRefusedError(
                FaultKind.LONG_VALUE, name=name, most=MAX_LENGTH, names=MAX_ALIASES
            )
        if any(unicodedata.category(mark).startswith("C") for text in texts for mark in text):
            raise NameRefusedError(FaultKind.UNSEEN_VALUE, name=name)
    if rows["language"] not in ("", *LANGUAGES):
        raise NameRefusedError(FaultKind.OTHER_LANGUAGE, known=", ".join(LANGUAGES))
    return Metadata(**rows)


def merge(
    known: Mapping[str, object], given: Metadata, former: Agreement | None, now: Agreement
) -> dict[str, object]:
    """Return the metadata of an agreement's new words.

    Version and source were said of the former words, and are left out unless given anew; so is
    the language where the words look to be in another one now.

    Args:
        known: The metadata of the former words; empty where there is none.
        given: What was stated with the new ones.
        former: The agreement as it was; None for a new one.
        now: The agreement with its new words.
    """
    left_out: set[str] = set()
    if former is None or former.sha256 != now.sha256:
        left_out |= {"version", "source"}
    if former is None or detect_language(former.text) != detect_language(now.text):
        left_out |= {"language"}
    kept = {key: value for key, value in known.items() if key not in left_out}
    stated = {
        key: list(value) if isinstance(value, tuple) else value
        for key, value in asdict(given).items()
        if value
    }
    return kept | stated | {"sha256": now.sha256}


def to_toml(metadata: Mapping[str, object]) -> bytes:
    """Return metadata as TOML, in the order of ``Metadata``."""
    order = [field.name for field in fields(Metadata)]
    keys = sorted(metadata, key=lambda key: order.index(key) if key in order else len(order))
    lines = ["# What is known of the agreement beside its words; written when it was published."]
    lines += [f"{key} = {_value(metadata[key])}" for key in keys]
    return ("\n".join(lines) + "\n").encode()


def _value(value: object) -> str:
    """Return a text or a list of texts as TOML, whose strings are those of JSON but for one."""
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(_value, value))}]"
    return json.dumps(str(value), ensure_ascii=False).replace("\x7f", "\\u007f")

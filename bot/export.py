"""A record out, as JSON, as a page or as Markdown, in the language of the answer.

What a record holds is text in each of them, whatever it looks like.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from bot.export_markdown import to_markdown
from bot.export_page import to_html
from bot.record import Record, to_row
from bot.standing import Standing

__all__ = ["record_row", "to_html", "to_json_text", "to_markdown"]


def record_row(record: Record, standings: Sequence[Standing] = ()) -> dict[str, Any]:
    """Return a record as a JSON object with its digest.

    Args:
        record: The record.
        standings: What has become of its citations, if that was looked up; the digest does
            not cover it.
    """
    row = to_row(record) | {"digest": record.digest}
    if standings:
        row["standings"] = [
            {
                "clause_id": standing.clause_id,
                "change": standing.change.value,
                "now": None
                if standing.now is None
                else {
                    "clause_id": standing.now.clause_id,
                    "label": standing.now.label,
                    "text": standing.now.text,
                },
            }
            for standing in standings
        ]
    return row


def to_json_text(record: Record, standings: Sequence[Standing] = ()) -> str:
    """Return a record as JSON that people can read and ``record_from_json`` verifies."""
    return json.dumps(record_row(record, standings), ensure_ascii=False, indent=2) + "\n"

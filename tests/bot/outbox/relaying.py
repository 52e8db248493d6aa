"""Relays an outbox here and now, as its thread does from time to time."""

from __future__ import annotations

from bot.outbox.relay import Relayed
from bot.outbox.writer import OutboxWriter


def relay(writer: OutboxWriter) -> Relayed:
    """Write into the database what waits in the outbox of a writer."""
    assert writer._relay is not None
    return writer._relay.relay()

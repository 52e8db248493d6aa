"""What the desk works with."""

from __future__ import annotations

from dataclasses import dataclass

from bot.storage.gaps import Gaps
from bot.storage.people import People, open_people
from bot.storage.replies import Replies
from bot.web.service import Service


@dataclass(frozen=True, slots=True)
class Desk:
    """What the desk works with.

    Attributes:
        service: Who answers; its database keeps everything below.
        people: Who may sign in, their sessions and keys, and the trail.
        replies: The approved replies.
        gaps: What was asked and went badly.
    """

    service: Service
    people: People
    replies: Replies
    gaps: Gaps


def open_desk(service: Service) -> Desk:
    """Return the desk over one service and its database."""
    database = service.database
    return Desk(service, open_people(database), Replies(database), Gaps(database))

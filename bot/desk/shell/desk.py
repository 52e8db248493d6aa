"""What the desk works with."""

from __future__ import annotations

from dataclasses import dataclass

from bot.desk.agreements.library import Library
from bot.desk.gaps.store import Gaps
from bot.desk.replies.store import Replies
from bot.people.store.people import People
from bot.web.service import Queue, Service
from index.builder import IndexReloader


@dataclass(frozen=True, slots=True)
class Desk:
    """What the desk works with.

    Attributes:
        service: Who answers; its database keeps everything below.
        people: Who may sign in, their sessions and keys, and the audit log.
        replies: The approved replies.
        gaps: What was asked and went badly.
        library: The agreements, and the files that are to become some.
        sign_ins: In which names and passwords wait to be looked at: a hash takes long, and those
            who flood it with guesses are to slow nobody down who is signed in.
        reloader: Looks for a new index to answer from, such as one that the library stored.
    """

    service: Service
    people: People
    replies: Replies
    gaps: Gaps
    library: Library
    sign_ins: Queue
    reloader: IndexReloader

    def close(self) -> None:
        """End what runs beside; whoever made the service closes it afterwards."""
        self.reloader.stop()
        self.gaps.stop()
        self.replies.close()
        self.sign_ins.close()

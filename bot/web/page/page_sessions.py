"""What the page keeps between two events, and for how many: Gradio would keep all of it for all.

Anybody can begin a session, send it events and never read what came of them. So each has its
place, and where there are too many, those of the network that has most give way.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import MutableMapping
from typing import Any, Protocol


class EventQueue(Protocol):
    """What is used of Gradio's queue: the events of each session, and what came of them."""

    @property
    def pending_messages_per_session(self) -> MutableMapping[str, Any]:
        """What came of the events of each session and was not read."""

    @property
    def pending_event_ids_session(self) -> MutableMapping[str, set[str]]:
        """The events of each session that nobody was told the outcome of."""

    async def clean_events(self, *, session_hash: str | None = None) -> None:
        """Work no more on the events of a session."""


class PageSessions:
    """The sessions of the page, the one used last at the end.

    Attributes:
        PER_NETWORK: Sessions that one network may have; its oldest goes when it begins another.
        IN_ALL: Sessions at the same time.
        EVENTS_PER_NETWORK: Events of one network that nobody was told the outcome of.
        EVENTS_IN_ALL: The same, of all.
        UNREAD_SECONDS: In which whoever sent an event has to begin to read what came of it.
        STREAM_SECONDS: That one may go on reading; an answer takes a small part of them.
    """

    PER_NETWORK = 128
    IN_ALL = 512
    EVENTS_PER_NETWORK = 48
    EVENTS_IN_ALL = 96
    UNREAD_SECONDS = 30.0
    STREAM_SECONDS = 60.0

    def __init__(self, queue: EventQueue, states: MutableMapping[str, Any]) -> None:
        """Look after what ``queue`` holds for sessions, and ``states``, what each has shown."""
        self._queue = queue
        self._states = states
        self._networks: dict[str, str] = {}  # of each session, where it was used from last
        self._watching: set[asyncio.Task[None]] = set()

    def is_known(self, session: str) -> bool:
        """Tell whether there is anything to read, or may be."""
        return session in self._queue.pending_messages_per_session

    async def admit(self, session: str, network: str) -> bool:
        """Make room for an event of a session; tell whether there is."""
        self._networks.pop(session, None)
        self._networks[session] = network
        sessions = Counter(self._networks.values())
        if sessions[network] > self.PER_NETWORK:
            await self._drop(next(one for one, at in self._networks.items() if at == network))
        elif len(self._networks) > self.IN_ALL:
            most = sessions.most_common(1)[0][0]
            await self._drop(next(one for one, at in self._networks.items() if at == most))
        events = self._events()
        if events[network] >= self.EVENTS_PER_NETWORK:
            is_room = await self._drop_unread(network)
        elif events.total() >= self.EVENTS_IN_ALL:
            is_room = await self._drop_unread(events.most_common(1)[0][0])
        else:
            is_room = True
        if is_room:
            task = asyncio.create_task(self._watch(session))
            self._watching.add(task)
            task.add_done_callback(self._watching.discard)
        return is_room

    def wake(self, session: str) -> None:
        """Let whoever reads of a session look whether it is still there, and the reader too."""
        messages = self._queue.pending_messages_per_session.get(session)
        if messages is not None:
            messages.put_nowait(None)

    async def forget_events(self, session: str) -> None:
        """Forget the events of a session and what came of them; what it has shown is kept."""
        self.wake(session)
        self._queue.pending_messages_per_session.pop(session, None)
        await self._queue.clean_events(session_hash=session)
        self._queue.pending_event_ids_session.pop(session, None)

    async def _watch(self, session: str) -> None:
        await asyncio.sleep(self.UNREAD_SECONDS)
        if self._is_unread(session):
            await self.forget_events(session)

    def _events(self) -> Counter[str]:
        events: Counter[str] = Counter()
        for session, pending in self._queue.pending_event_ids_session.items():
            if self.is_known(session):
                events[self._networks.get(session, "")] += len(pending)
        return events

    async def _drop(self, session: str) -> None:
        await self.forget_events(session)
        self._networks.pop(session, None)
        self._states.pop(session, None)

    async def _drop_unread(self, network: str) -> bool:
        """Forget the events of the oldest session of a network that nobody reads, if there is."""
        for session, at in self._networks.items():
            if at == network and self._is_unread(session):
                await self.forget_events(session)
                return True
        return False

    def _is_unread(self, session: str) -> bool:
        messages = self._queue.pending_messages_per_session.get(session)
        return messages is not None and messages.qsize() > 0

"""The reply matcher in memory, brought up to date with what this or another program kept."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from functools import partial

import numpy as np

from bot.desk.replies.matcher import MatchEntry, ReplyMatcher, read_entries
from bot.desk.replies.rules import ApprovedReply, State
from bot.desk.replies.store_rows import ReplyCache
from index.background import Worker
from index.search.clause_index import ClauseIndex
from index.search.embedder import Embedder, Vectors

AT_ONCE = 16  # new replies that a draft waits for; the rest are read beside
_BESIDE_AT_ONCE = 64
_Read = dict[str, tuple[ApprovedReply, Sequence[MatchEntry]]]


class MatcherCache:
    """Keeps the questions that were read and embedded; for several threads at once."""

    def __init__(self, cache: ReplyCache) -> None:
        self._cache = cache
        self._lock = threading.Lock()
        self._model = ""
        self._entries: _Read = {}  # by the reply's id
        self._vectors: dict[str, Vectors] = {}  # by the normalised question
        self._matcher: ReplyMatcher | None = None
        self._of: Sequence[ApprovedReply] = ()
        self._worker = Worker("matcher")
        self._is_filling = False

    def of_now(self, index: ClauseIndex) -> ReplyMatcher:
        """Return the matcher with the replies that are not retired, for the model of an index.

        Where many are new, such as after an import, those that no draft waits for are read in a
        thread beside, and come onto the matcher by and by. Each call asks the database what is new,
        so ask once for all questions of a draft.
        """
        found, embedder = self._cache.all(), index.embedder
        with self._lock:
            self._use(embedder)
            if self._matcher is not None and self._of is found and not self._is_filling:
                return self._matcher
            self._of = found
            self._forget_gone()
            unread = self._unread()
            self._hold(*self._read(unread[:AT_ONCE], embedder))
            self._matcher = matcher = self._put_together()
            if len(unread) > AT_ONCE and not self._is_filling:
                self._worker.wait()  # for the thread of the last time, which has no more to do
                self._is_filling = self._worker.begin(partial(self._fill, embedder))
        return matcher

    def stop(self) -> None:
        """Read no more beside."""
        self._worker.stop()

    def _use(self, embedder: Embedder) -> None:
        if self._model != embedder.fingerprint:
            self._model, self._matcher = embedder.fingerprint, None
            self._vectors.clear()
            self._entries.clear()

    def _forget_gone(self) -> None:
        standing = {reply.reply_id for reply in self._standing()}
        for gone in self._entries.keys() - standing:
            del self._entries[gone]
        held = {entry.read for _, entries in self._entries.values() for entry in entries}
        for unused in self._vectors.keys() - held:
            del self._vectors[unused]

    def _standing(self) -> list[ApprovedReply]:
        return [reply for reply in self._of if reply.state is not State.RETIRED]

    def _unread(self) -> list[ApprovedReply]:
        return [reply for reply in self._standing() if self._held(reply) is None]

    def _held(self, reply: ApprovedReply) -> Sequence[MatchEntry] | None:
        held = self._entries.get(reply.reply_id)
        return held[1] if held is not None and held[0] is reply else None

    def _read(
        self, unread: Sequence[ApprovedReply], embedder: Embedder
    ) -> tuple[_Read, dict[str, Vectors]]:
        """Return the questions of some replies, and the vectors of those that are new."""
        entries: _Read = {reply.reply_id: (reply, read_entries(reply)) for reply in unread}
        for reply in unread:
            self._cache.words(reply)  # so that no search for words reads them all
        questions = {entry.read for _, found in entries.values() for entry in found}
        new = sorted(question for question in questions if question not in self._vectors)
        return entries, dict(zip(new, embedder.embed_whole(new), strict=True)) if new else {}

    def _hold(self, entries: _Read, vectors: dict[str, Vectors]) -> None:
        self._vectors.update(vectors)
        self._entries.update(entries)

    def _put_together(self) -> ReplyMatcher:
        held = [entry for reply in self._standing() for entry in self._held(reply) or ()]
        entries = [entry for entry in held if entry.read in self._vectors]
        vectors = [self._vectors[entry.read] for entry in entries]
        return ReplyMatcher(entries, np.stack(vectors) if vectors else _NONE, self._model)

    def _fill(self, embedder: Embedder) -> None:
        """Read what is left, a part at a time, so that a draft waits no longer than for one."""
        try:
            while not self._worker.is_stopped:
                with self._lock:
                    unread = self._unread() if self._model == embedder.fingerprint else []
                if not unread:
                    break
                made = self._read(unread[:_BESIDE_AT_ONCE], embedder)
                with self._lock:
                    if self._model == embedder.fingerprint:
                        self._hold(*made)
        finally:  # whatever is wrong, drafts go on with what is ready
            with self._lock:
                self._is_filling, self._matcher = False, None


_NONE: Vectors = np.zeros(0, np.float32)

"""Where questions are not kept, no trace of LangChain's keeps them either."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from langsmith import tracing_context


@contextmanager
def untraced() -> Iterator[None]:
    """Let LangChain send no trace of what is asked in here, whatever the environment says."""
    with tracing_context(enabled=False):
        yield

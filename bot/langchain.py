"""The bot for LangChain users: its retriever, and the whole of it as a Runnable.

retriever = ClauseRetriever.from_folder("var/index", k=5)
chain = retriever | RunnableLambda(read) | prompt | model
tool = create_retriever_tool(retriever, "clauses", "Finds clauses of the agreements.")

answers = CitedAnswers.of(Settings.from_environ(os.environ))
answers.invoke("余额不足会怎样？")["citations"][0].metadata["label"]
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, NotRequired, Self, TypedDict

from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever
from langchain_core.runnables import Runnable, RunnableConfig
from pydantic import ConfigDict, Field

from bot.answering.answer import Citation
from bot.answering.bot import Bot
from bot.settings import Settings
from bot.writing.tracing import untraced
from bot.writing.writer import Writer, open_writer
from index.builder import load_index
from index.search.clause_index import ClauseIndex, Hit


class ClauseRetriever(BaseRetriever):
    """Finds clauses and hands them over as LangChain documents, best first.

    Attributes:
        index: The index to search.
        k: How many documents a question gets, at least 1.
        agreement: Id of the one agreement to search; None for all.
        keep_questions: Whether callbacks and traces of the retriever may hold what is asked.
    """

    model_config = ConfigDict(arbitrary_types_allowed=True, frozen=True)

    index: ClauseIndex = Field(repr=False)
    k: int = Field(default=5, ge=1)
    agreement: str | None = None
    keep_questions: bool = True

    @classmethod
    def from_folder(
        cls, folder: str | Path, *, k: int = 5, agreement: str | None = None, model: str = ""
    ) -> Self:
        """Load a stored index with the model it was built with, the bundled one by default.

        Raises:
            StoreError: The index is missing, damaged, or of another model.
        """
        return cls(index=load_index(Path(folder), model), k=k, agreement=agreement)

    def invoke(
        self, input: str, config: RunnableConfig | None = None, **kwargs: Any
    ) -> list[Document]:
        """Return the clauses nearest to a question."""
        if self.keep_questions:
            return super().invoke(input, config, **kwargs)
        with untraced():
            return super().invoke(input, RunnableConfig(callbacks=[]), **kwargs)

    async def ainvoke(
        self, input: str, config: RunnableConfig | None = None, **kwargs: Any
    ) -> list[Document]:
        """Return the same without holding up the event loop."""
        if self.keep_questions:
            return await super().ainvoke(input, config, **kwargs)
        with untraced():
            return await super().ainvoke(input, RunnableConfig(callbacks=[]), **kwargs)

    def _get_relevant_documents(
        self, query: str, *, run_manager: CallbackManagerForRetrieverRun
    ) -> list[Document]:
        hits = self.index.search(query, k=self.k, agreement=self.agreement)
        return [_to_document(hit) for hit in hits]


def _to_document(hit: Hit) -> Document:
    clause = hit.clause
    return Document(
        id=clause.clause_id,
        page_content=clause.text,
        metadata={
            "clause_id": clause.clause_id,
            "agreement": clause.agreement,
            "label": clause.label,
            "path": list(clause.path),
            "start": clause.start,
            "end": clause.end,
            "score": hit.score,
        },
    )


class Asked(TypedDict):
    """A question with what it hangs on: an agreement's id, earlier questions, oldest first."""

    question: str
    agreement: NotRequired[str | None]
    history: NotRequired[Sequence[str]]


class Answered(TypedDict):
    """An answer, and the clauses that it rests on, the deciding one first.

    ``citations`` is empty exactly where ``outcome`` is ``abstained``; ``reason`` says why then. The
    text of a document is the clause, its metadata hold the ``quote``, ``confidence`` and place.
    """

    question: str
    answer: str
    prose: str
    outcome: str
    reason: str | None
    citations: list[Document]


class CitedAnswers(Runnable[str | Asked, Answered]):
    """The whole bot: a question → an answer with its clauses, or an abstention."""

    def __init__(
        self, bot: Bot, writer: Writer | None = None, *, keep_questions: bool = True
    ) -> None:
        """Answer as ``bot`` does, in the words of ``writer`` where one is given.

        ``keep_questions`` tells whether callbacks and traces may hold what is asked.
        """
        self.bot, self.writer = bot, writer
        self.keep_questions = keep_questions

    @classmethod
    def of(cls, settings: Settings) -> Self:
        """Load the stored index, and the language model if one is set.

        Raises:
            StoreError: The index is missing, damaged, or of another model.
            SettingsError: The language model cannot be set up.
        """
        bot = Bot(load_index(settings.index, settings.model), settings.answer_above)
        return cls(bot, open_writer(settings), keep_questions=settings.keep_questions)

    def invoke(
        self, input: str | Asked, config: RunnableConfig | None = None, **kwargs: Any
    ) -> Answered:
        """Answer one question.

        Raises:
            QueryError: There is no such agreement.
        """
        if self.keep_questions:
            return self._call_with_config(self._answer, input, config)
        with untraced():
            return self._answer(input)

    def _answer(self, given: str | Asked) -> Answered:
        asked = Asked(question=given) if isinstance(given, str) else given
        answer = self.bot.ask(
            asked["question"], agreement=asked.get("agreement"), history=asked.get("history") or ()
        )
        if self.writer is not None:
            answer = self.writer.write(answer, self.bot.index)
        return Answered(
            question=answer.question,
            answer=answer.text,
            prose=answer.prose,
            outcome=str(answer.outcome),
            reason=None if answer.reason is None else str(answer.reason),
            citations=[_to_cited(citation) for citation in answer.citations],
        )


def _to_cited(citation: Citation) -> Document:
    metadata = {
        name: getattr(citation, name)
        for name in ("clause_id", "agreement", "label", "quote", "start", "end", "confidence")
    }
    return Document(
        id=citation.clause_id,
        page_content=citation.text,
        metadata=metadata | {"path": list(citation.path), "lead_in": citation.lead_in},
    )

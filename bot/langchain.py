"""Our retriever for LangChain users: the one door to LangChain.

retriever = ClauseRetriever.from_folder("var/index", k=5)
chain = retriever | RunnableLambda(read) | prompt | model
"""

from __future__ import annotations

from pathlib import Path
from typing import Self

from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever
from pydantic import ConfigDict, Field

from index.builder import load_index
from index.search.clause_index import ClauseIndex, Hit


class ClauseRetriever(BaseRetriever):
    """Finds clauses and hands them over as LangChain documents, best first.

    Attributes:
        index: The index to search.
        k: How many documents a question gets, at least 1.
        agreement: Id of the one agreement to search; None for all.
    """

    model_config = ConfigDict(arbitrary_types_allowed=True, frozen=True)

    index: ClauseIndex = Field(repr=False)
    k: int = Field(default=5, ge=1)
    agreement: str | None = None

    @classmethod
    def from_folder(
        cls, folder: str | Path, *, k: int = 5, agreement: str | None = None, model: str = ""
    ) -> Self:
        """Load a stored index with the model it was built with, the bundled one by default.

        Raises:
            StoreError: The index is missing, damaged, or of another model.
        """
        return cls(index=load_index(Path(folder), model), k=k, agreement=agreement)

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

from __future__ import annotations

from pathlib import Path

import pytest
from langchain_core.documents import Document
from langchain_core.language_models import FakeListChatModel
from langchain_core.output_parsers import StrOutputParser
from langchain_core.prompt_values import PromptValue
from langchain_core.prompts import ChatPromptTemplate
from langchain_core.runnables import RunnableLambda, RunnablePassthrough

from bot.langchain import ClauseRetriever
from index.errors import QueryError, StoreError
from index.search.clause_index import ClauseIndex
from tests.bot.web.asking import run_aside

QUESTION = "how long is data kept after termination?"


def _read(documents: list[Document]) -> str:
    return "\n".join(
        f"[{document.metadata['label']}] {document.page_content}" for document in documents
    )


def test_clauses_come_as_documents_best_first(index: ClauseIndex) -> None:
    documents = ClauseRetriever(index=index).invoke(QUESTION)
    hits = index.search(QUESTION, k=5)
    assert [document.id for document in documents] == [hit.clause.clause_id for hit in hits]
    assert documents[0].id == "xunzhong/5(3)"


def test_metadata_says_where_a_clause_stands(index: ClauseIndex) -> None:
    document = ClauseRetriever(index=index, k=1).invoke(QUESTION)[0]
    assert set(document.metadata) == {
        "clause_id", "agreement", "label", "path", "start", "end", "score",
    }  # fmt: skip
    found = document.metadata
    assert (found["clause_id"], found["agreement"]) == ("xunzhong/5(3)", "xunzhong")
    assert (found["label"], found["path"]) == ("5（3）", ["5、 数据的保存、销毁与下载"])
    assert 0 < found["score"] <= 1
    source = index.agreement(found["agreement"]).text
    assert source[found["start"] : found["end"]] == document.page_content


def test_k_and_agreement_limit_what_is_found(index: ClauseIndex) -> None:
    documents = ClauseRetriever(index=index, k=3, agreement="dahan").invoke(QUESTION)
    assert len(documents) == 3
    assert {document.metadata["agreement"] for document in documents} == {"dahan"}
    with pytest.raises(ValueError, match="greater than or equal to 1"):
        ClauseRetriever(index=index, k=0)
    with pytest.raises(QueryError, match="no agreement 'nobody'"):
        ClauseRetriever(index=index, agreement="nobody").invoke(QUESTION)


def test_a_chain_reads_the_clauses(index: ClauseIndex) -> None:
    chain = ClauseRetriever(index=index, k=2) | RunnableLambda(_read)
    assert chain.invoke(QUESTION).startswith("[5（3）] 除法定及本协议另行约定外")
    assert len(chain.batch([QUESTION, "账号可以转让吗？"])) == 2


def test_a_chat_model_is_shown_the_clauses(index: ClauseIndex) -> None:
    shown: list[str] = []

    def note(value: PromptValue) -> PromptValue:
        shown.append(value.to_string())
        return value

    retriever = ClauseRetriever(index=index, k=1)
    prompt = ChatPromptTemplate.from_template("Clauses:\n{clauses}\nQuestion: {question}")
    chain = (
        {"clauses": retriever | RunnableLambda(_read), "question": RunnablePassthrough()}
        | prompt
        | RunnableLambda(note)
        | FakeListChatModel(responses=["Seven days."])
        | StrOutputParser()
    )
    assert chain.invoke(QUESTION) == "Seven days."
    assert "自本协议终止之日起7日后" in shown[0]
    assert QUESTION in shown[0]


def test_an_asynchronous_chain_finds_the_same(index: ClauseIndex) -> None:
    retriever = ClauseRetriever(index=index, k=2)
    assert run_aside(retriever.ainvoke(QUESTION)) == retriever.invoke(QUESTION)


def test_a_stored_index_is_loaded_with_its_model(stored_index: Path, index: ClauseIndex) -> None:
    retriever = ClauseRetriever.from_folder(str(stored_index), k=2, agreement="xunzhong")
    assert (retriever.k, retriever.agreement) == (2, "xunzhong")
    assert retriever.invoke(QUESTION)[0].id == "xunzhong/5(3)"
    assert "vectors" not in repr(retriever)


def test_a_missing_index_is_said(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="there is no index"):
        ClauseRetriever.from_folder(tmp_path)

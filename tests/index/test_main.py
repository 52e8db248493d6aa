"""The command line: what it prints, what it writes, and how it says that something is off."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from index.__main__ import main
from index.command import run, to_line
from index.errors import CorpusError
from index.search.clause_index import ClauseIndex

ROOT = Path(__file__).parents[2]
COMMANDS = ("build", "segment", "outline", "search", "search-batch", "check")


@pytest.fixture(scope="module")
def saved(index: ClauseIndex, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with a stored index of the shipped corpus in it."""
    folder = tmp_path_factory.mktemp("var")
    index.save(folder / "index")
    return folder


@pytest.fixture
def stored(saved: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, loaded_once: None) -> Path:
    """Return the stored index, where the commands look for it."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "var").symlink_to(saved)
    return tmp_path / "var" / "index"


def _python(*arguments: str, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *arguments], cwd=cwd, capture_output=True, check=False, encoding="utf-8"
    )


def _one_error(capsys: pytest.CaptureFixture[str]) -> str:
    out, err = capsys.readouterr()
    assert out == ""
    (line,) = err.splitlines()
    assert line.startswith("error: ")
    return line


def test_help_needs_no_heavy_package() -> None:
    heavy = "{'numpy', 'torch', 'faiss', 'tqdm', 'bm25s', 'opencc', 'sentence_transformers'}"
    done = _python(
        "-c",
        "import sys; sys.argv = ['index', '--help']; import atexit, runpy\n"
        f"atexit.register(lambda: print('heavy', sorted({heavy} & set(sys.modules))))\n"
        "runpy.run_module('index', run_name='__main__')",
    )
    assert done.returncode == 0
    assert "example: python -m index search" in done.stdout
    assert done.stdout.endswith("heavy []\n")


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_shows_an_example(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main([command, "--help"])
    assert caught.value.code == 0
    assert f"example: python -m index {command} " in capsys.readouterr().out


def test_settings_say_where_the_index_and_the_corpus_are(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("CLAUSEBOT_INDEX", "no/index/here")
    monkeypatch.setenv("CLAUSEBOT_CORPUS", "no/corpus/here")
    for command in (["check"], ["search", "how is it charged?"]):
        assert main(command) == 1
        assert "no/index/here" in _one_error(capsys)
    assert main(["build"]) == 1
    assert "no/corpus/here" in _one_error(capsys)


@pytest.mark.parametrize(
    "words",
    [
        [],
        ["sing"],
        ["search"],
        ["search", "q", "--k", "0"],
        ["search", "q", "--k", "-3"],
        ["search", "q", "--k", "x"],
        ["search-batch", "in.jsonl"],
        ["search-batch", "in.jsonl", "out.jsonl", "--k", "0"],
        ["build", "--colour", "red"],
    ],
)
def test_words_that_are_off_exit_with_two(
    words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as caught:
        main(words)
    assert caught.value.code == 2
    assert "error: " in capsys.readouterr().err


def test_segment_prints_clauses_that_stand_where_they_say(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    path = tmp_path / "terms.txt"
    path.write_bytes("1. 付款。\r\n2. You shall:\r\n(a) behave.\r\n".encode())
    assert main(["segment", str(path)]) == 0
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    source = path.read_text("utf-8")
    assert [row["clause_id"] for row in rows] == ["terms/1", "terms/2", "terms/2(a)"]
    assert list(rows[0]) == ["clause_id", "label", "path", "kind", "level", "text", "start", "end"]
    for row in rows:
        assert row["text"] == source[row["start"] : row["end"]]


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (None, "cannot be read"),
        (b"", "is empty"),
        (b"a\nb\x00", ":2: holds binary data"),
    ],
)
def test_segment_names_a_file_that_cannot_be_used(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], data: bytes | None, message: str
) -> None:
    path = tmp_path / "terms.txt"
    if data is not None:
        path.write_bytes(data)
    assert main(["segment", str(path)]) == 1
    error = _one_error(capsys)
    assert str(path) in error
    assert message in error


@pytest.mark.usefixtures("loaded_once")
def test_build_search_and_check_work_together(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "corpus").mkdir()
    (tmp_path / "corpus" / "terms.md").write_text("1. You pay at once.\n2. Court: Beijing.\n")
    assert main(["build"]) == 0
    assert capsys.readouterr().out == ""
    assert main(["search", "when do I pay?", "--k", "1"]) == 0
    assert "terms/1" in capsys.readouterr().out
    assert main(["check"]) == 0
    assert "is whole and up to date" in capsys.readouterr().out
    (tmp_path / "corpus" / "terms.md").write_text("1. You never pay.\n")
    assert main(["check"]) == 1
    assert "terms.md in corpus changed since. Rebuild with" in _one_error(capsys)


@pytest.mark.usefixtures("loaded_once")
def test_build_indexes_ready_passages_under_their_own_ids(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    passages = tmp_path / "faq.jsonl"
    passages.write_text(
        '{"id": "q-1", "text": "You pay at once."}\n{"id": 2, "text": "a\\ud800"}\n', "utf-8"
    )
    folder = str(tmp_path / "index")
    assert main(["build", "--corpus", str(passages), "--index", folder]) == 0
    capsys.readouterr()
    assert main(["search", "when do I pay?", "--json", "--index", folder]) == 0
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [row["clause_id"] for row in rows] == ["q-1", "2"]
    assert rows[1]["text"] == "a\ud800"
    assert main(["search", "a", "--index", folder]) == 0


def test_a_broken_corpus_is_named_and_the_old_index_stands(
    stored: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = {path.name: path.read_bytes() for path in stored.iterdir()}
    (tmp_path / "corpus").mkdir()
    for corpus in (tmp_path / "corpus", tmp_path / "gone", tmp_path / "gone.jsonl"):
        assert main(["build", "--corpus", str(corpus)]) == 1
        assert str(corpus) in _one_error(capsys)
    (tmp_path / "corpus" / "a.txt").write_bytes(b"")
    (tmp_path / "corpus" / "b.txt").write_bytes(b"\x00")
    assert main(["build"]) == 1
    lines = capsys.readouterr().err.removeprefix("error: ").splitlines()
    assert [Path(line.split(": ")[0]).name for line in lines] == ["a.txt", "b.txt:1"]
    assert {path.name: path.read_bytes() for path in stored.iterdir()} == before


@pytest.mark.usefixtures("loaded_once")
def test_build_into_a_file_is_refused(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    (tmp_path / "terms.txt").write_text("1. Pay.")
    (tmp_path / "file").write_text("mine")
    where = ["--corpus", str(tmp_path), "--index", str(tmp_path / "file")]
    assert main(["build", *where]) == 1
    assert "cannot be written" in capsys.readouterr().err.splitlines()[-1]
    assert (tmp_path / "file").read_text() == "mine"


def test_search_prints_for_people(stored: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert stored.is_dir()
    assert main(["search", "协议终止后数据保留多久？", "--k", "2"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].split()[0] == "1"
    assert "xunzhong/5(3)" in lines[0]


def test_search_prints_json_of_one_agreement(
    stored: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["search", "data kept after termination", "--agreement", "dahan", "--json"]
    assert main([*words, "--index", str(stored), "--k", "99999"]) == 0
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert len(rows) == 112
    assert {row["agreement"] for row in rows} == {"dahan"}
    assert list(rows[0]) == ["clause_id", "agreement", "label", "score", "text"]
    assert [row["score"] for row in rows] == sorted((row["score"] for row in rows), reverse=True)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["search", "q", "--agreement", "green"], "no agreement 'green'. There are: dahan"),
        (["search", "?!"], "holds no word"),
        (["search", ""], "holds no word"),
        (["search", "q", "--index", "gone"], "gone: there is no index. Make one with"),
        (["check", "--index", "gone"], "gone: there is no index. Make one with"),
    ],
)
def test_a_search_that_cannot_be_done_says_why(
    stored: Path, capsys: pytest.CaptureFixture[str], words: list[str], message: str
) -> None:
    assert stored.is_dir()
    assert main(words) == 1
    assert message in _one_error(capsys)


def _batch(folder: Path, *lines: str | bytes) -> tuple[int, list[dict[str, object]]]:
    source, target = folder / "in.jsonl", folder / "out" / "hits.jsonl"
    data = [line.encode() if isinstance(line, str) else line for line in lines]
    source.write_bytes(b"\n".join(data))
    code = main(["search-batch", str(source), str(target), "--k", "2"])
    assert [path.name for path in target.parent.iterdir()] == ["hits.jsonl"]
    return code, [json.loads(line) for line in target.read_text("utf-8").splitlines()]


@pytest.mark.usefixtures("stored")
def test_a_batch_is_answered_in_order_with_its_own_ids(tmp_path: Path) -> None:
    code, rows = _batch(
        tmp_path,
        '\ufeff{"id": "a", "text": "数据保留多久"}\r',
        "",
        '{"id": 7, "text": "refund?", "agreement": "dahan"}',
        '{"id": "c", "text": "data\\u0000 \\ud800 kept", "agreement": null}',
    )
    assert code == 0
    assert [row["id"] for row in rows] == ["a", 7, "c"]
    hits = rows[1]["hits"]
    assert isinstance(hits, list)
    assert [hit["agreement"] for hit in hits] == ["dahan", "dahan"]
    assert list(hits[0]) == ["clause_id", "agreement", "label", "score", "text"]


@pytest.mark.usefixtures("stored")
def test_bad_lines_of_a_batch_are_named_and_the_rest_is_answered(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bad: list[str | bytes] = [
        "{",
        "[]",
        '{"id": "x"}',
        '{"text": "x"}',
        '{"id": {}, "text": "x"}',
        '{"id": "x", "text": 7}',
        '{"id": "x", "text": "x", "agreement": 7}',
        '{"id": "x", "text": "x", "agreement": "green"}',
        '{"id": "x", "text": "😀"}',
        b'{"id": "x", "text": "\xff"}',
        "[" * 100_000,
    ]
    code, rows = _batch(tmp_path, '{"id": "a", "text": "fees"}', *bad, '{"id": "b", "text": "x"}')
    assert code == 1
    assert [row["id"] for row in rows] == ["a", "b"]
    errors = [line for line in capsys.readouterr().err.splitlines() if line.startswith("error")]
    source = tmp_path / "in.jsonl"
    assert [error.split(" ")[1] for error in errors] == [
        f"{source}:{number}:" for number in range(2, len(bad) + 2)
    ]


@pytest.mark.usefixtures("stored")
def test_an_empty_batch_gives_an_empty_file(tmp_path: Path) -> None:
    assert _batch(tmp_path, "") == (0, [])


@pytest.mark.usefixtures("stored")
def test_a_batch_that_cannot_be_read_or_written_says_so(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    target = tmp_path / "out.jsonl"
    assert main(["search-batch", str(tmp_path / "gone"), str(target)]) == 1
    assert f"{tmp_path / 'gone'}: cannot be read" in _one_error(capsys)
    (tmp_path / "in.jsonl").write_text('{"id": "a", "text": "fees"}')
    (tmp_path / "file").write_text("mine")
    below = tmp_path / "file" / "out.jsonl"
    assert main(["search-batch", str(tmp_path / "in.jsonl"), str(below)]) == 1
    assert str(tmp_path / "file") in _one_error(capsys)
    assert not target.exists()


@pytest.mark.usefixtures("stored")
def test_a_batch_that_breaks_off_leaves_the_old_answers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    (tmp_path / "in.jsonl").write_text('{"id": "a", "text": "fees"}')
    (tmp_path / "out.jsonl").write_text("old")
    before = sorted(path.name for path in tmp_path.iterdir())
    monkeypatch.setattr(ClauseIndex, "search", stop)
    assert main(["search-batch", str(tmp_path / "in.jsonl"), str(tmp_path / "out.jsonl")]) == 1
    assert (tmp_path / "out.jsonl").read_text() == "old"
    assert sorted(path.name for path in tmp_path.iterdir()) == before


def _raise(error: BaseException) -> Callable[[], int]:
    def command() -> int:
        raise error

    return command


@pytest.mark.parametrize(
    ("error", "line"),
    [
        (CorpusError("is off.", Path("a.txt"), 3), "error: a.txt:3: is off."),
        (KeyboardInterrupt(), "stopped."),
        (PermissionError(13, "Permission denied", "a.txt"), "error: a.txt: Permission denied."),
        (OSError("no such device"), "error: no such device."),
    ],
)
def test_what_a_person_can_mend_is_one_line(
    capsys: pytest.CaptureFixture[str], error: BaseException, line: str
) -> None:
    assert run(_raise(error)) == 1
    assert capsys.readouterr().err == line + "\n"


def test_a_bug_is_not_hidden() -> None:
    with pytest.raises(ZeroDivisionError):
        run(_raise(ZeroDivisionError()))


def test_a_lone_surrogate_is_written_as_an_escape() -> None:
    assert to_line({"text": "数据\ud800"}) == '{"text": "数据\\ud800"}'


@pytest.mark.parametrize("lines", [1, 3000])
def test_a_reader_that_has_seen_enough_is_no_error(tmp_path: Path, lines: int) -> None:
    (tmp_path / "a.txt").write_text("".join(f"{n + 1}. Pay {n}.\n" for n in range(lines)))
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "wb") as closed:
        done = subprocess.run(
            [sys.executable, "-m", "index", "segment", str(tmp_path / "a.txt")],
            cwd=ROOT,
            env={k: v for k, v in os.environ.items() if k != "PYTHONUNBUFFERED"},
            stdout=closed,
            stderr=subprocess.PIPE,
            check=False,
        )
    assert (done.returncode, done.stderr) == (1, b"")


def test_results_are_utf_8_whatever_the_terminal_speaks(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("1. 付款。", "utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "index", "segment", str(tmp_path / "a.txt")],
        cwd=ROOT,
        env=os.environ | {"PYTHONIOENCODING": "ascii"},
        capture_output=True,
        check=False,
    )
    assert json.loads(done.stdout.decode("utf-8"))["text"] == "付款。"

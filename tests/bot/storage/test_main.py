"""The commands that look after what is kept."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.desk.replies.store import Replies
from bot.outbox import purge as leftovers
from bot.outbox.outbox import Outbox, OutboxEntry
from bot.outbox.relay import Relayed
from bot.outbox.writer import OutboxWriter
from bot.storage import Database, Feedback, open_database
from bot.storage.__main__ import main
from bot.storage.connection import connect, parse_address
from bot.storage.erasure import Matches
from tests.bot.records.making import make_cited, make_record
from tests.conftest import ROOT
from tests.databases import relay


@pytest.fixture
def kept(address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """Return the ids of three answers that are kept, one of them old, one with feedback."""
    monkeypatch.setenv("CLAUSEBOT_DATABASE", address)
    monkeypatch.setenv("CLAUSEBOT_DESK", str(tmp_path / "desk"))
    database = open_database(address)
    old = make_record("=1+1 谁付款？", asked_at=datetime.now(UTC) - timedelta(days=100))
    new = make_record("I am Rumpelstilzchen", history=("@SUM(1)", "怎么付？"))
    other = make_record()
    for record in (old, new, other):
        database.keep_answer(record, surface="widget", site="pk_1")
    note = "-2+3 Rumpelstilzchen"
    database.keep_feedback(
        Feedback(old.answer_id, "unhelpful", "wrong_clause", note, "page", "pk_1", "k")
    )
    database.close()
    return {"old": old.answer_id, "new": new.answer_id, "other": other.answer_id}


def _rest(address: str, kept: dict[str, str]) -> set[str]:
    database = open_database(address)
    found = {name for name, answer_id in kept.items() if database.holds(answer_id)}
    database.close()
    return found


def test_check_counts_answers_and_names_those_that_were_changed(
    kept: dict[str, str], address: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["check"]) == 0
    assert "3 answers, 0 of them not as they were kept" in capsys.readouterr().out
    engine = connect(parse_address(address))
    with engine.begin() as connection:
        connection.exec_driver_sql("UPDATE answers SET record = replace(record, '15日', '51日')")
    engine.dispose()
    assert main(["check"]) == 1
    told = capsys.readouterr()
    assert "3 answers, 3 of them not as they were kept" in told.out
    assert kept["new"] in told.err
    assert main(["erase", "--answer", kept["new"], "--yes"]) == 0


def test_prune_deletes_what_is_old(
    kept: dict[str, str], address: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["prune", "--older-than", "101d"]) == 0
    assert main(["prune", "--older-than", "14w"]) == 0
    assert [line.split(": ")[1] for line in capsys.readouterr().out.splitlines()] == [
        "0 answers deleted, with their feedback.",
        "1 answers deleted, with their feedback.",
    ]
    assert _rest(address, kept) == {"new", "other"}


@pytest.mark.parametrize("age", ["90", "-1d", "d", "99999w", "1y", "９0d"])
def test_an_age_that_is_none_is_refused(age: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["prune", f"--older-than={age}"])
    assert ended.value.code == 2
    assert "write 90d" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("options", "found", "rest"),
    [
        (["--matching", "rumpelSTILZCHEN"], "1 answers and 1 notes", {"old", "other"}),
        (["--matching", "怎么付"], "1 answers and 0 notes", {"old", "other"}),
        (["--matching", "nowhere"], "0 answers and 0 notes", {"old", "new", "other"}),
        (["--answer", "new"], "1 answers and 0 notes", {"old", "other"}),
        (["--answer", "nobody"], "0 answers and 0 notes", {"old", "new", "other"}),
    ],
)
def test_erase_counts_and_then_erases(
    kept: dict[str, str],
    address: str,
    capsys: pytest.CaptureFixture[str],
    options: list[str],
    found: str,
    rest: set[str],
) -> None:
    arguments = ["erase", options[0], kept.get(options[1], options[1])]
    assert main(arguments) == 1
    assert f"{found} match. Nothing is erased yet; repeat it with --yes." in capsys.readouterr().out
    assert _rest(address, kept) == {"old", "new", "other"}
    assert main([*arguments, "--yes"]) == 0
    assert f"{found} erased." in capsys.readouterr().out
    assert _rest(address, kept) == rest


def test_what_waits_for_the_database_is_erased_too(
    kept: dict[str, str],
    address: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    outbox = Outbox(tmp_path / "desk" / "spool")
    note = "Rumpelstilzchen\nwaits"
    for key, answer_id in (("f-1", kept["other"]), ("f-2", "nobody"), ("f-3", "nobody")):
        given = Feedback(answer_id, "helpful", note=note if key != "f-3" else "of another")
        outbox.put(OutboxEntry("feedback", key, datetime.now(UTC), asdict(given)))
    (outbox.refused / "damaged.json").write_text("RUMPELstilzchen")
    assert main(["erase", "--matching", "rumpelstilzchen"]) == 1
    assert "1 answers and 4 notes match" in capsys.readouterr().out
    assert main(["erase", "--matching", "Rumpelstilzchen\nwaits", "--yes"]) == 0
    assert main(["erase", "--matching", "rumpelstilzchen", "--yes"]) == 0
    database = open_database(address)
    assert not list(database.given())
    database.close()
    left = [path.read_text() for path in outbox.refused.glob("*.json")]
    assert ["of another" in text for text in left] == [True]


def _spooled(folder: Path, answer_id: str, key: str, days: int = 0) -> OutboxEntry:
    """Let a note wait, given some days ago."""
    given = Feedback(answer_id, "helpful", note=f"note {key}")
    entry = OutboxEntry("feedback", key, datetime.now(UTC) - timedelta(days=days), asdict(given))
    Outbox(folder / "desk" / "spool").put(entry)
    return entry


def _names(folder: Path) -> list[str]:
    """Return the keys of what waits or was refused, with the reasons."""
    found = (folder / "desk" / "spool").rglob("*.json*")
    return sorted(path.name.split("-", 3)[3] for path in found)


def test_what_was_said_of_an_erased_answer_is_erased_where_it_waits(
    kept: dict[str, str], address: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _spooled(tmp_path, kept["other"], "f1")  # is relayed, and goes with its answer
    _spooled(tmp_path, "gone", "f2")  # is refused
    _spooled(tmp_path, "another", "f3")
    assert main(["erase", "--answer", "gone"]) == 1
    assert "0 answers and 1 notes match" in capsys.readouterr().out
    rest = ["f3.json", "f3.json.reason.txt"]
    assert _names(tmp_path) == ["f2.json", "f2.json.reason.txt", *rest]
    (damaged,) = (tmp_path / "desk" / "spool" / "refused").glob("*f2.json")
    damaged.write_text(damaged.read_text()[:-9])
    for answer_id in ("gone", kept["other"]):
        assert main(["erase", "--answer", answer_id, "--yes"]) == 0
    assert _names(tmp_path) == rest
    database = open_database(address)
    assert [given.feedback.answer_id for given in database.given()] == [kept["old"]]
    database.close()


def test_what_was_said_of_an_answer_that_matches_is_erased_where_it_waits(
    kept: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    erase = Database.erase

    def spooled_meanwhile(database: Database, matches: Matches) -> int:
        _spooled(tmp_path, kept["new"], "f1")
        return erase(database, matches)

    (tmp_path / "desk" / "spool").mkdir(parents=True)
    monkeypatch.setattr(Database, "erase", spooled_meanwhile)
    assert main(["erase", "--matching", "I am rumpel", "--yes"]) == 0
    assert _names(tmp_path) == []


def test_a_reply_is_erased_where_it_was_refused(kept: dict[str, str], tmp_path: Path) -> None:
    outbox = Outbox(tmp_path / "desk" / "spool")
    for key in ("r1", "r2"):
        outbox.put(OutboxEntry("reply", key, datetime.now(UTC), {}))
    assert main(["erase", "--reply", "r1", "--yes"]) == 0
    assert _names(tmp_path) == ["r2.json", "r2.json.reason.txt"]


def test_prune_deletes_what_was_refused_and_is_old(
    kept: dict[str, str], address: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _spooled(tmp_path, kept["old"], "f1", days=99)  # is relayed, and goes with its answer
    _spooled(tmp_path, "gone", "f2", days=99)
    _spooled(tmp_path, "gone", "f3", days=97)
    refused = Outbox(tmp_path / "desk" / "spool").refused
    for name in ("0-0-feedback-f4.json", "0-0-feedback-f5.json.reason.txt"):  # no time in them
        (refused / name).write_text("damaged")
        os.utime(refused / name, (time.time() - 99 * 86_400,) * 2)
    assert main(["prune", "--older-than", "98d"]) == 0
    assert "1 answers deleted, with their feedback, and 3 entries" in capsys.readouterr().out
    assert _names(tmp_path) == ["f3.json", "f3.json.reason.txt"]
    database = open_database(address)
    assert list(database.given()) == []
    database.close()


@pytest.mark.parametrize("option", ["--answer", "--matching"])
def test_nothing_is_replayed_while_it_is_erased(
    kept: dict[str, str],
    address: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    option: str,
) -> None:
    folder, erase, relayed = tmp_path / "desk" / "spool", Database.erase, []
    server = open_database(address)
    writer = OutboxWriter(server, Replies(server), Outbox(folder))

    def erase_slowly(database: Database, matches: Matches) -> int:
        _spooled(tmp_path, kept["other"], "f1")
        relayed.append(relay(writer))  # as the server does
        return erase(database, matches)

    monkeypatch.setattr(Database, "erase", erase_slowly)
    words = kept["new"] if option == "--answer" else "note f1"
    assert main(["erase", option, words, "--yes"]) == 0
    assert relayed == [Relayed()]
    assert relay(writer).written == (1 if option == "--answer" else 0)
    server.close()


def test_an_erasure_waits_for_a_replay(
    kept: dict[str, str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    outbox = Outbox(tmp_path / "desk" / "spool")
    held, ended = threading.Event(), threading.Event()

    def relay() -> None:
        with outbox.alone():
            held.set()
            ended.wait(30)

    server = threading.Thread(target=relay)
    server.start()
    held.wait(30)
    monkeypatch.setattr(leftovers, "WAIT_SECONDS", 0.1)
    assert main(["erase", "--answer", kept["new"], "--yes"]) == 1
    assert "another program has been replaying" in capsys.readouterr().err
    monkeypatch.setattr(leftovers, "WAIT_SECONDS", 30)
    threading.Timer(0.2, ended.set).start()
    assert main(["erase", "--answer", kept["new"], "--yes"]) == 0
    server.join()


@pytest.mark.parametrize("option", ["--answer", "--matching"])
def test_what_is_erased_may_begin_with_a_hyphen(
    kept: dict[str, str], capsys: pytest.CaptureFixture[str], option: str
) -> None:
    assert main(["erase", option, "-2+3", "--yes"]) == 0
    assert "erased." in capsys.readouterr().out


@pytest.mark.parametrize("options", [[], ["--matching", " "], ["--answer", "a", "--matching", "b"]])
def test_erase_wants_to_know_what(options: list[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["erase", *options])
    assert ended.value.code == 2


def test_export_writes_feedback_with_its_answers(kept: dict[str, str], tmp_path: Path) -> None:
    target = tmp_path / "new" / "feedback.jsonl"
    assert main(["export", str(target)]) == 0
    (row,) = [json.loads(line) for line in target.read_text("utf-8").splitlines()]
    assert row["answer_id"] == kept["old"]
    assert (row["verdict"], row["reason"], row["site"]) == ("unhelpful", "wrong_clause", "pk_1")
    assert row["question"] == "'=1+1 谁付款？"  # a spreadsheet would run it
    assert row["note"] == "'-2+3 Rumpelstilzchen"
    assert row["clauses"] == [make_cited().clause_id]
    assert row["quotes"] == [make_cited().quote]
    assert [path.name for path in target.parent.iterdir()] == ["feedback.jsonl"]


def test_an_export_that_fails_leaves_what_was_there(
    kept: dict[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "out").mkdir()
    assert main(["export", str(tmp_path / "out")]) == 1
    assert str(tmp_path / "out") in capsys.readouterr().err
    assert list(tmp_path.glob("*.part")) == []


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("mongodb://root:geheim@localhost", "is of 'mongodb', which is not supported."),
        ("sqlite://var/geheim.db", "names a server, as sqlite://NAME does with two slashes."),
        ("sqlite://", "names no file, or more than a file."),
    ],
)
def test_a_database_that_cannot_be_opened_is_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], address: str, words: str
) -> None:
    monkeypatch.setenv("CLAUSEBOT_DATABASE", address)
    assert main(["check"]) == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith(f"error: CLAUSEBOT_DATABASE {words} Write sqlite:///FILE")
    assert "geheim" not in line


def test_the_module_says_what_it_can_do() -> None:
    told = subprocess.run(
        [sys.executable, "-m", "bot.storage", "--help"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert told.returncode == 0
    for command in ("check", "prune", "erase", "export", "backup", "restore"):
        assert f"    {command}" in told.stdout


@pytest.mark.parametrize("address", ["sqlite://var/x.db", "postgresql://a@b:99999/x", " ", "'x'"])
def test_an_address_with_a_slip_is_told_in_one_line(
    address: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("CLAUSEBOT_DATABASE", address)
    assert main(["check"]) != 0
    said = capsys.readouterr().err
    assert said.startswith("error: CLAUSEBOT_DATABASE ")
    assert said.endswith("Write sqlite:///FILE or postgresql://USER:PASSWORD@HOST/NAME.\n")
    assert said.count("\n") == 1

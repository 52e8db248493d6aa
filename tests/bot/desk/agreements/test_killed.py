"""Killed at every moment, or let down by the disk, corpus and index are the former or the new."""

from __future__ import annotations

import errno
import os
import resource
import shutil
import signal
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.desk.agreements.library_errors import LibraryError
from index.errors import ClauseBotError
from tests.bot.desk.agreements.shelf import ACME_NEXT, Shelf, make_shelf

pytestmark = pytest.mark.slow  # starts and kills the program at every moment

DONE, REFUSED, BROKEN = 200, 201, 202  # how a process ends; below 200: so many changes
_WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT
_CHANGES = ("os.rename", "os.remove", "os.rmdir", "os.mkdir")


class Moments:
    """Sees every change of a folder in this process, and calls something at one of them."""

    def __init__(self, folder: Path, at: int, what: Callable[[], None], *, lasts: bool) -> None:
        """Call ``what`` at the change number ``at`` or, if it lasts, at all from then on."""
        self._folder, self._at, self._what, self._lasts = str(folder), at, what, lasts
        self.seen = 0
        sys.addaudithook(self._look)
        os.fsync = lambda fd: self._count()

    def _look(self, event: str, arguments: tuple[object, ...]) -> None:
        is_write = event == "open" and isinstance(arguments[2], int) and arguments[2] & _WRITES
        if (is_write or event in _CHANGES) and str(arguments[0]).startswith(self._folder):
            self._count()

    def _count(self) -> None:
        self.seen += 1
        if self.seen == self._at or (self._lasts and self.seen > self._at):
            self._what()


class Scene:
    """What is done in a folder, which is set back to how it was before each act."""

    def __init__(self, shelf: Shelf, do: Callable[[], object]) -> None:
        self.shelf, self.do = shelf, do
        self._kept = shelf.root.with_name("kept")
        shutil.copytree(shelf.root, self._kept)
        self.old = shelf.files()
        self.moments = self.act(self.do, 0, lambda: None, is_counting=True)
        self.new = shelf.files()
        assert self.new != self.old
        assert 30 < self.moments < DONE

    def act(
        self,
        do: Callable[[], object],
        at: int,
        what: Callable[[], None],
        *,
        lasts: bool = False,
        is_counting: bool = False,
    ) -> int:
        """Do it in a process of its own; return its exit code, below 0 for a signal."""
        pid = os.fork()
        if pid:
            return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
        code = BROKEN
        try:
            moments = Moments(self.shelf.root, at, what, lasts=lasts)
            do()
            code = moments.seen if is_counting else DONE
        except ClauseBotError:
            code = REFUSED
        finally:
            os._exit(code)

    def set_back(self) -> None:
        """Set the folder back."""
        shutil.rmtree(self.shelf.root)
        shutil.copytree(self._kept, self.shelf.root)

    def check(self) -> bool:
        """Start again and check that all is of one piece; return whether it is the new state."""
        shelf = self.shelf
        index = shelf.restart()
        files = shelf.files()
        assert files in (self.old, self.new)
        words = (files.get("acme.txt") or files["acme.md"]).decode()
        own = [clause.text for clause in index.corpus.clauses if clause.agreement == "acme"]
        assert own
        assert all(text in words for text in own)
        assert index.corpus == shelf.served().corpus
        names = {path.name for path in (shelf.root / "desk" / "library").iterdir()}
        assert names <= {"former", "history.jsonl", "library.lock", "uploads"}
        is_new = files == self.new
        waiting, former = shelf.library.uploads(), shelf.library.former()
        if self.is_back:
            assert (former is None) == is_new
        else:
            assert (former is None) != is_new
            assert bool(waiting) != is_new
            if former is not None:
                shelf.library.step_back("ben", former.published_id)
                assert shelf.files() == self.old
        return is_new

    @property
    def is_back(self) -> bool:
        """Whether a step back is done."""
        return b"ninety" in self.old.get("acme.txt", b"")


@pytest.fixture(autouse=True)
def no_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave the disk its time: a process that is killed loses nothing that it has written."""
    monkeypatch.setattr(os, "fsync", lambda fd: None)


@pytest.fixture
def publishing(tmp_path: Path) -> Scene:
    """Return a publication, by which one file takes the place of another."""
    shelf = make_shelf(tmp_path / "shelf")
    upload = shelf.library.upload("acme.md", ACME_NEXT.encode(), "anna")
    library, base = shelf.library, shelf.library.review(upload.upload_id).base
    return Scene(shelf, lambda: library.publish(upload.upload_id, "anna", base))


@pytest.fixture
def stepping_back(tmp_path: Path) -> Scene:
    """Return a step back."""
    shelf = make_shelf(tmp_path / "shelf")
    published = shelf.publish("acme.txt", ACME_NEXT)
    library = shelf.library
    return Scene(shelf, lambda: library.step_back("ben", published.published_id))


@pytest.fixture(params=["publishing", "stepping_back"])
def scene(request: pytest.FixtureRequest) -> Scene:
    """Return each of the two."""
    found: Scene = request.getfixturevalue(request.param)
    return found


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def fail() -> None:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def test_killed_at_every_moment_it_is_the_former_or_the_new(scene: Scene) -> None:
    states = []
    for at in range(1 + scene.is_back, scene.moments + 1, 4):
        scene.set_back()
        assert scene.act(scene.do, at, die) == -signal.SIGKILL
        states.append(scene.check())
    assert set(states) == {True, False}
    assert states == sorted(states)  # once it has happened, it has happened


def test_killed_again_while_it_recovers_it_is_the_new(publishing: Scene) -> None:
    shelf, recover = publishing.shelf, publishing.shelf.open().recover
    for begun in range(1, publishing.moments):
        publishing.set_back()
        publishing.act(publishing.do, begun, die)
        if (shelf.root / "desk" / "library" / "next" / "record.json").exists():
            break
    killed = 0
    for at in range(1, 100, 3):
        publishing.set_back()
        publishing.act(publishing.do, begun, die)
        code = publishing.act(recover, at, die)
        assert publishing.check()
        if code == DONE:
            break
        killed += 1
    assert killed > 3


@pytest.mark.parametrize("lasts", [False, True])
def test_let_down_by_the_disk_it_is_the_former_or_the_new(scene: Scene, lasts: bool) -> None:
    refused = 0
    for at in range(1 + 4 * lasts, scene.moments + 1, 9):
        scene.set_back()
        code = scene.act(scene.do, at, fail, lasts=lasts)
        assert code in (DONE, REFUSED), at
        is_new = scene.check()
        assert is_new or code == REFUSED
        refused += code == REFUSED
    assert refused > 3


def test_a_disk_that_is_full_refuses_and_nothing_is_lost(publishing: Scene) -> None:
    """No file may grow beyond so many bytes: the kernel itself refuses to write on."""
    shelf = publishing.shelf

    def limited(most: int) -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))
        publishing.do()

    codes = []
    for most in (0, 100, 200, 400, 800, 2_000, 20_000, 1_000_000):
        publishing.set_back()
        codes.append(publishing.act(lambda most=most: limited(most), 0, die))  # type: ignore[misc]
        assert (codes[-1] == DONE) == (shelf.files() == publishing.new)
        assert publishing.check() == (codes[-1] == DONE)
    assert codes[0] == REFUSED
    assert codes[-1] == DONE


def test_a_corpus_that_may_not_be_written_refuses_and_nothing_happens() -> None:
    with tempfile.TemporaryDirectory() as name:
        shelf = make_shelf(Path(name) / "shelf")
        upload = shelf.library.upload("acme.md", ACME_NEXT.encode(), "anna")
        base = shelf.library.review(upload.upload_id).base
        library, refusals = shelf.library, Path(name) / "shelf" / "refusal"

        def publish() -> None:
            if not os.geteuid():  # nothing keeps root from writing
                os.setuid(65534)
            try:
                library.publish(upload.upload_id, "anna", base)
            except LibraryError as error:
                refusals.write_text(str(error))
                raise

        for path in [Path(name), *Path(name).rglob("*")]:
            path.chmod(0o777)
        scene = Scene.__new__(Scene)
        scene.shelf = shelf
        before, generation = shelf.files(), shelf.served().generation
        shelf.corpus.chmod(0o555)
        assert scene.act(publish, 0, die) == REFUSED
        assert "Permission denied" in refusals.read_text()
        assert str(shelf.corpus) in refusals.read_text()
        shelf.corpus.chmod(0o755)
        assert (shelf.files(), shelf.served().generation) == (before, generation)
        assert shelf.library.former() is None
        assert [waiting.upload_id for waiting in shelf.library.uploads()] == [upload.upload_id]
        shelf.restart()
        assert shelf.files() == before

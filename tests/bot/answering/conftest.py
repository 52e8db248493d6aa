"""Agreements as a person drops them in: the ``TEXTS`` of a module of tests, by the file's name."""

from __future__ import annotations

from pathlib import Path

import pytest

from index.agreement import Agreement, read_agreement


@pytest.fixture(scope="module")
def folder(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder of them."""
    path = tmp_path_factory.mktemp("corpus")
    for name, text in request.module.TEXTS.items():
        (path / name).write_text(text, "utf-8")
    return path


@pytest.fixture(scope="module")
def agreements(folder: Path) -> list[Agreement]:
    """Return them, read."""
    return [read_agreement(path) for path in sorted(folder.iterdir())]

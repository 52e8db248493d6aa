from __future__ import annotations

from pathlib import Path

import pytest

from tests.bot.desk.agreements.shelf import Shelf, make_shelf


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    """Return a small corpus with everything beside it, served and with a library over it."""
    return make_shelf(tmp_path)

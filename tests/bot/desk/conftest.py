"""What the rules of the desk are tried on: its scripts in V8, and two small agreements."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from py_mini_racer import MiniRacer

from bot.desk.shell.pages import PLACES
from index.corpus import read_corpus
from index.search.clause_index import ClauseIndex
from tests.fakes import WordEmbedder

Script = Callable[..., Any]
_EXPORT = re.compile(r"^export (?=(?:function|const) (\w+))", re.MULTILINE)


@pytest.fixture(scope="session")
def run_script() -> Iterator[Script]:
    """Return what calls a function of a script: ``run_script("a.js", "sum", 1, 2)``.

    Arguments and results are JSON. A script that imports another cannot be run so.
    """
    with MiniRacer() as v8:

        @cache
        def load(name: str) -> str:
            (path,) = (place / name for place in PLACES if (place / name).is_file())
            source = path.read_text("utf-8")
            assert not re.search("^import ", source, re.MULTILINE), f"{name} imports another"
            names = ", ".join(_EXPORT.findall(source))
            module = name.removesuffix(".js")
            v8.eval(
                f"const {module} = (() => {{ {_EXPORT.sub('', source)} return {{{names}}}; }})()"
            )
            return module

        def run(name: str, function: str, *given: Any) -> Any:
            return v8.call(f"{load(name)}.{function}", *given)

        yield run


ACME = """云梯短信服务协议

1、 付款
（1）您应当预先充值。账单在每月月底发出。您应在收到账单后15日内付款。
（2）已支付的费用不予退还。
2、 责任
2.1 如发生下列情形，云梯不承担责任：
（1）您泄露了密码；
（2）不可抗力，包括：
a）地震；
b）战争。
"""
ACME_RENDERINGS = {
    "1(1)": "You shall top up in advance. The bill is sent at the end of each month. "
    "You shall pay within 15 days of receiving the bill.",
    "1(2)": "Fees are not refunded. This holds for every fee already paid.",
    "2.1": "Acme is not liable where:",
    "2.1(1)": "Acme is not liable where: you have leaked the password;",
}
GLOBEX = """Globex Hosting Terms

1. Backups
1.1 We keep backups of your site for 90 days.
1.2 You may download a backup at any time.

2. Support
2.1 Support answers by email on working days.
"""
Build = Callable[..., ClauseIndex]


@pytest.fixture
def build_by_words(tmp_path: Path) -> Build:
    """Return a function that indexes both agreements, other words or None for none where given.

    Nearness is that of shared words: what the rules make of a clause hangs on no model.
    """

    def build_(acme: str | None = ACME, globex: str | None = GLOBEX) -> ClauseIndex:
        for name, alias, text in (("acme", "云梯", acme), ("globex", "Globex", globex)):
            (tmp_path / f"{name}.txt").unlink(missing_ok=True)
            if text is not None:
                (tmp_path / f"{name}.txt").write_text(text, "utf-8")
                (tmp_path / f"{name}.toml").write_text(f'aliases = ["{alias}"]', "utf-8")
        rows = [
            json.dumps({"clause_id": f"acme/{label}", "rendering": words})
            for label, words in ACME_RENDERINGS.items()
        ]
        (tmp_path / "acme.views.jsonl").write_text("\n".join(rows) if acme == ACME else "", "utf-8")
        return ClauseIndex.build(read_corpus(tmp_path), WordEmbedder())

    return build_

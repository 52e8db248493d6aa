"""Imports point one way, each big package has its door, and nothing stored can run code."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import ROOT

# Each may import those before it. A module belongs to the first whose pattern its name begins
# with: within a room of the desk and of the people, rules know no database and stores no web.
LAYERS = {
    "index": r"index",
    "app": r"app",
    "site": r"bot\.(__main__|\w+\.__main__|storage\.restore|web\.(site|error_responses))",
    "words": r"bot\.(words|settings|spreadsheet)",
    "answering": r"bot\.answering|bot$",
    "writing": r"bot\.(writing|langchain)",
    "records": r"bot\.records",
    "evaluation": r"bot\.evaluation",
    "storage": r"bot\.storage",
    "outbox": r"bot\.outbox",
    "web": r"bot\.web",
    "desk": r"bot\.(people\.api|desk\.(shell|\w+\.(api|objects|pending|work)))",
    "stores": r"bot\.(people\.store|desk\.\w+\.store\w*)",
    "rules": r"bot\.(people|desk)",
}
ORDER = (
    *("index", "words", "answering", "writing", "records", "evaluation"),
    *("rules", "storage", "stores", "outbox", "web", "desk", "site", "app"),
)
STORES = ("gaps/store", "gaps/store_grouping", "replies/store", "replies/store_rows")
DOORS = {  # files, or folders with a slash at the end
    "sentence_transformers": {"index/search/embedder.py"},
    "transformers": {"index/search/embedder.py", "index/search/eight_bit.py"},
    "torch": {"index/search/eight_bit.py"},
    "faiss": {"index/search/vectors.py"},
    "bm25s": {"index/search/words.py"},
    "Stemmer": {"index/search/words.py"},
    "opencc": {"index/text.py"},
    "pypinyin": {"index/search/spelling.py", "index/names.py"},
    "langchain": {"bot/writing/model.py"},
    "langchain_core": {"bot/langchain.py", "bot/writing/model.py"},
    "langsmith": {"bot/writing/tracing.py"},
    "httpx2": {"bot/writing/model.py"},
    "gradio": {"bot/web/page/page.py"},
    "jinja2": {"bot/words/templates.py"},
    "markupsafe": {"bot/words/templates.py"},
    "matplotlib": {"bot/evaluation/plots.py"},
    "lxml": {"index/formats/html/", "index/formats/archive.py"},
    "defusedxml": {"index/formats/archive.py"},
    "pypdfium2": {"index/formats/pdf.py"},
    "sqlalchemy": {
        "bot/storage/",
        "bot/people/store/",
        *(f"bot/desk/{name}.py" for name in STORES),
    },
    "alembic": {"bot/storage/"},
    "argparse": {"index/command.py"},
    "hashlib": {  # beside the one helper, whoever hashes bytes as they come
        "index/files.py",
        "index/search/embedder.py",
        "bot/storage/backup.py",
        "bot/storage/migrations/",
    },
    "argon2": {"bot/people/passwords.py"},
    "zxcvbn": {"bot/people/passwords.py"},
    "pyotp": {"bot/people/second_factor.py"},
    "segno": {"bot/people/second_factor.py"},
    "cryptography": {"bot/people/second_factor.py"},
    "openpyxl": {"bot/spreadsheet.py"},
    "phonenumbers": {"bot/storage/masking/telephones.py"},
    "stdnum": {"bot/storage/masking/"},
    "limits": {"bot/web/key_check.py"},
    "prometheus_client": {"bot/web/metrics.py"},
    "mcp": {"bot/web/mcp.py"},
}
WEB = {"fastapi", "starlette", "uvicorn", "pydantic"}  # a site, and nothing below it
WEB_DOORS = {
    # Besides the web, what comes from outside as a file is read through pydantic, at one place.
    "pydantic": {"bot/langchain.py", "index/jsonl.py"},
    "uvicorn": {"app.py"},
}
READS_ENVIRONMENT = {"app.py", "index/search/embedder.py"} | {
    f"{package}/__main__.py" for package in ("index", "bot", "bot/people", "bot/storage")
}
RUNS_CODE = re.compile(
    r"import (?:pickle|marshal|shelve|joblib)|torch\.load|trust_remote_code\s*=\s*True"
    r"|allow_pickle|(?<![.\w])(?:eval|exec)\("
)


def _program() -> list[Path]:
    return [ROOT / "app.py", *(ROOT / "index").rglob("*.py"), *(ROOT / "bot").rglob("*.py")]


def _name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def _layer(module: str) -> str | None:
    """Return the layer of a module of ours, or None for one that is not."""
    return next(
        (name for name, fits in LAYERS.items() if re.match(rf"(?:{fits})(?:\.|$)", module)), None
    )


def _imports(source: str) -> Iterator[str]:
    """Yield every module, dotted, that a source may import."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are written out in full"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Call) and ast.unparse(node.func).endswith("import_module"):
            yield from (str(a.value) for a in node.args if isinstance(a, ast.Constant))


def breaches(name: str, source: str) -> list[str]:
    """Return what a file, named from the root, imports or reads and must not."""
    module_name = name.removesuffix(".py").replace("/", ".").removesuffix(".__init__")
    own = ORDER.index(_layer(module_name) or "app")
    found = []
    for module in _imports(source):
        package = module.split(".")[0]
        layer = _layer(module)
        if layer is not None and ORDER.index(layer) > own:
            found.append(f"{name} imports {module} against the arrow")
        if package in ("tests", "training", "benchmarks"):
            found.append(f"{name} imports {module}, which is no part of the program")
        if package in DOORS and not any(_opens(door, name) for door in DOORS[package]):
            found.append(f"{name} imports {module}, whose door is {sorted(DOORS[package])}")
        is_web = _layer(module_name) in ("web", "desk", "site") or name in WEB_DOORS.get(
            package, ()
        )
        if package in WEB and not is_web:
            found.append(f"{name} imports {module} below the web")
    if name not in READS_ENVIRONMENT and "os" in _imported_names(source):
        found += [f"{name} reads the environment at {line}" for line in _environment_at(source)]
    return found


def _opens(door: str, name: str) -> bool:
    """Tell whether a file is a door: named itself, or anywhere in a folder that is one."""
    return name.startswith(door) if door.endswith("/") else name == door


def _imported_names(source: str) -> set[str]:
    return {module.split(".")[0] for module in _imports(source)}


def _environment_at(source: str) -> Iterator[int]:
    """Yield the lines that read ``os.environ`` or ``os.getenv``."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Attribute) and ast.unparse(node) in ("os.environ", "os.getenv"):
            yield node.lineno
        elif isinstance(node, ast.ImportFrom) and node.module == "os":
            names = {alias.name for alias in node.names}
            if names & {"environ", "getenv"}:
                yield node.lineno


def test_imports_point_one_way_and_big_packages_have_one_door() -> None:
    paths = _program()
    assert len(paths) > 40
    assert not [breach for path in paths for breach in breaches(_name(path), path.read_text())]


@pytest.mark.parametrize(
    ("name", "source"),
    [
        ("index/search/ranking.py", "from bot.answering.answer import Answer"),
        ("index/segmentation/line.py", "def late():\n    import bot"),
        ("bot/answering/reader.py", "from bot.web.page.answer_html import Turn"),
        ("bot/answering/reader.py", "from bot import web"),
        ("bot/web/api/answers.py", "import app"),
        ("index/search/ranking.py", "import faiss"),
        ("index/search/vectors.py", "import torch"),
        ("bot/answering/bot.py", "from sentence_transformers import SentenceTransformer"),
        ("index/segmentation/headings.py", "import bm25s.tokenization"),
        ("bot/answering/bot.py", "from langchain_core.documents import Document"),
        ("bot/langchain.py", "from langchain.chat_models import init_chat_model"),
        ("bot/answering/bot.py", "from bot.writing.writer import Writer"),
        ("bot/web/service.py", "import httpx2"),
        ("bot/web/api/answers.py", "import gradio as gr"),
        ("bot/records/export.py", "from jinja2 import Template"),
        ("bot/answering/bot.py", "from pydantic import BaseModel"),
        ("bot/evaluation/scores.py", "import matplotlib.pyplot as plt"),
        ("index/store.py", "import fastapi"),
        ("bot/records/record.py", "from bot.storage import Database"),
        ("bot/people/permissions.py", "from bot.people.store.people import People"),
        ("bot/storage/tables.py", "from bot.web.sites import Site"),
        ("bot/people/store/accounts.py", "from argon2 import PasswordHasher"),
        ("bot/web/service.py", "import sqlalchemy"),
        ("bot/people/__main__.py", "import argparse"),
        ("bot/web/page/page_routes.py", "from hashlib import sha256"),
        ("bot/web/site.py", "from mcp.server import Server"),
        ("index/store.py", "import importlib\nimportlib.import_module('torch')"),
        ("bot/answering/bot.py", "import os\nHOME = os.environ['HOME']"),
        ("bot/answering/bot.py", "from os import environ"),
        ("bot/web/page/page.py", "import os\nos.getenv('HOME')"),
        ("bot/desk/replies/rules.py", "from sqlalchemy import select"),
        ("bot/desk/replies/rules.py", "from bot.desk.replies.store import Replies"),
        ("bot/desk/gaps/store.py", "from fastapi import APIRouter"),
        ("bot/desk/gaps/store.py", "from bot.desk.gaps.api import gap_routes"),
        ("bot/web/service.py", "from bot.web.site import create_site"),
        ("index/search/field_search.py", "from tests.fakes import WordEmbedder"),
        ("bot/evaluation/scores.py", "import training"),
    ],
)
def test_a_planted_breach_is_seen(name: str, source: str) -> None:
    assert breaches(name, source)


def test_every_door_is_used() -> None:
    for package, doors in DOORS.items():
        for door in doors:
            files = (ROOT / door).rglob("*.py") if door.endswith("/") else [ROOT / door]
            used = {name for file in files for name in _imported_names(file.read_text())}
            assert package in used, (package, door)


def test_nothing_that_can_run_code_is_loaded() -> None:
    for path in [*_program(), *(ROOT / "training").rglob("*.py")]:
        for number, line in enumerate(path.read_text().splitlines(), start=1):
            assert not RUNS_CODE.search(line.split("#")[0]), f"{_name(path)}:{number}: {line}"


@pytest.mark.parametrize(
    "line",
    [
        "import pickle",
        "torch.load(path)",
        "SentenceTransformer(name, trust_remote_code=True)",
        "np.load(path, allow_pickle=True)",
        "exec(code)",
    ],
)
def test_code_that_runs_what_it_loads_is_seen(line: str) -> None:
    assert RUNS_CODE.search(line)


def test_no_file_names_the_machine_it_was_written_on() -> None:
    machine = re.compile("/(?:work|root|home)/")
    folders = ("index", "bot", "tests", "training", "benchmarks")
    for path in (path for folder in folders for path in (ROOT / folder).rglob("*.py")):
        if path != Path(__file__):
            assert not machine.search(path.read_text()), path

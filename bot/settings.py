"""Every knob of the program, read from the environment once."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import ip_network
from pathlib import Path
from urllib.parse import urlsplit

from index.environ import (
    MAX_PORT,
    SettingsError,
    find_host_slip,
    find_port_slip,
    find_slip,
    read_host,
    read_name,
    read_path,
)

ANSWER_ABOVE = 0.08
DEFAULT_LIMIT = "120/minute"
_LIMIT = re.compile(r"[1-9][0-9]{0,5}/(?:second|minute|hour|day)|none")
_SITES = Path("sites.toml")  # as an example
_MODEL = re.compile(r"[a-z0-9_]+:\S.*")
_COUNT = range(1_000_000_001)
RECORDS_A_DAY = 200_000  # about 1 GB of a database; no help center asks as much
_MOST_RECORDS = 10_000_000  # the same; some 50 GB


@dataclass(frozen=True, slots=True)
class Settings:
    """What can be set, by environment variables of the same name.

    Attributes:
        corpus: ``CLAUSEBOT_CORPUS``, folder of agreements; default ``corpus``.
        index: ``CLAUSEBOT_INDEX``, folder of the built index; default ``var/index``.
        model: ``CLAUSEBOT_MODEL``, a SentenceTransformer by folder or name; default
            the bundled one.
        host: ``CLAUSEBOT_HOST``, address to listen on; default ``127.0.0.1``.
        port: ``CLAUSEBOT_PORT``, 1..65535; default 7860.
        answer_above: ``CLAUSEBOT_ANSWER_ABOVE``, probability in 0..1 from which
            a clause counts as deciding; higher abstains more often; default 0.08.
        database: ``CLAUSEBOT_DATABASE``, where records and feedback are kept:
            ``sqlite:///FILE`` or ``postgresql://USER:PASSWORD@HOST/NAME``; default
            ``sqlite:///var/clausebot.db``.
        keep_questions: ``CLAUSEBOT_KEEP_QUESTIONS``, ``yes`` or ``no``: whether the words of
            askers are kept, masked; default ``yes``.
        sites: ``CLAUSEBOT_SITES``, TOML file of the sites that may ask from their visitors'
            browsers; default none, so that our own pages alone may.
        desk: ``CLAUSEBOT_DESK``, folder of what the desk keeps in files: uploaded agreements,
            former versions, and what waits for the database; default ``var/desk``.
        proxies: ``CLAUSEBOT_PROXIES``, addresses or networks, separated by commas, of the
            proxies that are believed whom they ask for (``X-Forwarded-For``) and by which scheme
            (``X-Forwarded-Proto``); default none, so that nobody is.
        records_a_day: ``CLAUSEBOT_RECORDS_A_DAY``, records of answers that are kept of a day, in
            UTC, 1..10,000,000; answers go on past it, without a record; default 200,000.
        hosts: ``CLAUSEBOT_HOSTS``, names, separated by commas, that the site is served under
            beside ``localhost``, this machine's own addresses and the one that is listened on,
            such as that of a proxy before it; default none. Where all addresses are listened
            on, the site is served under any address.
        limit: ``CLAUSEBOT_LIMIT``, how many questions and other changes one network may send,
            such as ``120/minute``, or ``none`` for any number; default empty, which is
            ``DEFAULT_LIMIT``, and without proxies this machine's own programs are not counted.
        metrics: ``CLAUSEBOT_METRICS``, addresses or networks, separated by commas, that may
            read ``/metrics``; default this machine's own.
        writer: ``CLAUSEBOT_WRITER``, the language model that writes answers, ``provider:model``
            as LangChain's ``init_chat_model`` takes it; default none.
        writer_url: ``CLAUSEBOT_WRITER_URL``, address of its endpoint, one that is compatible with
            OpenAI's; default the provider's own.
        writer_key: ``CLAUSEBOT_WRITER_KEY``, key for it; default none, or what the provider's
            package finds itself where no address is set.
        writer_seconds: ``CLAUSEBOT_WRITER_SECONDS``, how long a whole answer of it is waited for,
            its first word half as long; 1..600, default 20.
        writer_questions: ``CLAUSEBOT_WRITER_QUESTIONS``, how many it is asked a day, in UTC; 0 for
            any number; default 2000.
        writer_tokens: ``CLAUSEBOT_WRITER_TOKENS``, how many tokens a day, likewise; default 0.
    """

    corpus: Path = Path("corpus")
    index: Path = Path("var/index")
    model: str = ""
    host: str = "127.0.0.1"
    port: int = 7860
    answer_above: float = ANSWER_ABOVE
    database: str = "sqlite:///var/clausebot.db"
    keep_questions: bool = True
    sites: Path | None = None
    desk: Path = Path("var/desk")
    proxies: tuple[str, ...] = ()
    records_a_day: int = RECORDS_A_DAY
    hosts: tuple[str, ...] = ()
    limit: str = ""
    metrics: tuple[str, ...] = ("127.0.0.0/8", "::1/128")
    writer: str = ""
    writer_url: str = ""
    writer_key: str = field(default="", repr=False)
    writer_seconds: int = 20
    writer_questions: int = 2000
    writer_tokens: int = 0

    @classmethod
    def from_environ(cls, environ: Mapping[str, str]) -> Settings:
        """Read the settings from a mapping such as ``os.environ``.

        Raises:
            SettingsError: A value makes no sense; names the variable, the value, and
                what is wanted.
        """
        default = cls()
        sites = read_path(environ, "CLAUSEBOT_SITES", _SITES)
        return cls(
            corpus=read_path(environ, "CLAUSEBOT_CORPUS", default.corpus),
            index=read_path(environ, "CLAUSEBOT_INDEX", default.index),
            model=read_name(environ, "CLAUSEBOT_MODEL"),
            host=read_host(environ, "CLAUSEBOT_HOST", default.host),
            port=_whole(environ, "CLAUSEBOT_PORT", default.port, range(1, MAX_PORT + 1)),
            answer_above=_share(environ, "CLAUSEBOT_ANSWER_ABOVE", default.answer_above),
            database=environ.get("CLAUSEBOT_DATABASE") or default.database,
            keep_questions=_yes(environ, "CLAUSEBOT_KEEP_QUESTIONS", default.keep_questions),
            sites=sites if environ.get("CLAUSEBOT_SITES") else default.sites,
            desk=read_path(environ, "CLAUSEBOT_DESK", default.desk),
            proxies=_networks(environ, "CLAUSEBOT_PROXIES"),
            records_a_day=_whole(
                environ,
                "CLAUSEBOT_RECORDS_A_DAY",
                default.records_a_day,
                range(1, _MOST_RECORDS + 1),
            ),
            hosts=_hosts(environ, "CLAUSEBOT_HOSTS"),
            limit=_limit(environ, "CLAUSEBOT_LIMIT"),
            metrics=_networks(environ, "CLAUSEBOT_METRICS") or default.metrics,
            writer=_model(environ, "CLAUSEBOT_WRITER"),
            writer_url=_url(environ, "CLAUSEBOT_WRITER_URL"),
            writer_key=_secret(environ, "CLAUSEBOT_WRITER_KEY"),
            writer_seconds=_whole(
                environ, "CLAUSEBOT_WRITER_SECONDS", default.writer_seconds, range(1, 601)
            ),
            writer_questions=_whole(
                environ, "CLAUSEBOT_WRITER_QUESTIONS", default.writer_questions, _COUNT
            ),
            writer_tokens=_whole(environ, "CLAUSEBOT_WRITER_TOKENS", default.writer_tokens, _COUNT),
        )


def _whole(environ: Mapping[str, str], name: str, default: int, allowed: range) -> int:
    value = environ.get(name, "")
    if not value:
        return default
    is_whole = value.isascii() and value.isdecimal() and len(value) <= len(str(allowed[-1]))
    if not is_whole or int(value) not in allowed:
        raise SettingsError(
            f"{name} is {value!r}. Set it to a whole number in {allowed[0]}..{allowed[-1]}."
        )
    return int(value)


def _model(environ: Mapping[str, str], name: str) -> str:
    value = read_name(environ, name)
    if value and not _MODEL.fullmatch(value):
        raise SettingsError(
            f"{name} is {value!r}. Set it to a provider and its model, such as openai:qwen-plus."
        )
    return value


def _url(environ: Mapping[str, str], name: str) -> str:
    """Return the address of an endpoint; one that holds a password is not repeated in the error."""
    value = environ.get(name, "")
    address = value.strip()
    problem = find_slip(value) or (_find_url_slip(address) if address else "")
    if problem:
        shown = "an address with a password" if "@" in value else repr(value)
        raise SettingsError(
            f"{name} is {shown}, which {problem}. Set it to the address of an endpoint, such as "
            "https://models.example.com/v1"
        )
    return address


def _find_url_slip(address: str) -> str:
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        return "is no address of the web"
    if "@" in address:
        return "stands there for others to read; a key belongs into CLAUSEBOT_WRITER_KEY"
    if parts.scheme not in ("http", "https"):
        return "does not begin with https:// or http://"
    if parts.query or parts.fragment:
        return "holds ? or #, which no such address has"
    return find_port_slip(port) or find_host_slip(parts.hostname or "")


def _secret(environ: Mapping[str, str], name: str) -> str:
    """Return a key; it is never repeated in the error."""
    value = environ.get(name, "")
    key = value.strip()
    problem = find_slip(value)
    if key and not problem and (key.startswith("$") or not re.fullmatch(r"[!-~]+", key)):
        problem = "holds marks that no key has"
    if problem:
        raise SettingsError(f"{name} is a text that {problem}. Set it to the key alone.")
    return key


def _share(environ: Mapping[str, str], name: str, default: float) -> float:
    value = environ.get(name, "")
    if not value:
        return default
    try:
        share = float(value)
    except ValueError:
        share = -1.0
    if not 0 <= share <= 1:
        raise SettingsError(f"{name} is {value!r}. Set it to a number in 0..1.")
    return share


def _hosts(environ: Mapping[str, str], name: str) -> tuple[str, ...]:
    value = environ.get(name, "")
    named = [text.strip() for text in value.split(",") if text.strip()]
    problem = find_slip(value) or next(filter(None, map(find_host_slip, named)), "")
    if problem:
        raise SettingsError(
            f"{name} is {value!r}, which {problem}. Set it to names, separated by commas, such as "
            "bot.example.com."
        )
    return tuple(named)


def _limit(environ: Mapping[str, str], name: str) -> str:
    value = environ.get(name, "")
    if value and not _LIMIT.fullmatch(value):
        raise SettingsError(
            f"{name} is {value!r}. Set it to a number a second, minute, hour or day, such as "
            f"{DEFAULT_LIMIT}, or to none."
        )
    return value


def _networks(environ: Mapping[str, str], name: str) -> tuple[str, ...]:
    value = environ.get(name, "")
    named = [text.strip() for text in value.split(",") if text.strip()]
    problem = find_slip(value)
    networks: tuple[str, ...] = ()
    try:
        networks = tuple(str(ip_network(text, strict=False)) for text in named)
    except ValueError as error:
        problem = problem or str(error)
    if problem:
        raise SettingsError(
            f"{name} is {value!r} ({problem}). Set it to addresses or networks, separated by "
            "commas, such as 127.0.0.1,10.0.0.0/8."
        )
    return networks


def _yes(environ: Mapping[str, str], name: str, default: bool) -> bool:
    value = environ.get(name, "")
    if value not in ("", "yes", "no"):
        raise SettingsError(f"{name} is {value!r}. Set it to yes or no.")
    return default if not value else value == "yes"

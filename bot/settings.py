"""Every knob of the program, read from the environment once."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import ip_network
from pathlib import Path

from index.environ import (
    MAX_PORT,
    SettingsError,
    find_host_slip,
    find_slip,
    read_host,
    read_name,
    read_path,
)

ANSWER_ABOVE = 0.08
DEFAULT_LIMIT = "120/minute"
_LIMIT = re.compile(r"[1-9][0-9]{0,5}/(?:second|minute|hour|day)|none")
_SITES = Path("sites.toml")  # as an example
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
            port=_whole(environ, "CLAUSEBOT_PORT", default.port, MAX_PORT),
            answer_above=_share(environ, "CLAUSEBOT_ANSWER_ABOVE", default.answer_above),
            database=environ.get("CLAUSEBOT_DATABASE") or default.database,
            keep_questions=_yes(environ, "CLAUSEBOT_KEEP_QUESTIONS", default.keep_questions),
            sites=sites if environ.get("CLAUSEBOT_SITES") else default.sites,
            desk=read_path(environ, "CLAUSEBOT_DESK", default.desk),
            proxies=_networks(environ, "CLAUSEBOT_PROXIES"),
            records_a_day=_whole(
                environ, "CLAUSEBOT_RECORDS_A_DAY", default.records_a_day, _MOST_RECORDS
            ),
            hosts=_hosts(environ, "CLAUSEBOT_HOSTS"),
            limit=_limit(environ, "CLAUSEBOT_LIMIT"),
            metrics=_networks(environ, "CLAUSEBOT_METRICS") or default.metrics,
        )


def _whole(environ: Mapping[str, str], name: str, default: int, most: int) -> int:
    value = environ.get(name, "")
    if not value:
        return default
    if not value.isdecimal() or len(value) > len(str(most)) or not 1 <= int(value) <= most:
        raise SettingsError(f"{name} is {value!r}. Set it to a whole number in 1..{most}.")
    return int(value)


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

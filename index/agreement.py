"""Agreement files in: one file, with the metadata beside it, becomes an Agreement."""

from __future__ import annotations

import html
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from pathlib import Path

from index.errors import MESSAGES, CorpusError, Fault, FaultKind
from index.files import checksum
from index.formats.document import SUFFIXES, Document, is_parsed, read_document
from index.formats.encoding import decode_bytes
from index.names import find_names
from index.report import find_unread, is_agreement
from index.segmentation.doubts import Doubt, Oddity, OddityKind
from index.text import normalise
from index.titles import is_generic

LANGUAGES = ("zh", "en")
MAX_BYTES = 20_000_000  # a statute book has one; a bigger file is not an agreement
MAX_LINES = 100_000  # the same in lines, of which each takes its time
_MOST_TOML = 1_000_000  # bytes of what is stated beside an agreement
_TOO_LARGE = Fault.of(FaultKind.TOO_LARGE, most=MAX_BYTES)
_CJK = re.compile(r"[\u3400-\u9fff]+")
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f]")
_PAGE_TITLE = re.compile(rb"<title[^>]{0,100}>([^<]{1,400})</title>", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Agreement:
    """One agreement as it stands in its file.

    Attributes:
        id: The file's name without its ending.
        title: Title in the agreement's own language.
        title_en: English title; equals ``title`` where none was given.
        party: Who offers the agreement, in its own language.
        party_en: The same in English.
        aliases: Words by which a question names the agreement or its party, the surest first.
        language: ``zh`` or ``en``, the language of the text.
        version: As stated by whoever added it; empty when unknown.
        source: Where the text is from; empty when unknown.
        sha256: Of the file's bytes, hexadecimal.
        text: The file's text; every offset in the project counts its characters.
        notes: What the reader of its file left out or doubts.
        letters: How many letters and digits the file holds; 0 where nobody counted.
        edition_of: Id of the agreement that is in force in its place; None for one in force, and
            empty where it is stated that it is an edition of no other.
        edition: What tells an edition from the others: its date, or its version; may be empty.
    """

    id: str
    title: str
    title_en: str
    party: str
    party_en: str
    aliases: tuple[str, ...]
    language: str
    version: str
    source: str
    sha256: str
    text: str
    notes: tuple[Doubt, ...] = ()
    letters: int = 0
    edition_of: str | None = None
    edition: str = ""

    def title_in(self, language: str) -> str:
        """Return the title to show to a reader of ``language``.

        It says whose, where the title itself does not, and what is former.
        """
        title = self.title if language == self.language else self.title_en
        is_told = any(normalise(name) in normalise(title) for name in self.aliases)
        is_own = self.title != self.title_en  # whoever gave an English one has seen to it
        if self.aliases and is_generic(title) and not is_told and not is_own:
            whose = self.aliases[0]
            title = f"{title}（{whose}）" if language == "zh" else f"{title} ({whose})"
        if not self.edition_of:
            return title
        key = "former_edition" if self.edition else "former_edition_alone"
        return MESSAGES[key][language].format(title=title, edition=self.edition)


def find_agreements(corpus: Path) -> list[Path]:
    """List the agreement files of a corpus folder, sorted; two of them may share an id.

    Raises:
        CorpusError: There is no such folder, or no agreement in it.
    """
    if not corpus.is_dir():
        raise CorpusError("no such corpus folder. Name a folder of agreement files.", corpus)
    found = sorted(path for path in corpus.iterdir() if is_agreement(path))
    if not found:
        unread = "".join(f"\n{one.file}: {one.say('en')}" for one in find_unread(corpus))
        known = ", ".join(SUFFIXES)
        raise CorpusError(f"no agreement here. Put one in it: {known}.{unread}", corpus)
    return found


def read_agreement(path: Path, former: Agreement | None = None) -> Agreement:
    """Read one agreement, of any format, and the ``<id>.toml`` beside it where it has one.

    A document of the same bytes as the former agreement is not parsed again.

    Raises:
        CorpusError: The file is unreadable, empty, binary or too large, its metadata
            is broken, or its bytes do not match the checksum in the metadata.
    """
    return make_agreement(path, _read_bytes(path), read_metadata(path.with_suffix(".toml")), former)


def make_agreement(
    path: Path, data: bytes, metadata: Mapping[str, object], former: Agreement | None = None
) -> Agreement:
    """Return the agreement that bytes and metadata make; see ``read_agreement``.

    The path is what the file is called, which may be no file yet; its ending says what it is.

    Raises:
        CorpusError: As ``read_agreement``.
    """
    if len(data) > MAX_BYTES:
        raise CorpusError(_TOO_LARGE, path)
    sha256 = checksum(data)
    is_known = former is not None and former.sha256 == sha256 and is_parsed(path)
    document = (
        Document(former.text, former.notes, former.letters)
        if former is not None and is_known
        else _to_document(data, path)
    )
    text = document.text
    stated = metadata.get("sha256", sha256)
    if stated != sha256:
        beside = f"{path.stem}.toml"
        fault = Fault.of(FaultKind.CHECKSUM, found=sha256, file=beside, stated=str(stated))
        raise CorpusError(fault, path)
    found = find_names(text, path.stem, _page_title(data) if is_parsed(path) else "")
    title = str(metadata.get("title", "")) or found.title
    language = str(metadata.get("language", "")) or detect_language(text)
    party = str(metadata.get("party", "")) or found.party
    aliases, edition_of = metadata.get("aliases"), metadata.get("edition_of")
    return Agreement(
        id=path.stem,
        title=title,
        title_en=str(metadata.get("title_en", title)),
        party=party,
        party_en=str(metadata.get("party_en", party)),
        aliases=tuple(map(str, aliases)) if isinstance(aliases, list) else found.names,
        language=language,
        version=str(metadata.get("version", "")),
        source=str(metadata.get("source", "")),
        sha256=sha256,
        text=text,
        notes=document.notes,
        letters=document.letters,
        edition_of=None if edition_of is None else str(edition_of),
    )


def _page_title(data: bytes) -> str:
    """Return the title in the head of a web page; empty where there is none."""
    found = _PAGE_TITLE.search(data, 0, 100_000)
    if found is None:
        return ""
    for encoding in ("utf-8", "gb18030"):
        try:
            return html.unescape(found[1].decode(encoding))
        except UnicodeDecodeError:
            continue
    return ""


def read_text(path: Path) -> str:
    """Read the text of a file of any format, every line end as a line feed.

    Raises:
        CorpusError: The file is unreadable, empty, binary, encrypted, too large, or no
            file of the format that its ending names.
    """
    return _to_document(_read_bytes(path), path).text


def _to_document(data: bytes, path: Path) -> Document:
    found = read_document(path, data)
    if found is not None:
        return replace(found, text=_checked(found.text.encode("utf-8", "replace").decode(), path))
    decoded = decode_bytes(data)
    if decoded is None:
        raise CorpusError(Fault.of(FaultKind.NOT_TEXT), path)
    text = _checked(decoded.text, path)
    guessed = Doubt(1, Oddity(OddityKind.ENCODING, decoded.name))
    return Document(text, (guessed,) if decoded.is_guess else ())


def _checked(text: str, path: Path) -> str:
    """Return a text with every line end as a line feed, if a person can read it."""
    control = _CONTROL.search(text)
    if control:
        line = text.count("\n", 0, control.start()) + 1
        raise CorpusError(Fault.of(FaultKind.BINARY), path, line)
    if text.count("\n") > MAX_LINES or text.count("\r") > MAX_LINES:
        raise CorpusError(Fault.of(FaultKind.LINES, most=MAX_LINES), path)
    if not text.strip():
        raise CorpusError(Fault.of(FaultKind.EMPTY), path)
    return text.replace("\r\n", "\n").replace("\r", "\n")


def detect_language(text: str) -> str:
    """Return ``zh`` where at least a tenth of the text is Chinese characters, else ``en``."""
    chinese = sum(run.end() - run.start() for run in _CJK.finditer(text))  # and no list
    return "zh" if chinese * 10 >= len(text.strip()) else "en"


def _read_bytes(path: Path) -> bytes:
    try:
        if path.stat().st_size > MAX_BYTES:
            raise CorpusError(_TOO_LARGE, path)
        return path.read_bytes()
    except OSError as error:
        raise CorpusError(f"cannot be read ({error.strerror}). Check the path.", path) from error


def read_metadata(path: Path) -> dict[str, object]:
    """Read what is known of an agreement beside its words; nothing where there is no file.

    Raises:
        CorpusError: The file is no TOML, or holds an unknown key or a value of another type.
    """
    if not path.exists():
        return {}
    try:
        if path.stat().st_size > _MOST_TOML:
            raise CorpusError(Fault.of(FaultKind.TOO_LARGE, most=_MOST_TOML), path)
        metadata: dict[str, object] = tomllib.loads(path.read_text("utf-8-sig"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as error:
        raise CorpusError(f"is no readable TOML ({error}). Mend or remove it.", path) from error
    allowed = {field.name for field in fields(Agreement)} - {
        "id",
        "text",
        "notes",
        "letters",
        "edition",
    }
    for key, value in metadata.items():
        if key not in allowed:
            raise CorpusError(f"has an unknown key {key!r}. Known: {sorted(allowed)}.", path)
        if not isinstance(value, list if key == "aliases" else str):
            raise CorpusError(f"{key!r} must be a {'list' if key == 'aliases' else 'text'}.", path)
    if metadata.get("language", "zh") not in LANGUAGES:
        raise CorpusError(f"'language' must be one of {', '.join(LANGUAGES)}.", path)
    return metadata

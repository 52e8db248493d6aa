"""What each data file is: its kind, its licence, and how much of it is used."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """How the rows of a file are to be read."""

    PARALLEL = "parallel"
    DICTIONARY = "dictionary"
    PASSAGES = "passages"


@dataclass(frozen=True, slots=True)
class Source:
    """One data file of the training folder.

    Attributes:
        name: File name without its endings.
        kind: How its rows are read.
        licence: Licence of the rows, as found in the repository they come from.
        origin: Whom to name for the rows.
        bag_rows: Most rows the bag-of-tokens model sees in one pass.
        student_rows: Most rows the transformer sees in one pass.
        repeats: How often each chosen row comes in one pass.
        held_out: Whether validation rows are taken from the file.
    """

    name: str
    kind: Kind
    licence: str
    origin: str
    bag_rows: int
    student_rows: int
    repeats: int = 1
    held_out: bool = False


_P = Kind.PARALLEL
_Q = Kind.PASSAGES
_MIXED = "as the parallel files of the same projects"

SOURCES: tuple[Source, ...] = (
    Source(
        "parallel-mozilla-legal",
        _P,
        "CC BY-SA 3.0",
        "Mozilla legal-docs",
        2000,
        2000,
        repeats=4,
        held_out=True,
    ),
    Source("parallel-cc-i18n", _P, "MIT", "Creative Commons cc.i18n", 1000, 1000, repeats=3),
    Source(
        "parallel-ms-intune", _P, "CC BY 4.0", "Microsoft IntuneDocs", 40000, 9000, held_out=True
    ),
    Source(
        "parallel-alicloud",
        _P,
        "MIT",
        "AlibabaCloudDocs (12 projects)",
        85000,
        11_000,
        held_out=True,
    ),
    Source(
        "parallel-ms-azure-rms",
        _P,
        "CC BY 4.0",
        "Microsoft Azure-RMSDocs",
        4000,
        4000,
        held_out=True,
    ),
    Source(
        "parallel-mozilla-www",
        _P,
        "MPL-2.0",
        "Mozilla www-l10n",
        3000,
        3000,
        repeats=2,
        held_out=True,
    ),
    Source(
        "parallel-ntrex",
        _P,
        "CC BY-SA 4.0",
        "Microsoft NTREX",
        2000,
        2000,
        repeats=2,
        held_out=True,
    ),
    Source("parallel-tico19", _P, "CC0", "TICO-19", 3100, 3100, repeats=2, held_out=True),
    Source(
        "parallel-tatoeba",
        _P,
        "CC BY 2.0 FR",
        "Tatoeba / manythings.org",
        22000,
        8000,
        held_out=True,
    ),
    Source("parallel-3am", _P, "MIT", "3AM", 24000, 2000, held_out=True),
    Source("parallel-gnome-help", _P, "CC BY 3.0", "GNOME user docs", 4600, 2500, held_out=True),
    Source(
        "parallel-webdocs",
        _P,
        "CC BY 4.0 and MIT",
        "React, Vue, Electron, opensource.guide",
        29000,
        4000,
        held_out=True,
    ),
    Source(
        "parallel-hf-course", _P, "Apache-2.0", "Hugging Face course", 5100, 1000, held_out=True
    ),
    Source(
        "parallel-kubernetes", _P, "CC BY 4.0", "Kubernetes website", 62000, 5000, held_out=True
    ),
    Source("parallel-tidb", _P, "CC BY-SA 3.0", "PingCAP TiDB docs", 39000, 2000, held_out=True),
    Source(
        "parallel-python-docs", _P, "PSF-2.0", "Python documentation", 90000, 2000, held_out=True
    ),
    Source(
        "parallel-postgres-manual", _P, "PostgreSQL", "PostgreSQL manual, pgdoc-cn", 50000, 1000
    ),
    Source("parallel-php-manual", _P, "CC BY 3.0", "PHP manual", 32000, 500),
    Source(
        "parallel-ms-office-client", _P, "CC BY 4.0", "Microsoft Office client docs", 50000, 2000
    ),
    Source("parallel-ms-biztalk", _P, "CC BY 4.0", "Microsoft BizTalk docs", 30000, 1500),
    Source("parallel-ms-cpp", _P, "CC BY 4.0", "Microsoft C++ docs", 60000, 1000),
    Source("parallel-ms-powershell", _P, "CC BY 4.0", "Microsoft PowerShell docs", 8500, 300),
    Source("parallel-bible-cuv-bsb", _P, "public domain, CC0", "CUV and BSB Bibles", 10000, 500),
    Source("parallel-mindspore", _P, "Apache-2.0, CC BY 4.0", "MindSpore, Paddle", 20000, 400),
    Source("parallel-angular-cn", _P, "MIT", "Angular documentation", 17000, 600),
    Source("parallel-godot-editor", _P, "MIT", "Godot editor", 8200, 400),
    Source("parallel-tldr", _P, "CC BY 4.0", "tldr-pages", 6700, 400),
    Source("parallel-dolphinscheduler", _P, "Apache-2.0", "DolphinScheduler", 3700, 300),
    Source("parallel-jupyter-lang", _P, "BSD-3-Clause", "Jupyter language packs", 2600, 200),
    Source("parallel-packaging", _P, "CC BY-SA 3.0", "Python Packaging Guide", 1000, 300),
    Source("dict-cedict", Kind.DICTIONARY, "CC BY-SA 3.0", "CC-CEDICT (MDBG)", 110000, 6000),
    Source("pairs-crosslingual", _Q, _MIXED, _MIXED, 23000, 5000, repeats=2),
    Source("pairs-faq", _Q, _MIXED, _MIXED, 6000, 2500, repeats=2, held_out=True),
    Source("pairs-heading-section", _Q, _MIXED, _MIXED, 49000, 2500, held_out=True),
    Source(
        "pairs-zh-law-articles",
        _Q,
        "statutes, not protected",
        "PRC statutes (LawRefBook)",
        50000,
        2500,
    ),
)
"""Every file that may be trained on; any other file of the folder is left alone."""

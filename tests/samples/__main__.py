"""Writes every agreement of the corpus in every format into a folder."""

from __future__ import annotations

import sys
from pathlib import Path

from index.agreement import read_agreement
from tests.samples.office import write_odt, write_rtf
from tests.samples.page import write_page, write_saved
from tests.samples.parts import read_parts
from tests.samples.print import write_print
from tests.samples.word import write_word

CORPUS = Path(__file__).parents[2] / "corpus"


def main(folder: Path) -> None:
    """Write the samples."""
    folder.mkdir(parents=True, exist_ok=True)
    for path in sorted(CORPUS.glob("*.txt")):
        agreement = read_agreement(path)
        parts = read_parts(agreement.text)
        title = agreement.title
        for ending, data in {
            "html": write_page(parts, title),
            "mhtml": write_saved(parts, title),
            "docx": write_word(parts),
            "odt": write_odt(parts),
            "rtf": write_rtf(parts),
            "pdf": write_print(parts, title),
        }.items():
            (folder / f"{path.stem}.{ending}").write_bytes(data)


if __name__ == "__main__":
    main(Path(sys.argv[1]))

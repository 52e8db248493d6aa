import subprocess
from pathlib import Path

import pytest

from index.errors import StoreError
from index.search.embedder import SentenceEmbedder
from index.search.models import BUNDLED_READER, FOLDER, seal_models, verify_models
from index.search.ranking import Ranker

FILES = ["clause-ranker.json", "clause-judge/model.safetensors", "clause-reader/tokenizer.json"]


@pytest.fixture
def models(tmp_path: Path) -> Path:
    """The bundled models once more."""
    for file in filter(Path.is_file, FOLDER.rglob("*")):
        copy = tmp_path / file.relative_to(FOLDER)
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_bytes(file.read_bytes())
    return tmp_path


def damage(file: Path) -> None:
    """Change two bytes in the middle of a file."""
    data = bytearray(file.read_bytes())
    at = len(data) // 2
    data[at : at + 2] = bytes(byte ^ 1 for byte in data[at : at + 2])
    file.unlink()
    file.write_bytes(data)


def test_the_bundled_models_are_as_they_were_released() -> None:
    verify_models()


@pytest.mark.parametrize("name", FILES)
def test_two_changed_bytes_are_found_and_said(models: Path, name: str) -> None:
    damage(models / name)
    with pytest.raises(StoreError, match=rf"not as they were released: {name}\. Restore them: git"):
        verify_models(models)


def test_a_file_that_is_gone_is_found(models: Path) -> None:
    (models / "clause-reader" / "modules.json").unlink()
    with pytest.raises(StoreError, match=r"released: clause-reader/modules\.json"):
        verify_models(models)


@pytest.mark.parametrize("words", [None, "", "no checksum"])
def test_models_without_checksums_are_not_trusted(models: Path, words: str | None) -> None:
    (models / "SHA256SUMS").unlink()
    if words is not None:
        (models / "SHA256SUMS").write_text(words)
    with pytest.raises(StoreError, match="SHA256SUMS"):
        verify_models(models)


def test_what_is_made_anew_is_sealed(models: Path) -> None:
    damage(models / "clause-ranker.json")
    seal_models(models / "clause-ranker.json", models)
    verify_models(models)
    command = ["sha256sum", "--check", "--strict", "--quiet", "SHA256SUMS"]
    assert not subprocess.run(command, cwd=models, check=True, capture_output=True).stdout


def test_a_model_made_elsewhere_changes_no_checksum(models: Path, tmp_path: Path) -> None:
    before = (models / "SHA256SUMS").stat().st_mtime_ns
    seal_models(tmp_path.parent / "mine", models)
    assert (models / "SHA256SUMS").stat().st_mtime_ns == before


def test_nothing_is_loaded_from_damaged_models(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse() -> None:
        raise StoreError("damaged")

    for name in ("index.search.embedder", "index.search.ranking"):
        monkeypatch.setattr(f"{name}.verify_models", refuse)
    for load in (SentenceEmbedder, lambda: SentenceEmbedder(str(BUNDLED_READER)), Ranker.load):
        with pytest.raises(StoreError, match="damaged"):
            load()

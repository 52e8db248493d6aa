"""Steps of training that can be interrupted and go on where they stopped."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import torch
from safetensors import safe_open
from safetensors.torch import save_file
from sentence_transformers import SentenceTransformer
from torch import Tensor, nn
from tqdm import tqdm
from transformers import BertModel

SAVE_SECONDS = 180


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast the weights move.

    Attributes:
        layers: Highest learning rate of the layers.
        vectors: Highest learning rate of the vectors of the pieces.
        warm_up: Share of the steps during which the rate rises.
        last: Rate at the end, as a share of the highest.
    """

    layers: float
    vectors: float
    warm_up: float = 0.04
    last: float = 0.03

    def share(self, step: int, steps: int) -> float:
        """Return the share of the highest rate at a step."""
        rising = max(1.0, self.warm_up * steps)
        if step < rising:
            return (step + 1) / rising
        past = (step - rising) / max(1.0, steps - rising)
        return self.last + (1 - self.last) * 0.5 * (1 + math.cos(math.pi * min(1.0, past)))


@dataclass(frozen=True, slots=True)
class Student:
    """The model in training and how texts enter it."""

    model: SentenceTransformer
    network: BertModel
    device: torch.device

    @classmethod
    def of(cls, model: SentenceTransformer) -> Student:
        """Put the model on the device at hand."""
        device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
        network = cast(BertModel, model.to(device)[0].auto_model)
        return cls(model, network, device)

    def vectors(self, rows: Sequence[Sequence[int]]) -> Tensor:
        """Return unit vectors of texts given as piece numbers, with gradients."""
        longest = max(len(row) for row in rows)
        ids = torch.zeros((len(rows), longest), dtype=torch.long)
        mask = torch.zeros((len(rows), longest), dtype=torch.long)
        for place, row in enumerate(rows):
            ids[place, : len(row)] = torch.tensor(row)
            mask[place, : len(row)] = 1
        ids, mask = ids.to(self.device), mask.to(self.device)
        with torch.autocast(self.device.type, dtype=torch.bfloat16):
            states = self.network(input_ids=ids, attention_mask=mask).last_hidden_state
        weights = mask.unsqueeze(-1).float()
        mean = (states.float() * weights).sum(1) / weights.sum(1)
        return nn.functional.normalize(mean)


def run_steps(
    student: Student,
    steps: int,
    losses: Callable[[int], Iterator[Tensor]],
    *,
    pace: Pace,
    checkpoint: Path,
    name: str,
) -> None:
    """Run the steps that are left, saving every few minutes.

    Args:
        student: What is trained.
        steps: How many steps there are in all.
        losses: Gives the losses from a step on, one for each step.
        pace: Learning rates.
        checkpoint: File that holds the state of the run; read first if it is there.
        name: What the progress bar is called.
    """
    network = student.network
    table = network.embeddings.word_embeddings
    others = [p for p in network.parameters() if p is not table.weight]
    optimiser = torch.optim.AdamW(
        [
            {"params": others, "top": pace.layers, "weight_decay": 0.01},
            {"params": [table.weight], "top": pace.vectors, "weight_decay": 0.0},
        ],
        lr=pace.layers,
        betas=(0.9, 0.98),
        fused=True,
    )
    first = resume_run(network, optimiser, checkpoint)
    network.train()
    bar = tqdm(total=steps, initial=first, desc=name, unit="step")
    shown, saved = 0.0, time.monotonic()
    for step, loss in zip(range(first, steps), losses(first), strict=False):
        for group in optimiser.param_groups:
            group["lr"] = group["top"] * pace.share(step, steps)
        optimiser.zero_grad()
        torch.autograd.backward(loss)
        nn.utils.clip_grad_norm_(network.parameters(), 1.0)
        optimiser.step()
        shown = loss.item() if step == first else 0.98 * shown + 0.02 * loss.item()
        bar.update()
        bar.set_postfix(loss=f"{shown:.3f}")
        if time.monotonic() - saved > SAVE_SECONDS:
            save_run(network, optimiser, checkpoint, step + 1)
            saved = time.monotonic()
    bar.close()
    if first < steps:
        save_run(network, optimiser, checkpoint, steps)
    network.train(mode=False)


def resume_run(network: nn.Module, optimiser: torch.optim.Optimizer, checkpoint: Path) -> int:
    """Return the step to go on with, after putting back the state of that step."""
    if not checkpoint.is_file():
        return 0
    with safe_open(checkpoint, framework="pt") as state:
        step = int(state.metadata()["step"])
        tensors = {name: state.get_tensor(name) for name in state.keys()}  # noqa: SIM118
    network.load_state_dict(_below(tensors, "network."))
    known = optimiser.state_dict()
    known["state"] = {
        number: _below(tensors, f"optimiser.{number}.") for number in _numbers(tensors)
    }
    optimiser.load_state_dict(known)
    return step


def _below(tensors: dict[str, Tensor], prefix: str) -> dict[str, Tensor]:
    """Return the tensors whose names begin with ``prefix``, named without it."""
    return {
        name.removeprefix(prefix): tensor
        for name, tensor in tensors.items()
        if name.startswith(prefix)
    }


def _numbers(tensors: dict[str, Tensor]) -> list[int]:
    """Return the numbers of the weights that the optimiser has a state for."""
    return sorted({int(name.split(".")[1]) for name in tensors if name.startswith("optimiser.")})


def save_run(
    network: nn.Module, optimiser: torch.optim.Optimizer, checkpoint: Path, step: int
) -> None:
    """Write the state of a run, whole or not at all; ``step`` is the one to go on with."""
    part = checkpoint.with_suffix(".part")
    tensors = {f"network.{name}": tensor for name, tensor in network.state_dict().items()}
    for number, state in optimiser.state_dict()["state"].items():
        tensors |= {f"optimiser.{number}.{name}": tensor for name, tensor in state.items()}
    whole = {name: tensor.detach().cpu().clone().contiguous() for name, tensor in tensors.items()}
    save_file(whole, part, metadata={"step": str(step)})
    part.replace(checkpoint)

"""Which English piece a Chinese piece stands for."""

from __future__ import annotations

from training.alignment import align_pieces


def test_pieces_that_come_together_are_found() -> None:
    left = [[0, 1], [0, 2], [1, 2], [0]]
    right = [[5, 6], [5, 7], [6, 7], [5]]
    shares = align_pieces(left, right, (3, 8), rounds=8).toarray()
    assert shares.argmax(axis=1).tolist() == [5, 6, 7]


def test_a_piece_never_seen_has_no_share() -> None:
    shares = align_pieces([[0]], [[1]], (2, 2)).toarray()
    assert shares[1].sum() == 0

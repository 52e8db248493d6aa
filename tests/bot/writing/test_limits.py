"""The circuit before a model: one question tries whether it is well again, the others do not."""

from __future__ import annotations

from bot.writing.limits import FAILURES, Circuit


def test_one_question_tries_whether_a_model_is_well_again() -> None:
    circuit = Circuit(3600)
    for _ in range(FAILURES):
        assert circuit.may_try()
        circuit.failed()
    assert not circuit.may_try()
    circuit._breaker.reset()  # as if the hour were over
    assert circuit.may_try()
    assert not circuit.may_try()
    circuit.succeeded()
    assert circuit.may_try()
    assert circuit.may_try()

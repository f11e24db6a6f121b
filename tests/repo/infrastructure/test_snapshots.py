"""The stored predictions can be reviewed: one for each variant, in an order that does not change by itself."""

import json

import pytest

from tests.repo.infrastructure import INFRA, NAMES


def test_each_variant_has_a_prediction_and_says_what_it_is_for() -> None:
    """In its first line."""
    folder = INFRA / "variants"
    assert sorted(path.name.removesuffix(".snapshot.json") for path in folder.glob("*.json")) == NAMES
    for path in folder.glob("*.bicepparam"):
        assert path.read_text(encoding="utf-8").startswith("// "), path.name


@pytest.mark.parametrize("name", NAMES)
def test_predictions_are_in_order(name: str) -> None:
    """By id, and outputs by name."""
    snapshot = json.loads((INFRA / "variants" / f"{name}.snapshot.json").read_text(encoding="utf-8"))
    ids = [resource["id"] for resource in snapshot["predictedResources"]]
    assert ids == sorted(ids)
    assert list(snapshot["outputs"]) == sorted(snapshot["outputs"])
    assert snapshot["diagnostics"] == []

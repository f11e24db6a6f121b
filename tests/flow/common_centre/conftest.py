"""Every test runs at either provider, each with a contact centre of its own, unless the test says otherwise."""

from collections.abc import Iterable

import pytest

from dev.stack.whatsapp.catalogue import Provider


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run a test at one provider if it is marked (pyproject.toml says how), else at both."""
    if "shared_centre" not in metafunc.fixturenames:
        return
    providers: Iterable[Provider] = Provider
    if marker := metafunc.definition.get_closest_marker("only_at"):
        providers = marker.args
    elif metafunc.definition.get_closest_marker("wherever"):
        providers = [Provider.ACS]
    metafunc.parametrize("shared_centre", providers, ids=str, indirect=True, scope="session")

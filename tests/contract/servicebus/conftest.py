"""One namespace for the whole suite, one set of clients."""

from collections.abc import AsyncIterator, Iterator

import pytest
import pytest_asyncio

from tests.contract.servicebus.namespace import GIVEN, Clients, Namespace, running_namespace


@pytest.fixture(scope="session")
def namespace() -> Iterator[Namespace]:
    with running_namespace() as running:
        yield running


@pytest.fixture
def control(namespace: Namespace) -> Namespace:
    """The namespace, if it has a control port."""
    if namespace.control is None:
        pytest.skip(f"the namespace of {GIVEN} has no control port")
    return namespace


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def clients(namespace: Namespace) -> AsyncIterator[Clients]:
    opened = Clients(namespace)
    yield opened
    await opened.close()

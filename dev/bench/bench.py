"""The bench: each step's calls recorded, then the step measured beside the same calls made bare; and the cold start."""

import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from dev.bench.bare import BareCalls, Clients
from dev.bench.report import Measured
from dev.bench.rounds import compare
from dev.bench.steps import FirstMessage, Ingest, IngestBurst, Reply, Route, Step
from dev.bench.tape import Call, RecordingPorts, count
from dev.stack.parts import REPOSITORY
from shared.composition import ContactCentre, Ports
from shared.configuration import read_configuration
from shared.logs import quieten_sdks
from shared.settings import read_settings

STEPS: Mapping[str, type[Step[Any]]] = {
    "ingest": Ingest,
    "ingest_burst": IngestBurst,
    "route": Route,
    "first_message": FirstMessage,
    "reply": Reply,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Bench:
    """The app on some ports, and the SDKs beside it."""

    ports: Ports
    clients: Clients
    settings: Mapping[str, str]

    async def measure(self, kind: type[Step[Any]], messages: int, advance: Callable[[int], None]) -> Measured:
        """Measure a step; `advance` is told how many messages are over. Raises BenchError if it can't be measured."""
        tape = await self._record(kind)
        bare = BareCalls(self.clients, tape)
        await bare.prepare()
        step = kind(self._centre(self.ports))
        await step.prepare()
        with _logs_on():
            return Measured(comparison=await compare(step, bare, messages, advance), calls=count(tape))

    async def _record(self, kind: type[Step[Any]]) -> list[Call]:
        """The calls of one message in the steady state."""
        recording = RecordingPorts(self.ports)
        step = kind(self._centre(recording))
        await step.prepare()
        recording.tape.clear()
        await step.handle(step.make())
        return list(recording.tape)

    def _centre(self, ports: Ports) -> ContactCentre:
        settings = read_settings(self.settings)
        return ContactCentre(ports, settings, read_configuration(REPOSITORY / settings.configuration_file))


@contextmanager
def _logs_on() -> Iterator[None]:
    """Have the app make its log lines, as in Azure; writing them is the worker's work and not measured."""
    quieten_sdks()
    root, nowhere = logging.getLogger(), logging.NullHandler()
    level = root.level
    root.addHandler(nowhere)
    root.setLevel(logging.INFO)
    try:
        yield
    finally:
        root.removeHandler(nowhere)
        root.setLevel(level)

"""The bench: services up, each step's calls recorded, then the step beside the same calls made bare; the cold start.

What telemetry adds is measured against the app without it.
"""

import logging
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from dev.stack.parts import REPOSITORY
from dev.tools import day
from dev.tools.bench.bare import BareCalls, Clients, open_clients
from dev.tools.bench.bare_tables import BareTables
from dev.tools.bench.cost import Comparison
from dev.tools.bench.distribution import compare_distribution
from dev.tools.bench.imports import compare_imports, compare_telemetry
from dev.tools.bench.report import Measured
from dev.tools.bench.rounds import alone, compare
from dev.tools.bench.rules import compare_rules
from dev.tools.bench.services import running_services
from dev.tools.bench.steps import FirstMessage, Ingest, IngestBurst, Reply, Route, Status, Step
from dev.tools.bench.tape import Call, RecordingPorts, count
from dev.tools.bench.watched import WatchedPorts
from shared.adapters.azure import AzurePorts
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
    "status": Status,
}
WATCHED = ("route", "reply")
"""The steps that are measured with telemetry, too."""

type Advance = Callable[[str, int], None]
"""Told what is being measured, and how much of it is over: messages, then lines, imports, and sets of rules."""


async def run_bench(messages: int, imports: int, advance: Advance) -> Measured:
    """Measure so many messages a step, and so many imports of each kind.

    Raises:
        StackError, BenchError: It can't be measured.
    """
    steps: dict[str, Comparison] = {}
    calls: dict[str, Mapping[str, int]] = {}
    telemetry: dict[str, Comparison] = {}
    with tempfile.TemporaryDirectory() as data:
        async with running_services(Path(data)) as settings, open_clients(settings) as clients:
            given = read_settings(settings)
            bench = _Bench(ports=AzurePorts(given), watched=WatchedPorts(given), clients=clients, settings=settings)
            for name, kind in STEPS.items():
                tape = await bench.record(kind)
                calls[name] = count(tape)
                steps[name] = await bench.measure(kind, tape, messages, partial(advance, name))
            for name in WATCHED:
                telemetry[name] = await bench.watch(STEPS[name], messages, partial(advance, f"{name} with telemetry"))
            bare = BareTables(clients.tables, bench.ports.tables)
            told = partial(advance, "turns")
            distributed = await compare_distribution(bench.ports, bare, given, Path(data), messages, told)
    times = compare_imports(settings, imports, partial(advance, "import"))
    telemetry |= compare_telemetry(settings, imports, partial(advance, "import with telemetry"))
    rules = compare_rules(partial(advance, "rules"))
    return Measured(steps=steps, calls=calls, imports=times, telemetry=telemetry, rules=rules, distributed=distributed)


async def bare_day(messages: int) -> float:
    """Milliseconds of the processor that the bare calls of an average day cost, a message of a customer's.

    Raises:
        StackError, BenchError: It can't be measured.
    """
    with tempfile.TemporaryDirectory() as data:
        async with running_services(Path(data)) as settings, open_clients(settings) as clients:
            given = read_settings(settings)
            bench = _Bench(ports=AzurePorts(given), watched=WatchedPorts(given), clients=clients, settings=settings)
            total = 0.0
            for name, often in day.STEPS.items():
                bare = BareCalls(clients, await bench.record(STEPS[name]))
                await bare.prepare()
                total += often * (await alone(bare, messages)).cpu_ms
            return total


@dataclass(frozen=True, slots=True, kw_only=True)
class _Bench:
    """The app on its ports, without telemetry and with it, and the SDKs beside it."""

    ports: Ports
    watched: Ports
    clients: Clients
    settings: Mapping[str, str]

    async def record(self, kind: type[Step[Any]]) -> list[Call]:
        """The calls of one message in the steady state."""
        recording = RecordingPorts(self.ports)
        step = kind(self._centre(recording))
        await step.prepare()
        given = await step.make()
        recording.tape.clear()
        await step.handle(given)
        return recording.tape

    async def measure(
        self, kind: type[Step[Any]], tape: list[Call], messages: int, advance: Callable[[int], None]
    ) -> Comparison:
        """A step's cost beside that of the calls on its tape."""
        bare = BareCalls(self.clients, tape)
        await bare.prepare()
        step = kind(self._centre(self.ports))
        await step.prepare()
        with _logs_on():
            return await compare(step, bare, messages, advance)

    async def watch(self, kind: type[Step[Any]], messages: int, advance: Callable[[int], None]) -> Comparison:
        """A step's cost with the app's metrics and spans, beside its cost without."""
        watched, plain = kind(self._centre(self.watched)), kind(self._centre(self.ports))
        await watched.prepare()
        await plain.prepare()
        with _logs_on():
            return await compare(watched, plain, messages, advance)

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

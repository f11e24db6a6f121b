"""The one place where the parts of the app are made and put together.

A floor a file: stores, effects on them, commands, handlers, entrances on top. Importing the app makes no client: each
part is made on first use, once, and lives as long as the worker.
"""

import logging
import os
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path

from shared.adapters.azure import AzurePorts
from shared.composition.centre import ContactCentre
from shared.composition.stores import Ports
from shared.configuration import ConfigurationError, read_configuration
from shared.logs import log, quieten_sdks
from shared.settings import read_settings

__all__ = ["ContactCentre", "Ports", "compose"]


def compose(folder: Path, environment: Mapping[str, str] = os.environ) -> ContactCentre:
    """Return the app as settings and configuration file say; what is wrong with them is logged and kept, not raised."""
    quieten_sdks()
    settings = read_settings(environment)
    if settings.tenant:
        import_module("shared.api.tokens")  # now, where it is needed, so that no caller waits for it
    problems = list(settings.problems)
    configuration = None
    try:
        file = folder / settings.configuration_file
        configuration = read_configuration(file, short_durations=settings.short_durations)
    except ConfigurationError as error:
        problems += [problem.in_file(settings.configuration_file) for problem in error.problems]
    channels = configuration.channels.values() if configuration else ()
    accounts = {each: channel.account for channel in channels if channel.account for each in channel.ids}
    ports = AzurePorts(settings, accounts)
    problems += settings.missing_for(configuration.providers_at(ports.clock.now())) if configuration else []
    for problem in problems:
        log("misconfigured", level=logging.ERROR, problem=problem)
    return ContactCentre(ports, settings, configuration, tuple(problems))

"""The configuration file here, which should be the one that was deployed."""

from dev.tools.doctor.findings import Finding, conclude
from dev.tools.doctor.reading import Deployment
from shared.configuration import ConfigurationError, read_configuration


async def check_configuration(deployment: Deployment) -> Finding:
    """Whether the file is valid."""
    file = await deployment.configuration_file()
    try:
        configuration = read_configuration(file, thorough=True)
    except ConfigurationError as error:
        return conclude(
            well="",
            problems=[f"{file.name}: {problem}" for problem in error.problems],
            do="mend the file (docs/configuration.md), check it with make config-check, and publish again",
        )
    return conclude(
        well=f"{file.name} is valid, version {configuration.version_hash}",
        warnings=[f"{file.name}: {warning}" for warning in configuration.warnings],
        do="see whether that is meant so (docs/configuration.md, Problems and warnings)",
    )

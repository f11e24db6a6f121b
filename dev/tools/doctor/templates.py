"""The templates of the configuration, against those that WhatsApp approved."""

from collections.abc import Mapping, Sequence

from dev.tools.doctor.findings import Finding, conclude
from dev.tools.doctor.reading import Deployment
from shared.configuration import Template
from shared.replies.approval import Listing
from shared.vocabulary.templates import ListedTemplate


async def check_templates(deployment: Deployment) -> Finding:
    """Whether every channel has each template as the configuration describes it."""
    configuration = await deployment.configuration()
    listed = {name: await deployment.templates(channel.id) for name, channel in configuration.channels.items()}
    return judge_templates(configuration.templates, listed)


def judge_templates(wanted: Mapping[str, Template], listed: Mapping[str, Sequence[ListedTemplate]]) -> Finding:
    """`listed` holds what each channel, by name, lists. A text that differs is sent as WhatsApp has it: a warning."""
    problems: list[str] = []
    warnings: list[str] = []
    for channel, items in listed.items():
        listing = Listing.of(items)
        for name, template in wanted.items():
            for language, written in template.languages.items():
                where = f"{name} ({language}) of {channel}"
                obstacles = listing.obstacles(name, language, written)
                problems += [f"{where} {obstacle}" for obstacle in obstacles]
                if not obstacles:
                    warnings += [f"{where} {each}" for each in listing.differences(name, language, template)]
    return conclude(
        well=f"{len(wanted)} approved, on {', '.join(listed) or 'no channel'}",
        problems=problems,
        warnings=warnings,
        do="correct it in WhatsApp Manager (Account tools, Message templates), or templates in the configuration",
    )

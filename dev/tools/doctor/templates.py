"""The templates of the configuration, against those that WhatsApp approved."""

from collections.abc import Mapping, Sequence

from dev.tools.doctor.deployed import ListedTemplate
from dev.tools.doctor.findings import Finding, conclude
from dev.tools.doctor.reading import Deployment
from shared.configuration import Template
from shared.sending.template_list import APPROVED


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
        known = {(item.name, item.language): item for item in items}
        for name, template in wanted.items():
            for language, text in template.languages.items():
                item = known.get((name, language))
                where = f"{name} ({language}) of {channel}"
                if problem := _problem(item, template.parameter_count(language)):
                    problems.append(f"{where} {problem}")
                elif item and item.body is not None and item.body.strip() != text.strip():
                    warnings.append(f"{where} has another text at WhatsApp")
    return conclude(
        well=f"{len(wanted)} approved, on {', '.join(listed) or 'no channel'}",
        problems=problems,
        warnings=warnings,
        do="correct it in WhatsApp Manager (Account tools, Message templates), or templates in the configuration",
    )


def _problem(item: ListedTemplate | None, parameters: int) -> str | None:
    if item is None:
        return "is not listed"
    if item.status != APPROVED:
        return f"is {item.status}, not {APPROVED}"
    if item.body is not None and item.parameter_count != parameters:
        return f"has {item.parameter_count} parameters at WhatsApp instead of {parameters}"
    return None

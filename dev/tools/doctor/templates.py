"""The templates of the configuration, against those that WhatsApp approved."""

from collections.abc import Mapping, Sequence
from typing import Final
from urllib.parse import urlsplit

from dev.tools.doctor import meta
from dev.tools.doctor.azure import Query, Service
from dev.tools.doctor.deployed import listed_template
from dev.tools.doctor.findings import Finding, conclude
from dev.tools.doctor.reading import ACS_SETTING, Deployment
from shared.configuration import Template
from shared.configuration.channels import Channel
from shared.replies.approval import Listing
from shared.vocabulary.templates import ListedTemplate
from shared.vocabulary.words import Provider

_MESSAGES_SCOPE: Final = "https://communication.azure.com//.default"


async def check_templates(deployment: Deployment) -> Finding:
    """Whether every channel has each template as the configuration describes it."""
    configuration = await deployment.configuration()
    listed = {name: await _templates(deployment, channel) for name, channel in configuration.channels.items()}
    return judge_templates(configuration.templates, listed)


async def _templates(deployment: Deployment, channel: Channel) -> Sequence[ListedTemplate]:
    """What a channel's provider lists."""
    if channel.provider is Provider.WHATSAPP_CLOUD:
        return await meta.templates(deployment, channel.account or "")
    resource_id = await deployment.communication_services_id()
    host = urlsplit(await deployment.setting(ACS_SETTING)).netloc
    query = Query(
        service=Service(address=f"https://{host}", scope=_MESSAGES_SCOPE),
        what=f"the templates of channel {channel.id}",
        path=f"/messages/channels/{channel.id}/templates",
        version="2024-08-30",
        role="Communication and Email Service Owner",
        where=resource_id,
        if_absent="correct the channel's id in the configuration (portal: Communication Services, Channels)",
    )
    return [listed_template(each) for each in await deployment.ask_all(query)]


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

"""The team's configuration: contact_center.yaml, read, checked as a whole and frozen."""

from shared.configuration.channels import Channel
from shared.configuration.document import Configuration, Queue
from shared.configuration.language_choice import preferred_languages
from shared.configuration.loading import load_configuration, read_configuration
from shared.configuration.opening_hours import Hours
from shared.configuration.overflow import OverflowAction, Transfer
from shared.configuration.placeholders import TextTemplate
from shared.configuration.problems import ConfigurationError, Problem
from shared.configuration.templates import Category, Template
from shared.configuration.workstreams import (
    Accept,
    AfterClose,
    FallbackTemplate,
    Method,
    MissedOfferPresence,
    Mode,
    Presence,
    Replies,
    Skill,
    SkillMatch,
    WhenWindowClosed,
    Workstream,
)

__all__ = [
    "Accept",
    "AfterClose",
    "Category",
    "Channel",
    "Configuration",
    "ConfigurationError",
    "FallbackTemplate",
    "Hours",
    "Method",
    "MissedOfferPresence",
    "Mode",
    "OverflowAction",
    "Presence",
    "Problem",
    "Queue",
    "Replies",
    "Skill",
    "SkillMatch",
    "Template",
    "TextTemplate",
    "Transfer",
    "WhenWindowClosed",
    "Workstream",
    "load_configuration",
    "preferred_languages",
    "read_configuration",
]

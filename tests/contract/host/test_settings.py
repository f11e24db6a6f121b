"""The settings of host.json."""

from datetime import timedelta
from pathlib import Path

import pytest

from dev.stack.host.settings import HostSettings, HostSettingsError, read_host_settings
from dev.stack.parts import REPOSITORY


def written(folder: Path, text: str) -> Path:
    (folder / "host.json").write_text(text, encoding="utf-8")
    return folder


def test_an_empty_file_means_the_defaults_of_azure(tmp_path: Path) -> None:
    assert read_host_settings(written(tmp_path, "{}")) == HostSettings(
        route_prefix="api",
        function_timeout=timedelta(minutes=30),
        max_concurrent_calls=16,
        max_concurrent_sessions=8,
        session_idle_timeout=timedelta(minutes=1),
        max_auto_lock_renewal=timedelta(minutes=5),
    )


def test_the_file_of_the_app_is_understood() -> None:
    settings = read_host_settings(REPOSITORY)
    assert settings.function_timeout == timedelta(minutes=5)
    assert settings.max_auto_lock_renewal == timedelta(days=1)
    assert timedelta(seconds=1) <= settings.session_idle_timeout <= timedelta(seconds=5)


@pytest.mark.parametrize(("text", "span"), [("-1", None), ("1.02:03:04", timedelta(1, hours=2, minutes=3, seconds=4))])
def test_a_time_may_be_unlimited_or_have_days(tmp_path: Path, text: str, span: timedelta | None) -> None:
    settings = read_host_settings(written(tmp_path, f'{{"functionTimeout": "{text}"}}'))
    assert settings.function_timeout == span


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("{", "is not JSON"),
        ('{"functionTimeout": "5 minutes"}', "functionTimeout is '5 minutes'; it has to look like 00:05:00"),
        ('{"extensions": {"serviceBus": {"prefetchCount": 10}}}', "prefetchCount is 10; this host can only do 0"),
        ('{"extensions": {"serviceBus": {"maxConcurrentCallsPerSession": 2}}}', "this host can only do 1"),
        ('{"extensions": {"serviceBus": {"autoCompleteMessages": false}}}', "this host can only do True"),
    ],
)
def test_what_cannot_be_honoured_is_refused(tmp_path: Path, text: str, problem: str) -> None:
    with pytest.raises(HostSettingsError) as refusal:
        read_host_settings(written(tmp_path, text))
    assert problem in str(refusal.value)


def test_a_folder_without_the_file_is_no_app(tmp_path: Path) -> None:
    with pytest.raises(HostSettingsError, match=r"host\.json is missing"):
        read_host_settings(tmp_path)

"""Connection strings and shared access signatures of Service Bus."""

import pytest

from dev.stack.host.namespace import ConnectionStringError, Namespace

EMULATOR = "Endpoint=sb://127.0.0.1:7072;SharedAccessKeyName=root;SharedAccessKey=k=;UseDevelopmentEmulator=true"
AZURE = "Endpoint=sb://team.servicebus.windows.net/;SharedAccessKeyName=root;SharedAccessKey=a/b+c=;"


def test_an_emulator_is_reached_without_tls_on_its_port() -> None:
    namespace = Namespace.parse(EMULATOR)
    assert (namespace.host, namespace.port, namespace.tls, namespace.key) == ("127.0.0.1", 7072, False, "k=")
    assert namespace.address("orders") == "amqps://127.0.0.1:7072/orders"


def test_a_namespace_in_azure_is_reached_with_tls() -> None:
    namespace = Namespace.parse(AZURE)
    assert (namespace.host, namespace.port, namespace.tls) == ("team.servicebus.windows.net", 5671, True)
    assert namespace.audience("orders") == "sb://team.servicebus.windows.net/orders"


def test_a_token_names_resource_key_and_expiry_and_is_signed() -> None:
    namespace = Namespace.parse(AZURE)
    assert namespace.token("sb://team.servicebus.windows.net/orders", expiry=1_800_000_000) == (
        "SharedAccessSignature sr=sb%3A%2F%2Fteam.servicebus.windows.net%2Forders"
        "&sig=jedXOsPjfjJC05lTmTWYH%2Fb6RnPpswvz1kp7AdCka10%3D&se=1800000000&skn=root"
    )


def test_the_key_does_not_show_in_a_representation() -> None:
    assert "a/b+c=" not in repr(Namespace.parse(AZURE))


def test_a_string_without_a_key_says_what_is_missing() -> None:
    with pytest.raises(ConnectionStringError, match="lacks sharedaccesskey, sharedaccesskeyname"):
        Namespace.parse("Endpoint=sb://127.0.0.1")

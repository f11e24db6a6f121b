"""The app, put together: what the functions call."""

from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING

from shared.api.access import Identify, by_headers, by_nothing, by_token
from shared.api.event_webhook import Events, event_grid_of
from shared.api.serve import Api
from shared.api.whatsapp_webhook import WhatsAppWebhook
from shared.composition.handlers import Handlers
from shared.intake.dead_letters import KeepDeadLetter
from shared.intake.ingest import Ingest
from shared.intake.replay import Replay
from shared.routing.route import Route
from shared.settings import PUBLIC_AUTHORITY, AuthMode

if TYPE_CHECKING:
    from shared.api.signing_keys import Keys
    from shared.api.tokens import Tokens
    from shared.desk.files import DeskFiles


class ContactCentre(Handlers):
    """The app's parts, wired: the work of the functions, on top of all the others."""

    @cached_property
    def _channel_keys(self) -> Mapping[str, str]:
        return self._configuration.channel_keys if self._configuration else {}

    @cached_property
    def ingest(self) -> Ingest:
        """The work of `ingest`."""
        return Ingest(
            sender=self.ports.sender, quarantine=self.quarantine, clock=self.ports.clock, keys=self._channel_keys
        )

    @cached_property
    def keep_dead_letter(self) -> KeepDeadLetter:
        """The work of `keep_dead_letter`."""
        return KeepDeadLetter(
            self.quarantine, self.identification, self.ports.clock, self.ports.telemetry, self._channel_keys
        )

    @cached_property
    def replay(self) -> Replay:
        """Sends what is in quarantine again."""
        return Replay(
            quarantine=self.quarantine, sender=self.ports.sender, clock=self.ports.clock, keys=self._channel_keys
        )

    @cached_property
    def route(self) -> Route:
        """The work of `route`."""
        return Route(self._handlers, self.quarantine, self.ports.clock, self.ports.telemetry)

    @cached_property
    def _keys(self) -> "Keys":
        from shared.api.signing_keys import Keys

        return Keys(self.ports.openid, self.ports.clock)

    def _tokens_for(self, audience: str | None) -> "Tokens | None":
        from shared.api.tokens import Tokens

        tenant = self.settings.tenant
        return Tokens(tenant, audience, self._keys, self.ports.clock) if tenant and audience else None

    @cached_property
    def identify(self) -> Identify:
        """How the API's callers are known."""
        if self.settings.auth_mode is AuthMode.KEY:
            return by_headers
        tokens = self._tokens_for(self.settings.audience) if self.settings.auth_mode else None
        return by_token(tokens) if tokens else by_nothing

    @cached_property
    def events(self) -> Events:
        """The work of `events`."""
        tenant = self.settings.tenant
        return Events(
            tokens=self._tokens_for(self.settings.events_audience),
            event_grid=event_grid_of(tenant.authority if tenant else PUBLIC_AUTHORITY),
            ingest=self.ingest,
            clock=self.ports.clock,
        )

    @cached_property
    def whatsapp(self) -> WhatsAppWebhook:
        """The work of `whatsapp`."""
        return WhatsAppWebhook(
            app=self.settings.whatsapp, ingest=self.ingest, clock=self.ports.clock, telemetry=self.ports.telemetry
        )

    @cached_property
    def desk(self) -> "DeskFiles":
        """The web desk, read when it is first asked for."""
        from shared.desk.files import read_desk

        return read_desk()

    @cached_property
    def api(self) -> Api:
        """The work of the HTTP functions."""
        return Api(self)

"""An app at Meta: what it proves itself with, and what Meta proves itself to it with."""

import hmac
from dataclasses import dataclass, field

APP_ID = "1234567890123456"
"""The app to which the token belongs."""

VERSION = r"{version:v\d+\.0}"
"""The first part of each path of the Graph API: whichever version."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MetaApp:
    """What one app has at Meta.

    Attributes:
        access_token: With which it calls the Graph API.
        app_secret: With which its webhooks are signed.
        verify_token: What it is asked with whether a webhook is its own.
        webhook: Where webhooks go to.
    """

    access_token: str = field(repr=False)
    app_secret: str = field(repr=False)
    verify_token: str = field(repr=False)
    webhook: str

    def knows(self, authorization: str) -> bool:
        """Whether a header `Authorization` has the token, or the app's own, id and secret."""
        tokens = (self.access_token, f"{APP_ID}|{self.app_secret}")
        return any(hmac.compare_digest(authorization.encode(), f"Bearer {each}".encode()) for each in tokens)

"""The root of what stops this host from running an app."""


class HostError(Exception):
    """Raised when the host can't run the app; the text says why, in Azure's words where Azure would refuse it too."""

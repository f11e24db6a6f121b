"""What the app needs of the world for files."""

from typing import Protocol

from shared.media.blobs import Blobs
from shared.media.web import Web


class FilePorts(Protocol):
    """Both are made on first use, which is that of the first file: no text waits for them."""

    @property
    def blobs(self) -> Blobs | None:
        """Blob Storage; None where no setting names one."""

    @property
    def web(self) -> Web:
        """Names and files of the public internet."""

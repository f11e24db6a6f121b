"""What keeps the bench from measuring."""


class BenchError(Exception):
    """Raised when something can't be measured; the text says why."""

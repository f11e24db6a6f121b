"""What keeps the local stack from running."""


class StackError(Exception):
    """Raised when the stack can't start or a part of it died; the text says what to do."""

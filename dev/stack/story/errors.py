"""What keeps a story from going on."""

from typing import Any


class StoryError(Exception):
    """Raised when the stack can't be used; the text says what to do."""


class RefusedError(StoryError):
    """Raised when the API or a phone answers with an error; the text is that answer, `answer` what its body says."""

    def __init__(self, text: str, answer: Any) -> None:
        super().__init__(text)
        self.answer = answer


class NotYetError(Exception):
    """Raised by a look at the stack that does not see what the story waits for; the text says what is seen instead."""


class StepFailedError(StoryError):
    """Raised when a step did not come true; the transcript has told it."""

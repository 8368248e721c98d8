"""The ways a rule says no; every edge answers each of them in its own way."""


class Refused(Exception):
    """A request that a rule turns down, in a sentence that says what to do next.

    `sentence` is already in the reader's language and holds nothing a supporter typed.
    `field` is the name of the form field it belongs to, or None for the form as a whole.
    """

    def __init__(self, sentence: str, *, field: str | None = None) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.field = field


class Overtaken(Refused):
    """A save that would overwrite what somebody else saved meanwhile; the sentence tells of it."""


class NotAllowed(Exception):
    """The user's role does not reach this; `sentence` names the role that does, or is empty."""

    def __init__(self, sentence: str = "") -> None:
        super().__init__(sentence)
        self.sentence = sentence


class Gone(Exception):
    """The thing was here and has been withdrawn; `reason` may be empty."""

    def __init__(self, reason: str = "") -> None:
        super().__init__(reason)
        self.reason = reason


class Busy(Exception):
    """The site cannot write just now; the same request may be sent again after some seconds."""

    def __init__(self, retry_after_seconds: int = 5) -> None:
        super().__init__(f"busy, try again in {retry_after_seconds} s")
        self.retry_after_seconds = retry_after_seconds

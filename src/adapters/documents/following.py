"""What a user follows, as JSON."""

from pydantic import Field

from .fields import Answer, Count, Moment


class FollowedAnswer(Answer):
    """An account that is followed, of a ``FollowedAccount`` and its ``Asked``.

    ``result`` is a sentence on what came of asking last, ``failures`` counts how often in a row
    nothing was to be had, and ``due_at`` is when it is asked again at the earliest.
    """

    service: str = Field(examples=["letterboxd"])
    name: str = Field(examples=["anna"])
    since: Moment
    asked_at: Moment | None
    result: str | None = Field(examples=["2 added."])
    failures: Count = Field(examples=[0])
    due_at: Moment

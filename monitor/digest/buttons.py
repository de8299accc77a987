"""What a reader of a digest can press: that it was read, that an action is done, that something is not right."""

from __future__ import annotations

from monitor.digest.snapshot import Kind, Snapshot
from monitor.language import Language
from monitor.messages.tree import Button, Buttons, Choice

READ, DONE, WRONG = "digest:read", "digest:done", "digest:wrong"


def digest_buttons(snapshot: Snapshot, number: int, language: Language) -> Buttons | None:
    """The buttons of a stored digest, by its ``number``; None for somebody's own page, which asks for nothing."""
    if snapshot.kind is Kind.OWN:
        return None
    actions = tuple(
        (language.text("Action {number}", number=one), f"{number}:{one}") for one in range(1, len(snapshot.actions) + 1)
    )
    done = (Choice(language.text("Done"), DONE, actions),) if actions else ()
    return Buttons(
        (
            Button(language.text("Read, will do"), READ, str(number), "primary"),
            *done,
            Button(language.text("Not right?"), WRONG, str(number)),
        )
    )

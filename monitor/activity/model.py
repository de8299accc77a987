"""The shape of ``checks/adoption.yaml``: what a person may write of a measure."""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from monitor.activity.measure import Basis, MeasureKind

LANGUAGES = ("en", "da", "nb")
NAME = r"^[a-z][a-z0-9_]{0,39}$"


def _word(value: Any) -> Any:
    if isinstance(value, str) and value and not re.fullmatch(NAME, value):
        raise ValueError("must be one word of small letters, digits and _\nfor example: activities")
    return value


Word = Annotated[str, BeforeValidator(_word)]
Titles = dict[Literal["en", "da", "nb"], str]


class _Closed(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class MeasureEntry(_Closed):
    """One measure, with what it changes of a built-in laid over that."""

    title: str | Titles = Field(
        description="what it counts, in a person's words; or one text per language (en, da, nb)"
    )
    entity: str = Field(description="the canonical entity whose rows are counted")
    user: str | list[str] = Field(description="column of who did it; of a list, the first that the CRM map has")
    time: str = Field(description="column of when it was done")
    kind: MeasureKind = Field(description="what it tells: use (activity, created, changed, stage), login or outcome")
    basis: Basis = Field(Basis.EVENTS, description="last-touch: a stamp that the next touch overwrites")
    where: str = Field("", description="condition over canonical columns: the rows that count")
    area: Word = Field("", description="the part of the CRM whose use it shows, for breadth")
    entered: str = Field("", description="column of when the row was entered, to tell how long that took")
    entered_by: str = Field("", description="column of who entered it: only what its user entered tells that")
    pruned: bool = Field(False, description="the CRM deletes old rows: what was read once is kept")
    incomplete: str = Field("", description="why the source is known to be incomplete; said beside every figure")
    unless: str = Field("", description="read only where the CRM does not have this other measure")
    tags: list[str] = Field(default_factory=list, description="words to select measures by")
    enabled: bool = Field(True, description="false switches the measure off")

    @property
    def users(self) -> tuple[str, ...]:
        """The columns of who did it, best first."""
        return (self.user,) if isinstance(self.user, str) else tuple(self.user)

    @property
    def titles(self) -> dict[str, str]:
        """Its titles by language, where the file gives them so."""
        return {} if isinstance(self.title, str) else {str(language): text for language, text in self.title.items()}

    @property
    def plain_title(self) -> str:
        """The title where no language fits."""
        if isinstance(self.title, str):
            return self.title
        return next((self.titles[language] for language in LANGUAGES if self.titles.get(language)), "")


class MeasureFile(_Closed):
    """``checks/adoption.yaml``, what it extends laid below it."""

    extends: str = Field("", description="the built-in measures to start from: builtin/adoption@1")
    measures: dict[str, MeasureEntry] = Field(default_factory=dict, description="name -> measure, or what differs")

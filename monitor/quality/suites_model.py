"""The shape of a suite file: Great Expectations' own serialised suite, and what GX lacks under ``meta``."""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema, model_validator

from monitor.quality.check import Attribution, Dimension, Severity
from monitor.quality.share import Share
from monitor.quality.suites_anomaly import AnomalySaid

OLD_TYPE = "expectation_type"
_ID = r"^[A-Za-z0-9][A-Za-z0-9._-]*$"


def parse_id(value: Any) -> Any:
    """A check's id is typed on the command line, so it is one short word."""
    if isinstance(value, str) and not (re.fullmatch(_ID, value) and len(value) <= 80):
        raise ValueError(
            "must be one word of at most 80 letters, digits, dots and dashes\nfor example: deal-without-account"
        )
    return value


Id = Annotated[str, BeforeValidator(parse_id), WithJsonSchema({"type": "string", "pattern": _ID, "maxLength": 80})]


# What GX writes and nobody here reads.
GX_EXPECTATION_KEYS = frozenset(("notes", "rendered_content", "expectation_context", "success_on_last_run"))
GX_SUITE_KEYS = frozenset(
    ("id", "notes", "suite_parameters", "evaluation_parameters", "data_asset_type", "ge_cloud_id")
)


def _given(data: dict[Any, Any], unread: frozenset[str]) -> dict[Any, Any]:
    """The keys that say something: GX writes null for what is not given."""
    return {key: value for key, value in data.items() if value is not None and key not in unread}


class _Closed(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class CheckMeta(BaseModel):
    """What GX lacks. Keys that are not ours are GX's users' own business, unless they look mistyped."""

    model_config = ConfigDict(extra="allow", frozen=True)

    id: Id = Field("", description="stable name of the check, for commands and messages, e.g. offer-without-amount")
    title: str = Field("", description="what fails, in a person's words: Offers without amount")
    dimension: Dimension | None = Field(None, description="the dimension of data quality it belongs to")
    when: str = Field("", description="condition over canonical columns: the rows it applies to")
    since: date | None = Field(None, description="only records created on or after this date")
    warn: Share = Field(None, description="above this share of failing rows it warns: 5% or 0.05")
    fail: Share = Field(None, description="above this share of failing rows it fails: 15% or 0.15")
    anomaly: bool | AnomalySaid = Field(False, description="true, or how: compare it with its own history")
    why: str = Field("", description="why it matters")
    fix: str = Field("", description="how to mend it")
    mind: str = Field("", description="when the figure misleads, shown beside it")
    attribution: Attribution | None = Field(None, description="whose task it is to mend it")
    tags: list[str] = Field(default_factory=list, description="words to select checks by")
    enabled: bool = Field(True, description="false switches the check off")
    notes: Any = Field(None, description="a note of your own; not read")


class CheckOverride(_Closed):
    """What a project changes of a built-in check; a null takes the value away."""

    title: str | None = Field(None, description="what fails, in a person's words")
    severity: Severity | None = Field(None, description="how much it matters")
    dimension: Dimension | None = Field(None, description="the dimension of data quality it belongs to")
    when: str | None = Field(None, description="condition over canonical columns: the rows it applies to")
    since: date | None = Field(None, description="only records created on or after this date")
    warn: Share = Field(None, description="above this share of failing rows it warns")
    fail: Share = Field(None, description="above this share of failing rows it fails")
    anomaly: bool | AnomalySaid | None = Field(None, description="compare it with its own history; as a whole")
    why: str | None = Field(None, description="why it matters")
    fix: str | None = Field(None, description="how to mend it")
    mind: str | None = Field(None, description="when the figure misleads")
    attribution: Attribution | None = Field(None, description="whose task it is to mend it")
    tags: list[str] | None = Field(None, description="words to select checks by")
    enabled: bool = Field(True, description="false switches the check off")
    kwargs: dict[str, Any] | None = Field(None, description="arguments to change; a null takes one away")


class Expectation(_Closed):
    """One check, as GX serialises it."""

    type: str = Field(description="the expectation's type, of GX or our own")
    kwargs: dict[str, Any] = Field(default_factory=dict, description="the type's arguments")
    severity: Severity = Field(Severity.WARNING, description="how much it matters; not the outcome")
    meta: CheckMeta = Field(default_factory=lambda: CheckMeta.model_validate({}), description="what GX lacks")
    id: str = Field("", description="GX's own id; ours is meta.id")
    description: str = Field("", description="GX's short description; the title where meta has none")

    @model_validator(mode="before")
    @classmethod
    def _as_gx_writes(cls, data: Any) -> Any:
        """GX's older files say ``expectation_type``."""
        if not isinstance(data, dict):
            return data
        given = _given(data, GX_EXPECTATION_KEYS)
        if "type" not in given and OLD_TYPE in given:
            given["type"] = given.pop(OLD_TYPE)
        return given


class SuiteMeta(BaseModel):
    """GX's meta of a suite; only ``entity`` is read."""

    model_config = ConfigDict(extra="allow", frozen=True)

    entity: str = Field("", description="the canonical entity that the suite is about")


class SuiteFile(_Closed):
    """A file under ``expectations/``."""

    name: str = Field("", description="the suite's name; the file's name by default")
    entity: str = Field("", description="the canonical entity it is about; by default as in meta, else the file's name")
    extends: str | list[str] = Field(default_factory=list, description="built-in suites to start from")
    override: dict[str, CheckOverride] = Field(
        default_factory=dict, description="check id -> what differs from the built-in"
    )
    standing: bool = Field(
        True,
        description="false: without the checks that an entity gets unasked (fresh, usual volume, tables, owners)",
    )
    expectations: list[Expectation] = Field(default_factory=list, description="checks of this file's own")
    meta: SuiteMeta = Field(
        default_factory=lambda: SuiteMeta.model_validate({}), description="GX's own; entity may stand here"
    )
    expectation_suite_name: str = Field("", description="the name, in GX's older files")

    @model_validator(mode="before")
    @classmethod
    def _nulls_are_absent(cls, data: Any) -> Any:
        return _given(data, GX_SUITE_KEYS) if isinstance(data, dict) else data

    @property
    def bases(self) -> tuple[str, ...]:
        """The references it extends."""
        return (self.extends,) if isinstance(self.extends, str) else tuple(self.extends)

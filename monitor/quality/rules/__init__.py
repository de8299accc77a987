"""Expectation types that Great Expectations lacks, by name. Importing them is light: libraries load at first use."""

from __future__ import annotations

from monitor.quality.rules.base import Rule
from monitor.quality.rules.company_number import ValidCompanyNumber
from monitor.quality.rules.conditions import RowsSatisfy
from monitor.quality.rules.drift import SchemaUnchanged
from monitor.quality.rules.email import ValidEmail
from monitor.quality.rules.filled import Filled
from monitor.quality.rules.freshness import Fresh
from monitor.quality.rules.near_duplicates import NoNearDuplicates
from monitor.quality.rules.new_records import NewRecordsUsual
from monitor.quality.rules.next_step import NextStepConcrete
from monitor.quality.rules.owners import OwnersActive
from monitor.quality.rules.phone import ValidPhone
from monitor.quality.rules.placeholders import NotPlaceholders
from monitor.quality.rules.reachable import AnyValid
from monitor.quality.rules.references import ExistIn
from monitor.quality.rules.team_activity import TeamActivityUsual
from monitor.quality.rules.time_in_stage import TimeInStageUsual
from monitor.quality.rules.unique import UniqueAsRead
from monitor.quality.rules.volume import VolumeUsual

_RULES: tuple[Rule, ...] = (
    RowsSatisfy(),
    Filled(),
    ExistIn(),
    OwnersActive(),
    NotPlaceholders(),
    NextStepConcrete(),
    ValidEmail(),
    ValidPhone(),
    ValidCompanyNumber(),
    AnyValid(),
    UniqueAsRead(),
    NoNearDuplicates(),
    TimeInStageUsual(),
    Fresh(),
    VolumeUsual(),
    NewRecordsUsual(),
    TeamActivityUsual(),
    SchemaUnchanged(),
)
REGISTRY: dict[str, Rule] = {rule.type: rule for rule in _RULES}

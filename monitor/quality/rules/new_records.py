"""Entities in which far fewer (or more) records are entered on a day than on others like it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from monitor.quality.arguments import start_of
from monitor.quality.rules.arguments import object_schema
from monitor.quality.rules.base import RuleContext
from monitor.quality.usual import Unit


class NewRecordsUsual:
    """Counts the records entered on the day before, which is over: at whatever hour a run begins, it is a whole day.

    ``when`` says which records, as in any check on rows. It has no limits but those of its own history.
    """

    type = "expect_new_records_to_be_usual"
    unit = Unit.NEW_RECORDS
    schema = object_schema("About as many records are entered on a day as is usual")

    def columns(self, kwargs: Mapping[str, Any]) -> frozenset[str]:
        return frozenset({"created_at"})

    def counted(self, kwargs: Mapping[str, Any], context: RuleContext) -> sa.ColumnElement[bool]:
        today, source = context.moments.today, context.source
        begin, end = (start_of(day, context.moments, source) for day in (today - timedelta(days=1), today))
        created = sa.column("created_at", source.selectable.c["created_at"].type)
        return sa.and_(created >= begin, created < end)

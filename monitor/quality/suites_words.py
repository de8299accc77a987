"""What a check is called, and which dimension it belongs to, where its suite does not say."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from typing import Any

from monitor.quality.check import Dimension

_TITLES = {
    "expect_column_values_to_not_be_null": "{entity} without {column}",
    "expect_column_values_to_be_filled": "{entity} without {column}",
    "expect_column_values_to_be_null": "{entity} with {column}",
    "expect_column_values_to_be_unique": "{entity} that share their {column}",
    "expect_column_values_to_be_unique_ignoring_case": "{entity} that share their {column}",
    "expect_compound_columns_to_be_unique": "{entity} that share their {column}",
    "expect_select_column_values_to_be_unique_within_record": "{entity} with the same {column}",
    "expect_column_values_to_be_in_set": "{entity} with an unknown {column}",
    "expect_column_values_to_not_be_in_set": "{entity} with an unwanted {column}",
    "expect_column_values_to_be_between": "{entity} with {column} out of range",
    "expect_column_value_lengths_to_be_between": "{entity} with {column} too long or too short",
    "expect_column_value_lengths_to_equal": "{entity} with {column} of another length",
    "expect_column_values_to_match_regex": "{entity} with {column} in another form",
    "expect_column_values_to_match_regex_list": "{entity} with {column} in another form",
    "expect_column_values_to_match_like_pattern": "{entity} with {column} in another form",
    "expect_column_values_to_match_like_pattern_list": "{entity} with {column} in another form",
    "expect_column_values_to_not_match_regex": "{entity} with {column} in an unwanted form",
    "expect_column_values_to_not_match_regex_list": "{entity} with {column} in an unwanted form",
    "expect_column_values_to_not_match_like_pattern": "{entity} with {column} in an unwanted form",
    "expect_column_values_to_not_match_like_pattern_list": "{entity} with {column} in an unwanted form",
    "expect_column_values_to_not_be_outliers": "{entity} with an unusual {column}",
    "expect_column_values_to_be_of_type": "{entity} with {column} of another type",
    "expect_column_values_to_be_in_type_list": "{entity} with {column} of another type",
    "expect_column_values_to_match_strftime_format": "{entity} with {column} in another date format",
    "expect_column_pair_values_to_be_equal": "{entity} whose {column} differ",
    "expect_multicolumn_values_to_be_equal": "{entity} whose {column} differ",
    "expect_column_pair_values_to_be_in_set": "{entity} whose {column} do not go together",
    "expect_column_pair_values_a_to_be_greater_than_b": "{entity} whose {column} are the wrong way round",
    "expect_multicolumn_sum_to_equal": "{entity} whose {column} do not add up",
    "expect_new_records_to_be_usual": "{entity} entered in unusual numbers",
    "expect_team_activity_to_be_usual": "Teams that enter unusually little",
    "expect_rows_to_satisfy": "{entity} that do not meet: {condition}",
}
_DIMENSIONS = (
    (r"not_be_null|_be_filled|non_null", Dimension.COMPLETENESS),
    (r"unique|duplicate", Dimension.UNIQUENESS),
    (r"exist_in|owners|other_table|column_to_exist|columns_to_match|column_count|schema|type", Dimension.INTEGRITY),
    (r"pair|multicolumn|rows_to_satisfy|query_results|unexpected_rows|within_record", Dimension.CONSISTENCY),
    (r"row_count|fresh|volume|time_in|new_records|activity", Dimension.TIMELINESS),
)
_SINGLE = ("column", "column_A", "column_B")
_LISTS = ("column_list", "column_set", "columns")


def title(kind: str, entity: str, kwargs: Mapping[str, Any]) -> str:
    """A readable title: what fails, so that "title: 34 of 212" reads well."""
    columns = _listed([name.replace("_", " ") for name in named_columns(kwargs)])
    pattern = _TITLES.get(kind)
    subject = entity.capitalize()
    if pattern and (columns or "{column}" not in pattern):
        return pattern.format(entity=subject, column=columns, condition=kwargs.get("condition", ""))
    words = re.sub(r"^expect_(column_values_|column_|table_|entity_)?(to_)?", "", kind).replace("_", " ")
    return f"{subject}: expected {columns + ' ' if columns else ''}{words}"


def dimension(kind: str) -> Dimension:
    """The dimension of data quality that a type belongs to by its nature."""
    return next((found for pattern, found in _DIMENSIONS if re.search(pattern, kind)), Dimension.VALIDITY)


def made_up_id(entity: str, kind: str, kwargs: Mapping[str, Any], when: str) -> str:
    """A name that stays the same as long as the check says the same, e.g. ``leads-email-not-be-null-3f9a1c``."""
    content = json.dumps([kind, dict(kwargs), when], sort_keys=True, default=str)
    digest = hashlib.sha256(content.encode()).hexdigest()[:6]
    words = re.sub(r"^expect_(column_values_|column_|table_)?(to_)?", "", kind)
    name = "-".join([entity, *named_columns(kwargs)[:2], words])
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:70].strip("-") + f"-{digest}"


def named_columns(kwargs: Mapping[str, Any]) -> list[str]:
    """The columns that the usual arguments name, in their order."""
    single = [kwargs[name] for name in _SINGLE if isinstance(kwargs.get(name), str)]
    lists = [item for name in _LISTS if isinstance(kwargs.get(name), list) for item in kwargs[name]]
    return [*single, *(item for item in lists if isinstance(item, str))]


def _listed(names: list[str]) -> str:
    *first, last = names or [""]
    return f"{', '.join(first)} and {last}" if first else last

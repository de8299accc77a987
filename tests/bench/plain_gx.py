"""The same suites through Great Expectations alone: a checkpoint over table assets, in its default result format."""

from __future__ import annotations

import operator
import os
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

FOLDER = Path(__file__).parent / "expectations"
PHYSICAL = {"account_key": "account_id", "owner_key": "owner_id"}  # canonical names as the tables have them
_OPERATORS: dict[str, Callable[[Any, Any], Any]] = {"=": operator.eq, "<>": operator.ne, ">=": operator.ge}


class Checkpoint:
    """A checkpoint built once; each run evaluates every expectation again."""

    def __init__(self, url: str) -> None:
        os.environ["GX_ANALYTICS_ENABLED"] = "False"
        import great_expectations as gx

        context: Any = gx.get_context(mode="ephemeral")
        context.variables.progress_bars = {"globally": False}
        source = context.data_sources.add_sql("bench", connection_string=url)
        definitions = []
        for path in sorted(FOLDER.glob("*.yaml")):
            suite = YAML(typ="safe").load(path)
            entity = suite["entity"]
            batch = source.add_table_asset(entity, table_name=entity).add_batch_definition_whole_table("all")
            made = context.suites.add(gx.ExpectationSuite(name=entity))
            for expectation in suite["expectations"]:
                made.add_expectation(_expectation(gx, expectation))
            definitions.append(
                context.validation_definitions.add(gx.ValidationDefinition(name=entity, data=batch, suite=made))
            )
        self.checkpoint = context.checkpoints.add(gx.Checkpoint(name="bench", validation_definitions=definitions))

    def run(self) -> dict[str, list[int]]:
        """Rows and unexpected rows of each check, in total: GX does not say whose they are."""
        result = self.checkpoint.run()
        figures = {}
        for validation in result.run_results.values():
            for outcome in validation.results:
                check, found = outcome.expectation_config.meta["id"], outcome.result
                if "element_count" not in found:
                    raise RuntimeError(f"{check}: {outcome.exception_info}")
                rows = found["element_count"] - found.get("missing_count", 0)
                figures[check] = [rows, found["unexpected_count"]]
        return dict(sorted(figures.items()))


def _expectation(gx: Any, given: dict[str, Any]) -> Any:
    """One expectation as GX's own class, with the condition in GX's own words."""
    name = "".join(word.capitalize() for word in given["type"].split("_"))
    kwargs = {key: _physical(value) for key, value in given["kwargs"].items()}
    meta = given["meta"]
    if "when" in meta:
        kwargs["row_condition"] = _condition(meta["when"])
    mostly = 1 - float(str(meta["fail"]).rstrip("%")) / 100
    return getattr(gx.expectations, name)(mostly=round(mostly, 4), meta={"id": meta["id"]}, **kwargs)


def _physical(value: Any) -> Any:
    """A column as the table has it, a date as psycopg wants it, anything else as it is."""
    if not isinstance(value, str):
        return value
    try:
        return datetime.fromisoformat(value)
    except ValueError:
        return PHYSICAL.get(value, value)


def _condition(when: str) -> Any:
    """A ``when`` of these suites (comparisons joined by AND) as GX's own row condition."""
    from great_expectations.expectations.row_conditions import Column

    made: Any = None
    for part in when.split(" AND "):
        name, sign, text = part.split(" ", 2)
        value = text.strip("'") if text.startswith("'") else int(text)
        condition = _OPERATORS[sign](Column(PHYSICAL.get(name, name)), value)
        made = condition if made is None else made & condition
    return made

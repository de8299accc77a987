"""Company numbers whose check digit is right: CVR, organisasjonsnummer, organisationsnummer, Y-tunnus, VAT numbers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from importlib import import_module
from typing import Any

from monitor.crm.source import EntitySource
from monitor.quality.rules.arguments import COLUMN, MOSTLY, object_schema
from monitor.quality.rules.base import RuleContext, Values

NUMBERS: dict[str, tuple[str, ...]] = {
    "DK": ("dk.cvr",),
    "NO": ("no.orgnr", "no.mva"),
    "SE": ("se.orgnr", "se.vat"),
    "FI": ("fi.ytunnus", "fi.alv"),
    "IS": ("is_.kennitala",),
    "EE": ("ee.registrikood", "ee.kmkr"),
    "LV": ("lv.pvn",),
    "LT": ("lt.pvm",),
    "DE": ("de.vat",),
    "NL": ("nl.btw",),
    "BE": ("be.vat",),
    "FR": ("fr.siren", "fr.siret", "fr.tva"),
    "ES": ("es.nif",),
    "IT": ("it.iva",),
    "PT": ("pt.nif",),
    "AT": ("at.uid",),
    "CH": ("ch.uid", "ch.vat"),
    "PL": ("pl.nip", "pl.regon"),
}
"""The numbers (python-stdnum's modules) that companies of a country go by and that carry a check digit."""


@cache
def _checks(country: str) -> tuple[Callable[[str], bool], ...]:
    return tuple(import_module(f"stdnum.{name}").is_valid for name in NUMBERS.get(country, ()))


def is_valid_company_number(text: str, country: str) -> bool | None:
    """Whether a number of ``country`` (ISO 3166 alpha-2) has the right form and check digit.

    None where nobody can tell: the country's numbers are unknown here or carry no check digit. A number that
    begins with a member state's letters is checked as that state's VAT number.
    """
    checks = _checks(country)
    if any(valid(text) for valid in checks):
        return True
    if text[:2].isalpha():
        from stdnum.eu import vat

        if vat.is_valid(text):
            return True
        return False if checks or text[:2].lower() in vat.MEMBER_STATES else None
    return False if checks else None


class ValidCompanyNumber:
    """A number fails when its form or check digit is wrong. Blank is not counted, nor what nobody can tell.

    The country is that of ``country_column``, else of the column ``country_code``, else the project's own.
    """

    type = "expect_column_values_to_be_valid_company_number"
    schema = object_schema(
        "Every company number has the form and check digit of its country",
        ("column",),
        column=COLUMN,
        country_column={**COLUMN, "description": "the column that holds a record's own country code"},
        mostly=MOSTLY,
    )

    def columns(self, kwargs: Mapping[str, Any]) -> frozenset[str]:
        return frozenset({kwargs["column"]})

    def value_columns(self, kwargs: Mapping[str, Any], source: EntitySource) -> tuple[str, ...]:
        country = str(kwargs.get("country_column", "country_code"))
        return (str(kwargs["column"]), *((country,) if source.has(country) else ()))

    def judge(self, kwargs: Mapping[str, Any], context: RuleContext) -> Callable[[Values], bool | None]:
        def verdict(values: Values) -> bool | None:
            text = str(values[0] or "").strip()
            if not text:
                return None
            country = str((values[1] if len(values) > 1 else "") or context.country).strip().upper()
            valid = is_valid_company_number(text, country)
            return None if valid is None else not valid

        return verdict

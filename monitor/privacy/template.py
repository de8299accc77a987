"""The first ``config/mandate.yaml``: incomplete on purpose, as what it asks for has to be done before it is written."""

from __future__ import annotations

from monitor.privacy.check import USUALLY_STRICT

_HINTS = {
    "DK": """\
# Denmark, to be asked about:
#   - The agreement on control measures (DA and FH): a measure has a reason in the work, fits its aim and offends
#     nobody; people are told six weeks before it begins. Collective agreements may say more.
#   - The works council (SU, in the public sector MED or SU) hears of it first; without one, the union representative.
#   - GDPR art. 6(1)(f), legitimate interest, with the weighing written down; databeskyttelsesloven § 12; consent of
#     employees is seldom free.""",
    "NO": """\
# Norway, to be asked about:
#   - Arbeidsmiljøloven chapter 9: a control measure needs a reason in the work and must not be out of proportion
#     (§ 9-1); it is discussed with the employees' representatives as early as possible, people are told what it is
#     for, what it means for them and how long it lasts, and its need is evaluated with them regularly (§ 9-2).
#   - The regulation on access to e-mail and other electronically stored material bars employers from monitoring how
#     employees use electronic equipment, but for running the network and for security (§ 2). Named use of a CRM may
#     fall under it: with `strict: true` no person's use is stored at all, and figures are of teams.""",
    "SE": """\
# Sweden, to be asked about:
#   - Medbestämmandelagen (MBL) § 11: the employer negotiates with the union before a larger change.
#   - GDPR art. 6(1)(f), legitimate interest, with the weighing written down; what IMY says of monitoring at work.""",
    "FI": """\
# Finland, to be asked about:
#   - The act on the protection of privacy in working life (759/2004): only data that the work makes necessary (§ 3);
#     technical monitoring goes through the co-operation procedure, and people are told (§ 21).
#   - The co-operation act (1333/2021); where it does not apply, people are heard before it is decided.""",
    "DE": """\
# Germany, to be asked about:
#   - Betriebsverfassungsgesetz § 87(1) no. 6: the works council has a say in whatever is fit to watch behaviour or
#     performance; without its agreement it may not begin.
#   - GDPR art. 6(1)(f) and art. 88, Bundesdatenschutzgesetz § 26 as far as it still applies.""",
}
COUNTRIES = tuple(_HINTS)
_OTHER = """\
# To be asked about: who has to be consulted or to agree before employees' use of a system is looked at by name;
# how long before they have to be told; GDPR art. 6(1)(f) and art. 88, with the national law on work."""


def template(country: str = "") -> str:
    """The text of a file that names nobody yet, with what to ask about in a country (ISO 3166; empty: in several)."""
    hints = [_HINTS[country]] if country in _HINTS else [_OTHER] if country else [*_HINTS.values(), _OTHER]
    code = f' "{country}"' if country else ""  # NO in quotes: without, YAML takes it for false
    strict = "true" if country in USUALLY_STRICT else "false"
    return "\n".join((_HEAD, "#\n".join(f"{one}\n" for one in hints) + _KEYS.format(country=code, strict=strict)))


_HEAD = """\
# The mandate: until it is complete, nobody's use of the CRM is shown by name, only teams of five or more.
# Write down what was decided and done; `crm-monitor mandate check` says what is missing.
# `crm-monitor privacy notice` and `privacy assessment` make drafts to start from.
#
# What follows is a list of questions for your own counsel and data protection officer. It is no legal advice, may be
# out of date, and does not know your collective agreements.
#"""
_KEYS = """\

# What names are for, in words that the people concerned would agree with.
purpose:

# On what basis in law, and where the weighing is written down: GDPR art. 6(1)(f), assessment of 2026-08-20
legal_basis:

# Who sees names: managers (each of the own people), or a list of logins of managers.
recipients:

# Who was asked before, and when (YYYY-MM-DD): the works council, the representatives, the people themselves.
consulted:
  - who:
    on:

# How the people concerned were told, and when.
informed:
  - how:
    on:

# By when it is looked at again. Past this day nobody is named.
review_on:

# The country whose rules it follows.
country:{country}

# Whom people can ask, and ask for their data: an address that somebody reads.
contact:

# What it is not for, as every digest says it. Empty: not for pay or appraisal.
not_for:

# true: no person's use is stored at all, and figures are of teams.
strict: {strict}

# How long is kept: less is possible, more is not.
retention:
  person_days: 35
  person_weeks: 26
  team_months: 24
"""

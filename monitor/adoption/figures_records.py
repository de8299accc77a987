"""Figures about deals and new records: sums over users, which can be told of a team without telling people apart."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from decimal import Decimal

from monitor.activity.facts import Standing
from monitor.adoption.evidence import Evidence, Told
from monitor.adoption.naming import LEAST_GROUP
from monitor.adoption.note import Note, NoteCode
from monitor.adoption.scope import TEAM
from monitor.adoption.week import IsoWeek

NOTHING = Note(NoteCode.NOTHING_TO_MEASURE)


def touched_value(evidence: Evidence, keys: Sequence[str], week: IsoWeek) -> Told:
    """Value of open deals touched in 14 days, of the value of all; by deals where there are no amounts, or few."""
    if evidence.standing_reason and not evidence.standing:
        return _missing("open_deals", evidence.standing_reason)
    by_user = evidence.standing.get(week)
    if by_user is None:
        nothing = not evidence.standing and week >= evidence.known.first  # nobody has an open deal
        return Told(None, notes=(NOTHING if nothing else Note(NoteCode.NOT_KEPT),))
    found = _standing_of(evidence, keys, by_user)
    deals, touched = sum(one.deals for one in found), sum(one.touched for one in found)
    value = sum((one.value for one in found), Decimal(0))
    inputs: dict[str, float] = {"deals": deals, "deals_touched": touched}
    if not deals:
        return Told(None, 0, 0, inputs, (NOTHING,))
    few = (Note(NoteCode.FEW_AMOUNTS),) if _few_amounts(evidence, keys) else ()
    if not value or few:
        why = "" if value else evidence.standing_reason
        notes = (Note(NoteCode.NOT_AVAILABLE, {"measure": "amount", "reason": why}),) if why else few
        return Told(touched / deals, touched, deals, inputs, notes)
    part = sum((one.touched_value for one in found), Decimal(0))
    inputs |= {"value": float(value), "value_touched": float(part)}
    return Told(float(part / value), float(part), float(value), inputs)


def _standing_of(evidence: Evidence, keys: Sequence[str], by_user: Mapping[str, Standing]) -> list[Standing]:
    return [by_user[key] for key in evidence.counted(keys) if key in by_user]


def _few_amounts(evidence: Evidence, keys: Sequence[str]) -> bool:
    """Whether fewer than half of the open deals have an amount, over all weeks: one line tells of one thing only."""
    found = [one for by_user in evidence.standing.values() for one in _standing_of(evidence, keys, by_user)]
    valued = sum(one.deals if one.valued is None else one.valued for one in found)
    return 2 * valued < sum(one.deals for one in found)


def won_quickly(evidence: Evidence, keys: Sequence[str], week: IsoWeek) -> Told:
    """Deals won in four weeks that were created at most 7 days before, of all won."""
    if evidence.wins_reason:
        return _missing("wins", evidence.wins_reason)
    rows = evidence.four(evidence.counted(keys), week)
    won, quick = sum(row.won for row in rows), sum(row.won_quickly for row in rows)
    told = _share(quick, won, {"won": won, "won_quickly": quick})
    if told.value is not None and told.value > 0.5:  # most of them: then it is how this company sells
        return Told(told.value, told.top, told.bottom, told.inputs, (Note(NoteCode.SHORT_SALES_CYCLE),))
    return told


def new_complete(evidence: Evidence, keys: Sequence[str], week: IsoWeek) -> Told:
    """Filled fields, of those asked for, in records created in four weeks."""
    if evidence.new_records_reason:
        return _missing("new_records", evidence.new_records_reason)
    rows = evidence.four(evidence.counted(keys), week)
    asked, filled = sum(row.new_asked for row in rows), sum(row.new_filled for row in rows)
    records = sum(row.new_records for row in rows)
    return _share(filled, asked, {"new_records": records, "fields_asked": asked, "fields_filled": filled})


def lag(evidence: Evidence, keys: Sequence[str], week: IsoWeek) -> Told:
    """The median of working days between what happened in four weeks and its entry."""
    counts: Counter[int] = Counter()
    for row in evidence.four(evidence.counted(keys), week):
        counts.update(row.lags)
    middle = median(counts)
    late = sum(count for days, count in counts.items() if days > 2)
    inputs: dict[str, float] = {"entries": sum(counts.values()), "entries_late": late}
    notes = () if middle is not None else (NOTHING,)
    if middle is not None and any(measure.entered and not measure.entered_by for measure in evidence.known.available):
        notes = (Note(NoteCode.SYNC_TIME),)
    return Told(middle, inputs=inputs, notes=notes)


def uniformity(evidence: Evidence, keys: Sequence[str], week: IsoWeek) -> Told:
    """Between the teams of five or more: the share of filled fields of the best less that of the worst."""
    if evidence.new_records_reason:
        return _missing("new_records", evidence.new_records_reason)
    shares = []
    for users in _teams(evidence, keys):
        told = new_complete(evidence, users, week)
        if told.value is not None:
            shares.append(told.value)
    if len(_sizes(evidence, keys)) < 2:  # one team: nothing to compare it with
        return Told(None, inputs={"teams": len(shares)}, notes=(NOTHING,))
    if len(shares) < 2:
        return Told(None, inputs={"teams": len(shares)}, notes=(Note(NoteCode.TOO_FEW_PEOPLE, {"least": LEAST_GROUP}),))
    best, worst = max(shares), min(shares)
    return Told(best - worst, best, worst, {"teams": len(shares), "best": best, "worst": worst})


def median(counts: Mapping[int, int]) -> float | None:
    """The median of a histogram: value -> how many. The mean of the two in the middle where there are two."""
    total = sum(counts.values())
    if total <= 0:
        return None
    middle = []
    passed = 0
    places = {(total - 1) // 2, total // 2}
    for value, count in sorted(counts.items()):
        middle += [value for place in sorted(places) if passed <= place < passed + count]
        passed += count
    return sum(middle) / len(middle)


def _teams(evidence: Evidence, keys: Sequence[str]) -> list[list[str]]:
    """The users of each team that is large enough to be shown by itself."""
    teams: dict[str, list[str]] = defaultdict(list)
    sizes = _sizes(evidence, keys)
    for key in keys:
        member = evidence.organisation.members.get(key)
        if key.startswith(TEAM):
            teams[key.removeprefix(TEAM)].append(key)
        elif member is not None and member.team_key and not member.is_automation:
            teams[member.team_key].append(key)
    return [users for team, users in sorted(teams.items()) if sizes[team] >= LEAST_GROUP]


def _sizes(evidence: Evidence, keys: Sequence[str]) -> Counter[str]:
    """How many persons of each team are among some users; where rows are of whole teams, all that the team has."""
    sizes: Counter[str] = Counter()
    organisation = evidence.organisation
    for key in keys:
        member = organisation.members.get(key)
        if key.startswith(TEAM):
            team = key.removeprefix(TEAM)
            sizes[team] += organisation.teams[team].size if team in organisation.teams else 0
        elif member is not None and member.team_key and member.is_measured:
            sizes[member.team_key] += 1
    return sizes


def _share(top: float, bottom: float, inputs: Mapping[str, float]) -> Told:
    return Told(top / bottom, top, bottom, inputs) if bottom else Told(None, 0, 0, inputs, (NOTHING,))


def _missing(measure: str, reason: str) -> Told:
    return Told(None, notes=(Note(NoteCode.NOT_AVAILABLE, {"measure": measure, "reason": reason}),))

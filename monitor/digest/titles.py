"""What a project's own files call measures, statuses and figures, where that is not what the program calls them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from monitor.activity.measure import Measure
from monitor.adoption.figures_load import FiguresSaid
from monitor.adoption.statuses import Statuses
from monitor.digest.snapshot import Titles
from monitor.digest.words import FIGURES, STATUSES
from monitor.language import CODES, language


def titles(measures: Sequence[Measure], statuses: Statuses, figures: FiguresSaid) -> Titles:
    """Names as ``Titles`` has them -> language -> text. What says the same as the program's catalogs is left out."""
    return {key: texts for key, texts in _said(measures, statuses, figures) if texts}


def _said(
    measures: Sequence[Measure], statuses: Statuses, figures: FiguresSaid
) -> Iterator[tuple[str, Mapping[str, str]]]:
    for measure in measures:
        yield f"measure:{measure.name}", _own(measure.title, measure.titles, measure.title)
    for status in statuses.statuses:
        title, about = STATUSES.get(status.name, ("", ""))
        yield f"status:{status.name}", _own(status.title, status.titles, title)
        yield f"status:{status.name}:about", _own(status.about, {}, about)
    for name, figure in figures.figures.items():
        title, about = FIGURES[name]
        yield f"figure:{name}", _own(figure.title, figure.titles, title)
        yield f"figure:{name}:about", _own(figure.about, {}, about)


def _own(text: str, per_language: Mapping[str, str], known: str) -> Mapping[str, str]:
    """The texts, English always among them; nothing where each is what the catalog makes of ``known``."""
    said = {"en": text, **per_language}
    if not text or all(said.get(code, language(code).text(text)) == language(code).text(known) for code in CODES):
        return {}
    return said

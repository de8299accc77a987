"""YAML files whose every value knows its line and column, so that an error can name them.

``read`` (or ``parse``) gives a ``Document``; ``interpolate`` fills in ``${VAR}`` and ``*_file``; ``overlaid`` puts
one document over another; ``validate`` turns it into a pydantic model. What is wrong is a ConfigurationError with
every problem at once; ``Problems`` gathers those of several files.
"""

from monitor.yamlfile.document import Document, overlaid
from monitor.yamlfile.interpolation import interpolate
from monitor.yamlfile.problems import Problems, either, nearest
from monitor.yamlfile.reading import parse, present, read, size_of
from monitor.yamlfile.validation import salvage, validate

__all__ = [
    "Document",
    "Problems",
    "either",
    "interpolate",
    "nearest",
    "overlaid",
    "parse",
    "present",
    "read",
    "salvage",
    "size_of",
    "validate",
]

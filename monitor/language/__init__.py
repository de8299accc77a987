"""The words, numbers and dates of the languages that pages and messages are written in."""

from monitor.language.language import CODES, Language, UnknownLanguageError, language
from monitor.language.marking import N_, _

__all__ = ["CODES", "N_", "Language", "UnknownLanguageError", "_", "language"]

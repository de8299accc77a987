"""The demo: an invented Nordic company's CRM, written to SQLite, with a story in it."""

from monitor.demo.generate import SEED, generate
from monitor.demo.story import DemoStory

__all__ = ["SEED", "DemoStory", "generate"]

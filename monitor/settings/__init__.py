"""A project's configuration: ``config/monitor.yaml``, the CRM map it names and the suites under ``expectations/``."""

from monitor.settings.configured import Configured, load_settings
from monitor.settings.inventory import Inventory, SuiteStock, take_stock
from monitor.settings.model import Settings
from monitor.settings.project import Project, load_project
from monitor.settings.schema import schema

__all__ = [
    "Configured",
    "Inventory",
    "Project",
    "Settings",
    "SuiteStock",
    "load_project",
    "load_settings",
    "schema",
    "take_stock",
]

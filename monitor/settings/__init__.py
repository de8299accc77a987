"""A project's configuration: ``config/monitor.yaml``, the CRM map it names and the suites under ``expectations/``.

Nothing is imported here: a command that asks the state alone reads ``configured`` and none of the rest.
"""

"""``crm-monitor privacy``: what to tell people, and what is stored about one of them."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated

import typer

from monitor.cli.adoption import Shape, looker
from monitor.cli.common import HERE, Project, now, out

if TYPE_CHECKING:
    from monitor.language import Language
    from monitor.privacy.about import About
    from monitor.store.forget import Forgotten

Speaks = Annotated[str, typer.Option("--language", help="en, da or nb.")]
User = Annotated[str, typer.Argument(help="The person, by login, e-mail or key.")]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("notice")(notice)
    app.command("assessment")(assessment)
    app.command("export")(export)
    app.command("forget")(forget)
    app.command("remember")(remember)


def notice(project: Project = HERE, code: Speaks = "en") -> int:
    """Print a notice to employees (GDPR art. 13), in Markdown: what is counted, what for, who sees it, how long."""
    from monitor.privacy.notice import notice as text_of

    return _print(project, code, text_of)


def assessment(project: Project = HERE, code: Speaks = "en") -> int:
    """Print the draft of a data protection impact assessment (GDPR art. 35), in Markdown."""
    from monitor.privacy.assessment import assessment as text_of

    return _print(project, code, text_of)


def export(
    user: User,
    project: Project = HERE,
    code: Speaks = "en",
    shape: Annotated[Shape, typer.Option("--format", help="How to print it.")] = Shape.TEXT,
) -> int:
    """Print all that is stored about a person, and who looked (GDPR art. 15), to be handed to that person."""
    from monitor.app.privacy import find_whom, hand_out
    from monitor.app.project import open_project
    from monitor.privacy.export import export_text

    language = _language(code)
    with open_project(project, dict(os.environ), clock=now) as opened:
        whom = find_whom(opened, user)
        found = hand_out(opened, whom, looker(opened))
        zone = opened.project.zone
    if shape is Shape.JSON:
        typer.echo(json.dumps(found, indent=2, ensure_ascii=False))
    else:
        typer.echo(export_text(whom.name, found, whom.names, zone, language), nl=False)
    return 0


def forget(
    user: User,
    project: Project = HERE,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask first.")] = False,
) -> int:
    """Delete all that is stored about a person, take the person out of digests, and never again store the use.

    Records that the person owns in the CRM count in an unnamed sum of the team from then on.
    """
    from monitor.app.privacy import find_whom
    from monitor.app.privacy import forget as forget_now
    from monitor.app.project import open_project

    with open_project(project, dict(os.environ), clock=now) as opened:
        whom = find_whom(opened, user)
        question = f"Delete all that the monitor stores about {whom.name}? Export it first, if it was asked for."
        if not yes and not typer.confirm(question):
            typer.echo("Nothing was changed.")
            return 0
        done = forget_now(opened, whom)
    _say_forgotten(done)
    return 0


def remember(user: User, project: Project = HERE) -> int:
    """Let a person who was forgotten be counted again, from now on. What was deleted does not come back."""
    from monitor.app.privacy import find_whom
    from monitor.app.project import open_project

    with open_project(project, dict(os.environ), clock=now) as opened:
        taken_back = opened.state.keeping.remember(find_whom(opened, user).key)
    typer.echo("Counted again from the next reading on." if taken_back else "This person was not forgotten.")
    return 0


def _say_forgotten(done: Forgotten) -> None:
    from rich.text import Text

    console = out()
    deleted = ", ".join(f"{name} {count}" for name, count in sorted(done.rows.items()))
    console.print(Text(f"Forgotten. {deleted or 'Nothing was stored'}."), soft_wrap=True)
    if done.queued:
        console.print(f"{len(done.queued)} messages on Slack are to be corrected: `crm-monitor notify send` does it.")
    if done.beyond_reach:
        console.print("Nobody can take these back; tell whoever asked:")
        for one in done.beyond_reach:
            console.print(Text(f"  {one.target}, message {one.id}"))
    console.print(
        "Not touched: the CRM itself, config/people.yaml, the absence file, and backups of the state.", style="dim"
    )


def _print(project: Project, code: str, text_of: Callable[[About, Language], str]) -> int:
    from monitor.app.privacy import about
    from monitor.app.project import open_project

    language = _language(code)
    with open_project(project, dict(os.environ), clock=now) as opened:
        typer.echo(text_of(about(opened), language), nl=False)
    return 0


def _language(code: str) -> Language:
    from monitor.language import UnknownLanguageError, language

    try:
        return language(code)
    except UnknownLanguageError as error:
        raise typer.BadParameter(str(error)) from None

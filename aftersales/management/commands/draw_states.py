"""Write docs/states.md from the machines, so that the document cannot say anything else than the code."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import translation
from django_fsm import RETURN_VALUE

from aftersales.enums import Kind, State
from aftersales.models import PROXIES
from aftersales.states import STATES
from aftersales.transitions import TRANSITIONS

if TYPE_CHECKING:
    from argparse import ArgumentParser
    from collections.abc import Iterator

    from aftersales.guards import Guard
    from aftersales.transitions import Transition

INTRODUCTION = """\
# States

Written by `manage.py draw_states` from the state machines in `aftersales/models/` and the table in
`aftersales/transitions.py`: change those, then run it again. `make test` compares.

A case has one kind, and each kind its own machine. A transition records its event in the same transaction. Transitions
marked *reported* come from an import or the API only, never from a person.
"""


class Command(BaseCommand):
    help = "Writes docs/states.md from the code; --check only compares."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--check", action="store_true", help="exits 1 where the document differs from the code")

    def handle(self, *args: Any, **options: Any) -> None:
        path = Path(settings.BASE_DIR) / "docs" / "states.md"
        with translation.override("en"):
            text = document()
        if options["check"]:
            if not path.exists() or path.read_text(encoding="utf-8") != text:
                msg = "docs/states.md differs from the state machines: run manage.py draw_states"
                raise CommandError(msg)
            return
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
        self.stdout.write("docs/states.md")


def document() -> str:
    return "\n".join([INTRODUCTION, *(line for kind in Kind for line in chapter(kind))])


def chapter(kind: Kind) -> Iterator[str]:
    ways = {name: leads(kind, name) for name in TRANSITIONS if hasattr(PROXIES[kind], name)}
    yield f"## {kind.label}"
    yield ""
    yield "```mermaid"
    yield "stateDiagram-v2"
    for state in STATES[kind]:
        yield f"  {state.value}: {state.label}"
    yield "  [*] --> pending"
    for name, (sources, targets) in ways.items():
        if not TRANSITIONS[name].is_reported:
            for source in sources:
                for target in targets:
                    yield f"  {source} --> {target}: {name}"
    yield "```"
    yield ""
    yield "| transition | from | to | event | says | needs |"
    yield "|---|---|---|---|---|---|"
    for name, (sources, targets) in ways.items():
        yield row(TRANSITIONS[name], kind, sources, targets)
    yield ""


def row(rule: Transition, kind: Kind, sources: list[str], targets: list[str]) -> str:
    everywhere = len(sources) == len(STATES[kind])
    cells = [
        f"`{rule.name}` {rule.label}" + (" *(reported)*" if rule.is_reported else ""),
        "any" if everywhere else ", ".join(sources),
        "any" if len(targets) == len(STATES[kind]) else ", ".join(targets),
        f"`{rule.event.value}`",
        ", ".join(f"`{name}`" for name in rule.says.model_fields),
        "; ".join(need(guard) for guard in rule.needs),
    ]
    if rule.hands_over_to:
        cells[2] += f", opens: {rule.hands_over_to.label}"
    return "| " + " | ".join(cells) + " |"


def leads(kind: Kind, name: str) -> tuple[list[str], list[str]]:
    """The states that a transition leads from and to, in the order of the kind's states."""
    machine = PROXIES[kind]
    sources: set[str] = set()
    targets: set[str] = set()
    for way in machine._meta.get_field("state").get_all_transitions(machine):  # noqa: SLF001 - Django's documented way to a field
        if way.name == name:
            sources |= set(STATES[kind]) if way.source == "*" else {str(way.source)}
            ends = way.target.allowed_states if isinstance(way.target, RETURN_VALUE) else [way.target]
            targets |= {str(end) for end in ends}
    return in_order(kind, sources), in_order(kind, targets)


def in_order(kind: Kind, states: set[str]) -> list[str]:
    return [State(state).value for state in STATES[kind] if state in states]


def need(guard: Guard) -> str:
    """A guard by its name; one that was made for a transition by the name of its maker."""
    return guard.__qualname__.partition(".")[0].replace("_", " ")

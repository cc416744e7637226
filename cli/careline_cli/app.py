"""The `careline` command. Adding a command is one line in COMMANDS and one file in `commands/`.

A command's module is imported only when the command is called, so that `careline --help` stays quick. The module offers
`app`, a `typer.Typer` with either one command or several (then they are its sub-commands).
"""

import importlib
import logging
import sys
from dataclasses import dataclass
from typing import Any

import typer
import typer.core
from rich.console import Console
from rich.markup import escape

from careline_cli.errors import CommandError

RUN = "Run"
TALK = "Talk"
BUILD = "Build a tenant"
LOOK = "Look inside"
PEOPLE = "Customers and their data"
MEASURE = "Measure"
PANELS = (RUN, TALK, BUILD, PEOPLE, LOOK, MEASURE)


@dataclass(frozen=True)
class Entry:
    """One line of the table of contents. `module` is the file in `commands/`, by default the command's own name."""

    panel: str
    name: str
    help: str
    module: str = ""

    def load(self) -> Any:
        """The real command, with its options; a module that is one command takes this entry's name."""
        module = importlib.import_module(f"careline_cli.commands.{self.module or self.name}")
        command = typer.main.get_command(module.app)
        command.name = self.name
        return command


COMMANDS: tuple[Entry, ...] = (
    Entry(RUN, "up", "Bring the whole system up on this machine."),
    Entry(RUN, "down", "Stop it; with --purge, delete its data too."),
    Entry(RUN, "demo", "Serve a scripted customer on the real system, and evaluate both packs."),
    Entry(RUN, "doctor", "What is missing on this machine, and the command that gets it."),
    Entry(BUILD, "tenant", "Check a business's folder, publish it, list what is published."),
    Entry(BUILD, "knowledge", "The guide as it is served: sync what changed, search, list versions, roll back."),
    Entry(BUILD, "topics", "The one table of topics; create them, or compare the broker with it."),
    Entry(BUILD, "migrate", "Make the services' roles and apply the SQL that the database lacks."),
    Entry(BUILD, "train", "Learn a pack's examples; with --fine-tune, tune the encoder to them."),
    Entry(MEASURE, "calibrate", "From which confidence on each tier may answer, for a stated precision."),
    Entry(BUILD, "train-small", "Teach a small model a pack's examples, for vLLM (minutes).", "train_small"),
    Entry(MEASURE, "eval", "Play question sets through the running system and grade them."),
    Entry(TALK, "chat", "Talk in the terminal, over the web-chat API."),
    Entry(TALK, "token", "Sign a customer's identity for the web chat."),
    Entry(TALK, "inbox", "The human's side: list, show, take, answer, resolve, hand back."),
    Entry(PEOPLE, "review", "Read a sample of answers and say what they are worth."),
    Entry(PEOPLE, "export", "All that is held about a customer, as one file."),
    Entry(PEOPLE, "purge", "Delete what is older than the packs' policies keep."),
    Entry(PEOPLE, "training-data", "What training may use of what customers said, masked.", "training_data"),
    Entry(PEOPLE, "erase", "Erase a customer: tells what goes and what stays, and asks."),
    Entry(LOOK, "status", "Every process: name, pid, address, state."),
    Entry(LOOK, "logs", "What the processes wrote."),
    Entry(LOOK, "outbox", "What would have gone out by e-mail or SMS, while developing."),
    Entry(LOOK, "ledger", "What was done, for whom, in whose words, and by whose leave; undo an entry."),
    Entry(LOOK, "trace", "A turn's way through the services."),
)


class TableOfContents(typer.core.TyperGroup):
    """The group of all commands: listed from COMMANDS, loaded when called."""

    def list_commands(self, ctx: Any) -> list[str]:
        return [entry.name for panel in PANELS for entry in COMMANDS if entry.panel == panel]

    def get_command(self, ctx: Any, cmd_name: str) -> typer.core.TyperCommand | None:
        """A stand-in with the entry's help: enough for listing and completion, and nothing is imported."""
        entry = _find(cmd_name)
        if entry is None:
            return None
        return typer.core.TyperCommand(
            name=entry.name, help=entry.help, short_help=entry.help, rich_help_panel=entry.panel
        )

    def resolve_command(self, ctx: Any, args: list[str]) -> tuple[str | None, Any, list[str]]:
        self.commands = {entry.name: self.get_command(ctx, entry.name) or entry.load() for entry in COMMANDS}
        name, command, rest = super().resolve_command(ctx, args)
        entry = _find(name or "")
        return name, (command if entry is None else entry.load()), rest


app = typer.Typer(
    cls=TableOfContents,
    name="careline",
    help="Careline answers customers and acts on their records. Start with [bold]careline up[/bold].",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
)


@app.callback()
def _root() -> None:
    """Gives the application its options (none so far) and keeps it a group."""


def main() -> None:
    """The entry point. A known error is one clean line and exit 2; Ctrl-C is exit 130, without a traceback."""
    # The broker's client reports every refused connection; we wait for it on purpose.
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)
    try:
        typer.main.get_command(app)(prog_name="careline")
    except CommandError as error:
        show(error)
        sys.exit(2)
    except KeyboardInterrupt:
        sys.exit(130)


def show(error: CommandError) -> None:
    """The error's sentence in red, what to do about it below."""
    console = Console(stderr=True, soft_wrap=True, highlight=False)
    console.print(f"[bold red]error:[/bold red] {escape(error.message)}")
    if error.hint:
        console.print(escape(error.hint))


def _find(name: str) -> Entry | None:
    return next((entry for entry in COMMANDS if entry.name == name), None)


if __name__ == "__main__":
    main()

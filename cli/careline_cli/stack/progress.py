"""What the person at the terminal sees while the stack starts, runs and stops."""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console
from rich.markup import escape


class Progress:
    """A line for everything that is done, and on a terminal a spinner with what is being done."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._doing: list[str] = []
        self._spinner = console.status("", spinner="dots")

    def __enter__(self) -> "Progress":
        return self

    def __exit__(self, *_: object) -> None:
        self._spinner.stop()

    @contextmanager
    def doing(self, what: str, remark: list[str]) -> Iterator[None]:
        """Shows `what` as under way; when the block ends well, a line with its time and the words put into `remark`."""
        since = time.monotonic()
        self._doing.append(what)
        self._spin()
        try:
            yield
        finally:
            self._doing.remove(what)
            self._spin()
        words = escape(" ".join(remark))
        took = f"{time.monotonic() - since:.1f} s"
        self._console.print(
            f"  [green]✓[/green] {escape(what):<12} [dim]{took:>7}[/dim]  {words}", highlight=False, soft_wrap=True
        )

    def note(self, text: str) -> None:
        """A line about something that happened."""
        self._console.print(f"  [yellow]•[/yellow] {escape(text)}", highlight=False, soft_wrap=True)

    def up(self, gateway: str | None) -> None:
        """The stack is up."""
        where = f" The web chat is at [bold]{gateway}[/bold]." if gateway else ""
        how = " Ctrl-C stops it." if self._console.is_terminal else ""
        self._console.print(f"[bold green]Careline is up.[/bold green]{where}{how}", highlight=False, soft_wrap=True)

    def stopping(self) -> None:
        """The stack is being stopped; only a terminal is told, as only there a second Ctrl-C may come."""
        if self._console.is_terminal:
            self._console.print("[dim]Stopping; once more Ctrl-C ends everything at once.[/dim]", highlight=False)

    def stopped(self, names: Sequence[str], data: Path) -> None:
        """The last line: what was stopped (a part that somebody else runs goes on), and what stays."""
        what = f"Careline is stopped ({', '.join(names)})." if names else "Nothing of Careline was left running."
        self._console.print(f"{what} Its data stays in {escape(str(data))}.", highlight=False, soft_wrap=True)

    def _spin(self) -> None:
        if not self._doing:
            self._spinner.stop()
            return
        self._spinner.update(escape(", ".join(self._doing)))
        self._spinner.start()

"""Progress of a refresh: a bar a stage in a terminal, silence elsewhere (there the logs tell)."""

from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn


class Bars:
    """One bar a stage, counted in what the stage works on: seed files, then batches."""

    def __init__(self, progress: Progress, files: int) -> None:
        self._progress = progress
        self._bars = {"ingest": progress.add_task("ingest", total=files)}

    def expect(self, stage: str, more: int) -> None:
        """Add work to the bar of a stage, which appears with the first of it."""
        if stage not in self._bars:
            self._bars[stage] = self._progress.add_task(stage, total=0)
        total = self._progress.tasks[self._bars[stage]].total or 0
        self._progress.update(self._bars[stage], total=total + more)

    def advance(self, stage: str, by: int = 1) -> None:
        """Move the bar of a stage on."""
        self._progress.advance(self._bars[stage], by)


@contextmanager
def show_progress(files: int) -> Iterator[Bars]:
    """Show bars on standard error while the block runs, where that is a terminal."""
    console = Console(stderr=True)
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description:<10}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=console, disable=not console.is_terminal) as progress:
        yield Bars(progress, files)

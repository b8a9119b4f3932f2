"""Words a second and peak memory of a refresh, on generated articles: `make bench`.

Each size runs in a process of its own, so that peak memory is that of one refresh. The ratio of the
rows, not the seconds, is what holds on another machine.
"""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import duckdb
from rich.console import Console
from rich.table import Table

SIZES = (500, 2_000, 8_000)


def main() -> None:
    table = Table(
        "articles",
        "words",
        "seconds",
        "words/s",
        "peak MiB",
        "warehouse MiB",
        "refresh again, s",
        title="warraq refresh",
    )
    for size in SIZES:
        table.add_row(*measure(size))
    Console().print(table)


def measure(size: int) -> list[str]:
    """Refresh an empty warehouse from `size` generated articles, then once more with nothing changed."""
    with tempfile.TemporaryDirectory() as folder:
        seeds, warehouse = Path(folder) / "seeds", Path(folder) / "warehouse"
        subprocess.run([sys.executable, "-m", "benchmarks.generate", "--articles", str(size), str(seeds)], check=True)
        seconds, peak = refresh(seeds, warehouse)
        again, _ = refresh(seeds, warehouse)
        with duckdb.connect(str(warehouse / "warehouse.duckdb"), read_only=True) as connection:
            words = connection.execute("select count(*) from tokens where upos is distinct from 'PUNCT'").fetchall()[0][
                0
            ]
        stored = sum(file.stat().st_size for file in warehouse.rglob("*") if file.is_file() and not file.is_symlink())
    return [
        f"{size:,}",
        f"{words:,}",
        f"{seconds:.1f}",
        f"{words / seconds:,.0f}",
        f"{peak:,.0f}",
        f"{stored / 2**20:.1f}",
        f"{again:.1f}",
    ]


def refresh(seeds: Path, warehouse: Path) -> tuple[float, float]:
    """Return wall-clock seconds and peak MiB of one `warraq refresh`, the embedded Prefect included."""
    env = os.environ | {"WARRAQ_SEEDS": str(seeds), "WARRAQ_WAREHOUSE": str(warehouse)}
    began = time.perf_counter()
    child = subprocess.Popen([sys.executable, "-m", "flows", "refresh"], env=env, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        raise SystemExit(f"warraq refresh ended with {child.returncode}")
    return time.perf_counter() - began, usage.ru_maxrss / 1024


if __name__ == "__main__":
    main()

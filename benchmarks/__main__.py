"""Runs every benchmark and prints one table each. The fleet is its own program: `python -m benchmarks.fleet`."""

import platform
import sys

from benchmarks import (
    bench_card,
    bench_devices,
    bench_finding,
    bench_ingest,
    bench_memory,
    bench_million,
    bench_queue,
    bench_start,
    bench_submit,
    bench_sync,
)
from benchmarks.table import show


def main() -> int:
    print(f"{platform.machine()}, Python {platform.python_version()}; ratios hold within one run only\n")
    for bench in (
        bench_submit, bench_queue, bench_million, bench_sync, bench_ingest, bench_memory, bench_card, bench_devices,
        bench_finding, bench_start,
    ):  # fmt: skip
        print((bench.__doc__ or "").strip())
        print(show(bench.rows()) + "\n", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())

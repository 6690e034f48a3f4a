"""Figures, each with its baseline from the same run: `python -m benchmarks`."""

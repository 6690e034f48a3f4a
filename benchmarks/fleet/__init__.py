"""Thousands of simulated kiosks against the real platform: `python -m benchmarks.fleet`."""

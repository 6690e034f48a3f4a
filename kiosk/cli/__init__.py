"""Composition root of the `kiosk` command; only this package may import upwards."""

from kiosk.cli.main import main

__all__ = ["main"]

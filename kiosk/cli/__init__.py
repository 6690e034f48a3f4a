"""Composition root of the `kiosk` command; only this package may import upwards."""

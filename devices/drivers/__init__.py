"""Drivers shipped with Tongban; each registers under the entry-point group `tongban.drivers`."""

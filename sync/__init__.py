"""Moves the journal up to the platform and the feed down to the kiosk."""

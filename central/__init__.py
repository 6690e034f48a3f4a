"""The reference central platform: the other end of sync."""

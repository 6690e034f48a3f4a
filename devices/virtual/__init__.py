"""Virtual devices that speak the real bytes, on a real pty and a real socket; faults on command."""

"""Device drivers, the process that hosts each, and virtual devices that speak the real wire protocols."""

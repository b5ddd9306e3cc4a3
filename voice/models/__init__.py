"""Models on this machine: their weights, the cores they run on, one batch for many callers."""

"""ReconcileGPT: several analyses made one decision, by computation, and put into words."""

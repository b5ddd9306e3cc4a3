"""Who answers: the normal form, the router, the specialists, ReconcileGPT and the handbook model."""

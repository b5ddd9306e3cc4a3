"""How a caller is answered: one run of the graph, what it is busy with, the wait for it, its failures."""

"""How recordings are built as files: where one ends and the next begins, and where something of them is missing."""

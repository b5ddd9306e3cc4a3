"""A folder of recordings worked through: one result for each, whatever fails or is killed meanwhile."""

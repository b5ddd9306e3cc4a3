"""A decision is put to a caller, who decides by keys."""

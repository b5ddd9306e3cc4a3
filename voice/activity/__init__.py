"""Voice activity: where in a clip, or on many lines at once, somebody speaks."""

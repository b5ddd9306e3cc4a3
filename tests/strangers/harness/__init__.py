"""A good caller, a real server, and a way to see whether the one is hurt when somebody attacks the other."""

"""What every request passes, whichever route it is for: its key, its size, its body, its time, its refusal."""

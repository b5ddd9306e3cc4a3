"""What is traced and measured of turns and of live calls: their spans, their happenings, what callers wait for."""

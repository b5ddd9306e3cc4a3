"""Judged calls kept in files: a result each, people's corrections beside the machine's score, and a report on many."""

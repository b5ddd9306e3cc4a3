"""Vectors of the texts that ship: the router's exemplars, the sample handbook and the scorecards.

Embedding them takes half a minute of a CPU, which nobody should wait for before their first answer. They are made by
``make vectors``; a test finds out when a text has changed since.
"""

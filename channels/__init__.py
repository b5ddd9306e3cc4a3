"""Ways in: what decides which Ear and Mouth a run gets.

``turn`` runs one turn, ``conversation`` conducts a whole call over any ``transport``, ``speaking`` says its answers,
``preemptive`` works them out early, ``twilio`` is the telephone and ``server`` what it connects to.
"""

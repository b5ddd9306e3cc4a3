"""Ways in: what decides which Ear and Mouth a run gets.

``turn`` runs one turn, ``conversation`` conducts a whole call over any ``transport``, ``twilio`` is the telephone,
``app`` and ``serving`` the server.
"""

"""A meeting as files: transcript, subtitles, minutes, actions, calendar, and a page that plays."""

"""What stands around every recogniser: pieces before it; guards, word times and subtitles after it."""

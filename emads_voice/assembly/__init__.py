"""From agents and settings to something that can be asked: the only room where every part is chosen."""

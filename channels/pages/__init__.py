"""Pages for people: plain files, with nothing to be built and nothing from elsewhere."""

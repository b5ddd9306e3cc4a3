"""Where conversations are kept, by one writer at a time: savers that refuse who is late, locks between machines."""

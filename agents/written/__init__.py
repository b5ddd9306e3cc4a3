"""What people and models write for a level, a sum of money, a time: read where it is certain, else left as it is."""

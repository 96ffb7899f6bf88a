"""All that a server keeps of one person, in a file for that person."""

"""What a room is to who is not in it: its names, the directory, spaces, summaries."""

"""What the server itself has to say to a person, in a room of its own."""

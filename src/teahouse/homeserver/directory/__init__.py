"""Finding people: by their exact ID, so that nobody can list who is here."""

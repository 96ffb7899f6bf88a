"""What one person may see of a room."""

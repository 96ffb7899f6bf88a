"""Finding people whom one may meet, and anybody by their exact ID."""

"""What goes from a room again: old history, and what erased people said."""

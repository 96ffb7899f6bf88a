"""How a room changes: who may, what is written, what the writer holds in memory."""

"""A user's devices, and the messages that wait for each of them."""

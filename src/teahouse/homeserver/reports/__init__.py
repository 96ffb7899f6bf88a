"""What people report to whoever runs the server: events, rooms, users."""

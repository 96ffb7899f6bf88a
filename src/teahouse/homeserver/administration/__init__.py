"""What whoever runs the server may ask and do, over HTTP and from the command line."""

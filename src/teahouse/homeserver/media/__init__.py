"""Media: what people upload, and pictures of it that are smaller."""

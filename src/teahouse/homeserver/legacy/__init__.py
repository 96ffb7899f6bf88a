"""Operations older than /sync: initialSync and events."""

"""Push rules: what each user wants to be told of."""

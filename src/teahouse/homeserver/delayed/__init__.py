"""Events that are sent later, unless somebody thinks better of it."""

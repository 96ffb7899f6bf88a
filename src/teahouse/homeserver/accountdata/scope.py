"""Where a piece of account data belongs: to one room, by its id, or to the account."""

GLOBAL = ""

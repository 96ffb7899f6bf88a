"""What every package stands on: database, log, http, clock, errors. No domain."""

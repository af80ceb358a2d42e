"""Platform exports and API records in, typed rows and reasons out: no database, no clock."""

"""An appeal's PDF as a pure function of its content: no database, no clock, same input, same bytes."""

"""Demo data: four invented shops, the people who work for them, and cases in every state with their whole history."""

"""The service: who leads, what is due, and what the outside may ask."""

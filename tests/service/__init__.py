"""The service: who leads, what it hands out, what it says of itself."""

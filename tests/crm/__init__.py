"""Tests of the map language, its SQL, and the read-only connection."""

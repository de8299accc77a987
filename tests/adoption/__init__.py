"""Tests of who uses the CRM."""

"""The service: runs the schedule for years, on one host or on several with one leader, and says how it is."""

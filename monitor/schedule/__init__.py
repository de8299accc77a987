"""What is due when: jobs, their times, and what becomes of those that were missed. Reads no clock."""

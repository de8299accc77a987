"""Jobs: the same by hand and on schedule."""

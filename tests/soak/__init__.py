"""The service at a hundred times its normal rate, watched from outside."""

"""Waitline: a simulator of customer-support telephone lines."""

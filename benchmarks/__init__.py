"""How fast Waitline is, beside peers in the same run: `python -m benchmarks`."""

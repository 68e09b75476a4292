"""How fast Waitline is, against peers in the same run: `python -m benchmarks`."""

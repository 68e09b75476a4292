"""The tests, a package: otherwise an installed one of this name is imported in its place.

Ciw, which the benchmarks use, installs one; `python -m tests.against_theory.page` would fail.
"""

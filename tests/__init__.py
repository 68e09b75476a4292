"""The tests, a package: one without this file hides behind any installed package of this name.

Ciw, which the benchmarks use, installs one.
"""

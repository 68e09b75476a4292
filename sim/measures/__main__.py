"""Print the reference page of measures: `python -m sim.measures > docs/measures.md`."""

from sim.measures.page import page

print(page(), end="")

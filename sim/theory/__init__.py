"""What the formulas say: exact results that the simulation is held against."""

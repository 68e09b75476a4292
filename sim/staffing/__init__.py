"""How many operators, and in which shifts: plans found by simulating on common callers."""

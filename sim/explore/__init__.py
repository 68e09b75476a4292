"""A local page with sliders: what is moved is simulated again while one moves it."""

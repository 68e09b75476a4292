"""`python -m sim` is `waitline`."""

from sim.cli import main

if __name__ == "__main__":
    main()

"""``biocoach`` and ``python -m biocoach``."""

from biocoach.cli import main

if __name__ == "__main__":
    main()

"""`python -m chevet`."""

import sys

from chevet.cli import main

sys.exit(main())

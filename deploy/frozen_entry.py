"""Where the frozen program begins."""

import sys

from kiosk.cli.main import main

sys.exit(main())

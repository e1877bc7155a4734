"""The doors, and the corridor between them."""

import sys

if sys.hexversion < 0x030B0000:
    sys.stderr.write(f"refund-desk: Python 3.11 or newer is needed, this is {sys.version.split()[0]}\n")
    sys.exit(2)

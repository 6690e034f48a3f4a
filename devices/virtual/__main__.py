"""`python -m devices.virtual --dir DIR`: a virtual card reader and receipt printer until SIGTERM.

DIR/reader and DIR/printer lead to their ptys, DIR/control.sock takes commands, DIR/receipts gets the papers.
"""

import argparse
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

from devices.virtual.control import ControlServer
from devices.virtual.receipt_printer import VirtualPrinter
from devices.virtual.sam_v import VirtualReader


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="virtual-devices", description=__doc__)
    parser.add_argument("--dir", type=Path, required=True)
    parser.add_argument("--tcp-port", type=int, default=0, help="the printer's port (default: any)")
    parser.add_argument("--paced", action="store_true", help="the reader sends at the speed of 115200 baud")
    given = parser.parse_args(arguments)
    given.dir.mkdir(parents=True, exist_ok=True)
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM, signal.SIGINT})
    reader = VirtualReader(given.dir / "reader", paced=given.paced)
    printer = VirtualPrinter(given.tcp_port, given.dir / "receipts", link=given.dir / "printer")
    server = ControlServer(given.dir / "control.sock", reader, printer)
    sys.stdout.write(f"reader {reader.port}, printer 127.0.0.1:{printer.port}\n")
    sys.stdout.flush()
    signal.sigwait({signal.SIGTERM, signal.SIGINT})
    server.stop()
    printer.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main())

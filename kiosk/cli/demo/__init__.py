"""`kiosk demo`: the whole of Tongban on one machine, in separate processes, with virtual devices."""

import argparse
import signal
import sys
import tempfile
import threading
from pathlib import Path
from typing import Any

from kiosk.cli.demo.citizen import DemoFailedError, play
from kiosk.cli.demo.stage import TECHNICIAN_PIN, Stage
from kiosk.cli.options import print_json


def add_parser(subparsers: Any) -> None:
    parser = subparsers.add_parser("demo", help="platform, virtual devices, agent and screen on this machine")
    parser.add_argument("--headless", action="store_true", help="no display: a scripted citizen uses the real screen")
    parser.add_argument("--offline", action="store_true", help="headless: the platform is down until after the receipt")
    parser.add_argument("--landscape", action="store_true", help="1920×1080 instead of 1080×1920")
    parser.add_argument("--scale", type=float, default=0.5, help="size of the window on a display (default 0.5)")
    parser.add_argument("--out", type=Path, help="folder for everything that the demo leaves (default: a new one)")
    parser.add_argument("--json", action="store_true", help="end with one JSON line on stdout")
    parser.set_defaults(command=run)


def run(arguments: argparse.Namespace) -> int:
    folder = arguments.out or Path(tempfile.mkdtemp(prefix="tongban-demo-"))
    folder.mkdir(parents=True, exist_ok=True)
    signal.signal(signal.SIGTERM, lambda *_: signal.raise_signal(signal.SIGINT))
    say = _Speaker(sys.stderr if arguments.json else sys.stdout)
    stage = Stage(
        folder.resolve(),
        say,
        headless=arguments.headless,
        orientation="landscape" if arguments.landscape else "portrait",
        scale=1.0 if arguments.headless else arguments.scale,
    )
    try:
        stage.start()
        if not arguments.headless:
            stage.register_phones()
            say("The screen and the panel are open. Lay a card down on the panel; Ctrl-C ends everything.")
            say(f"The technician's pages: tap the kiosk's name in the bar five times, PIN {TECHNICIAN_PIN}.")
            say("Where a code by SMS is wanted, it is shown here.")
            threading.Event().wait()
        result = play(stage, say, offline=arguments.offline)
    except KeyboardInterrupt:
        say("Ending.")
        return 130
    except DemoFailedError as error:
        say(f"FAILED: {error}")
        if arguments.json:
            print_json({"error": {"code": error.code, "message": str(error)}})
        return 1
    finally:
        stage.stop()
    say(f"Everything is in {folder}")
    if arguments.json:
        print_json(result)
    return 0


class _Speaker:
    """Says what happens, one line at a time, from any thread."""

    def __init__(self, stream: Any) -> None:
        self._stream = stream
        self._lock = threading.Lock()

    def __call__(self, line: str) -> None:
        with self._lock:
            self._stream.write(f"{line}\n")
            self._stream.flush()

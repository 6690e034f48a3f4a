"""The control of the virtual devices: JSON lines on a Unix socket, one answer for each line."""

import contextlib
import json
import socket
import threading
from pathlib import Path
from typing import Any

from devices.virtual import receipt_printer, sam_v
from devices.virtual.people import people
from devices.virtual.receipt_printer import VirtualPrinter
from devices.virtual.sam_v import VirtualReader


class ControlError(Exception):
    """The virtual devices cannot do what was asked."""

    code = "virtual.control"


class VirtualControl:
    """The client; one connection a command."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def lay(self, person: str) -> None:
        """Lay a person's card on the reader (people.toml)."""
        self._do(do="lay", person=person)

    def lift(self) -> None:
        self._do(do="lift")

    def fault(self, device: str, fault: str) -> None:
        """device: reader or printer; fault: `none` ends it."""
        self._do(do="fault", device=device, fault=fault)

    def papers(self) -> list[dict[str, str]]:
        """picture and text of every receipt that was cut, oldest first."""
        found: list[dict[str, str]] = self._do(do="papers")["papers"]
        return found

    def status(self) -> dict[str, Any]:
        """card: the person on the reader; faults; people: key and title of all."""
        return self._do(do="status")

    def _do(self, **command: str) -> dict[str, Any]:
        with socket.socket(socket.AF_UNIX) as connection:
            try:
                connection.connect(str(self._path))
            except OSError as error:
                raise ControlError(f"{self._path}: the virtual devices do not run") from error
            connection.sendall(json.dumps(command).encode() + b"\n")
            with connection.makefile("rb") as lines:
                answer: dict[str, Any] = json.loads(lines.readline() or b'{"error": "no answer"}')
        if "error" in answer:
            raise ControlError(str(answer["error"]))
        return answer


class ControlServer:
    """Serves commands in a thread until `stop`."""

    def __init__(self, path: Path, reader: VirtualReader, printer: VirtualPrinter) -> None:
        self._reader = reader
        self._printer = printer
        self._people = people()
        path.unlink(missing_ok=True)
        self._server = socket.socket(socket.AF_UNIX)
        self._server.bind(str(path))
        self._server.listen()
        threading.Thread(target=self._serve, name="virtual control", daemon=True).start()

    def stop(self) -> None:
        self._server.close()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._server.accept()
            except OSError:
                return
            with connection, connection.makefile("rwb") as lines, contextlib.suppress(OSError):
                for line in lines:
                    lines.write(json.dumps(self._answer(line), ensure_ascii=False).encode() + b"\n")
                    lines.flush()

    def _answer(self, line: bytes) -> dict[str, Any]:
        try:
            command = json.loads(line)
            return self._do(command)
        except (ValueError, KeyError, TypeError) as error:
            return {"error": f"{type(error).__name__}: {error}"}

    def _do(self, command: dict[str, Any]) -> dict[str, Any]:
        match command["do"]:
            case "lay":
                self._reader.lay(self._people[command["person"]])
            case "lift":
                self._reader.lift()
            case "fault":
                self._set_fault(command["device"], command["fault"])
            case "papers":
                return {"papers": self._printer.papers()}
            case "status":
                return self._status()
            case _:
                raise ValueError("known: lay, lift, fault, papers, status")
        return {"done": command["do"]}

    def _set_fault(self, device: str, fault: str) -> None:
        known = {"reader": sam_v.FAULTS, "printer": receipt_printer.FAULTS}[device]
        if fault not in known:
            raise ValueError(f"known faults: {', '.join(known)}")
        if device == "reader":
            self._reader.fault = fault
        else:
            self._printer.fault = fault

    def _status(self) -> dict[str, Any]:
        person = self._reader.person
        return {
            "card": person["title"] if person else "",
            "faults": {"reader": self._reader.fault, "printer": self._printer.fault},
            "known_faults": {"reader": sam_v.FAULTS, "printer": receipt_printer.FAULTS},
            "people": {key: found["title"] for key, found in self._people.items()},
            "port": self._reader.port,
            "tcp_port": self._printer.port,
        }

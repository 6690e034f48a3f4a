"""A driver program that keeps the contract but for one thing: `python -m tests.devices.breaching_driver BREACH`."""

import json
import os
import sys
import threading
import time
from typing import Any


class Driver:
    def __init__(self, breach: str) -> None:
        self.breach = breach
        self.configured = False
        self.cancelled = threading.Event()

    def serve(self) -> None:
        if self.breach == "greets on stdout":
            print("vendor driver 1.0", flush=True)
        for line in sys.stdin:
            request = json.loads(line)
            if request["method"] == "cancel":
                self.cancelled.set()
                continue
            if request["method"] == "read":
                threading.Thread(target=self.reply, args=(request,), daemon=True).start()
            else:
                self.reply(request)
        if self.breach == "stays":
            time.sleep(60)

    def reply(self, request: dict[str, Any]) -> None:
        found = self.answer(request["method"], request["device"], request["params"])
        kind = "error" if "code" in found else "result"
        print(json.dumps({"id": request["id"], kind: found}), flush=True)

    def answer(self, method: str, device: str, params: dict[str, Any]) -> dict[str, Any]:
        if method == "configure":
            self.configured = True
            self.go_wrong()
            contract = 2 if self.breach == "speaks contract 2" else 1
            return {"contract": contract, "devices": [{"name": "reader", "kind": "card-reader", "methods": ["read"]}]}
        if not self.configured and self.breach != "answers before configure":
            return {"code": "device.not-configured"}
        if device not in ("", "reader"):
            return {"code": "device.no-such-device"}
        if method == "status":
            return {"status": self.status()}
        if method == "self_test":
            return {"findings": [{"detail": "fine"}]}
        if method == "read":
            return self.read(params)
        return {} if self.breach == "takes everything" else {"code": "device.no-such-method"}

    def status(self) -> dict[str, str]:
        if self.breach == "has a bad code":
            return {"state": "error", "code": "E-07", "action": "technician"}
        if self.breach == "says nobody acts":
            return {"state": "error", "code": "reader.error"}
        return {"state": "online"}

    def read(self, params: dict[str, Any]) -> dict[str, Any]:
        if not isinstance(params.get("wait_ms"), int):
            if self.breach == "crashes on nonsense":
                os._exit(1)
            return {"code": "device.bad-params"}
        self.cancelled.clear()
        if self.breach == "never cancels":
            time.sleep(params["wait_ms"] / 1000)
        else:
            self.cancelled.wait(params["wait_ms"] / 1000)
            if self.breach == "chatters":
                threading.Timer(0.5, lambda: print("still here", flush=True)).start()
        return {"code": "card.none"}

    def go_wrong(self) -> None:
        if self.breach == "spins":
            threading.Thread(target=spin, daemon=True).start()


def spin() -> None:
    while True:
        pass


if __name__ == "__main__":
    Driver(sys.argv[1]).serve()

"""Serves the platform with uvicorn until SIGTERM; long polls are answered at once then, not cut off."""

from pathlib import Path
from types import FrameType

import uvicorn
from litestar import Litestar

from central.app import make_app


class _Server(uvicorn.Server):
    def __init__(self, config: uvicorn.Config, app: Litestar) -> None:
        super().__init__(config)
        self._app = app

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        platform = getattr(self._app.state, "platform", None)
        if platform is not None:
            platform.stopping.set()
        super().handle_exit(sig, frame)


def serve(data: Path, host: str, port: int, public_address: str) -> None:
    """Raises StorageError when the data folder cannot be used."""
    app = make_app(data, public_address)
    config = uvicorn.Config(app, host=host, port=port, log_config=None, access_log=False, timeout_graceful_shutdown=5)
    _Server(config, app).run()

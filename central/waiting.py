"""Waiting for one thing or another, without a task left behind."""

import asyncio


async def wait(first: asyncio.Event, second: asyncio.Event, timeout_s: float | None) -> None:
    """Until one of both is set, or the time is over."""
    tasks = [asyncio.create_task(first.wait()), asyncio.create_task(second.wait())]
    try:
        await asyncio.wait(tasks, timeout=timeout_s, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()

"""From a record of writes to the states in which a power cut may leave the disk.

The disk promises no more than POSIX does: what was not synced may be there, or not, or torn at a sector, or there while
something written before it is not. A name is safe when its folder was synced, content when its file was. A rename is
one step, and is safe when either of its folders was synced.
"""

import random
import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

SECTOR: Final = 512
_RECORD: Final = struct.Struct("=cQqII")


@dataclass(frozen=True)
class Step:
    """kind: O open, T open and truncate, D open a folder, W write, L set the length, S sync, R rename, U remove,
    M make a folder, A acknowledged."""

    kind: str
    inode: int
    offset: int
    one: bytes
    two: bytes


def read_log(path: Path) -> list[Step]:
    raw, at, found = path.read_bytes(), 0, []
    while at < len(raw):
        kind, inode, offset, first, second = _RECORD.unpack_from(raw, at)
        at += _RECORD.size
        found.append(Step(kind.decode(), inode, offset, raw[at : at + first], raw[at + first : at + first + second]))
        at += first + second
    return found


@dataclass(eq=False)
class File:
    safe: bytes = b""
    pending: list[Step] = field(default_factory=list)

    def content(self, steps: list[Step]) -> bytes:
        made = bytearray(self.safe)
        for step in steps:
            if step.kind == "L":
                made = made[: step.offset].ljust(step.offset, b"\0")
                continue
            if len(made) < step.offset:
                made = made.ljust(step.offset, b"\0")
            made[step.offset : step.offset + len(step.one)] = step.one
        return bytes(made)


@dataclass(eq=False)
class Folder:
    """names: as the program sees them. safe: as the disk has them for certain."""

    names: dict[str, "File | Folder"] = field(default_factory=dict)
    safe: dict[str, "File | Folder"] = field(default_factory=dict)


@dataclass(frozen=True)
class Change:
    """One step in one or two folders: names that go or come."""

    steps: list[tuple[Folder, str, "File | Folder | None"]]


Keep = Callable[[list[Step]], list[Step]]
"""Which of a file's pending writes came to the disk."""

State = dict[str, bytes | None]
"""Path below the root → content; None for a folder."""


class Disk:
    """What the recorded program has made of the disk so far, and what of it is safe."""

    def __init__(self, root: Path) -> None:
        """root: as it is before the recording; all of it is safe."""
        self._root = root
        self._nodes: dict[int, File | Folder] = {}
        self._pending: list[Change] = []
        self.top = self._load(root)

    def _load(self, path: Path) -> Folder:
        folder = Folder()
        self._nodes[path.stat().st_ino] = folder
        for child in path.iterdir():
            node: File | Folder = self._load(child) if child.is_dir() else File(child.read_bytes())
            self._nodes[child.stat().st_ino] = node
            folder.names[child.name] = folder.safe[child.name] = node
        return folder

    def apply(self, step: Step) -> None:
        match step.kind:
            case "O" | "T":
                self._open(step)
            case "M":
                folder = Folder()
                self._nodes[step.inode] = folder
                self._change([(*self._place(step.one), folder)])
            case "W" | "L":
                node = self._nodes[step.inode]
                assert isinstance(node, File)
                node.pending.append(step)
            case "S":
                self._sync(self._nodes[step.inode])
            case "R":
                old, new = self._place(step.one), self._place(step.two)
                self._change([(*old, None), (*new, old[0].names[old[1]])])
            case "U":
                self._change([(*self._place(step.one), None)])

    def _open(self, step: Step) -> None:
        folder, name = self._place(step.one)
        node = folder.names.get(name)
        if node is None:
            node = File()
            self._change([(folder, name, node)])
        elif step.kind == "T":
            assert isinstance(node, File)
            node.pending.append(Step("L", step.inode, 0, b"", b""))
        self._nodes[step.inode] = node

    def _place(self, path: bytes) -> tuple[Folder, str]:
        parts = Path(path.decode()).relative_to(self._root).parts
        folder = self.top
        for part in parts[:-1]:
            inside = folder.names[part]
            assert isinstance(inside, Folder)
            folder = inside
        return folder, parts[-1]

    def _change(self, steps: list[tuple[Folder, str, File | Folder | None]]) -> None:
        self._pending.append(Change(steps))
        for folder, name, node in steps:
            _set(folder.names, name, node)

    def _sync(self, node: File | Folder) -> None:
        if isinstance(node, File):
            node.safe = node.content(node.pending)
            node.pending = []
            return
        done = [change for change in self._pending if any(folder is node for folder, _, _ in change.steps)]
        for change in done:
            for folder, name, child in change.steps:
                _set(folder.safe, name, child)
        self._pending = [change for change in self._pending if change not in done]

    # -- what a power cut now may leave --

    def states(self, variants: int, seed: int) -> Iterator[State]:
        """Nothing, all, and parts of what is not safe; `variants` of them by chance."""
        chance = random.Random(seed)

        def some(steps: list[Step]) -> list[Step]:
            return [_torn(step, chance) for step in steps if chance.random() < 0.6]

        def last(steps: list[Step]) -> list[Step]:
            return steps[-1:]

        def last_torn(steps: list[Step]) -> list[Step]:
            return [*steps[:-1], *(_torn(step, chance) for step in steps[-1:])]

        def everything(steps: list[Step]) -> list[Step]:
            return steps

        def nothing(_: list[Step]) -> list[Step]:
            return []

        for changes in ([], self._pending):
            for keep in (nothing, everything, last, last_torn):
                yield self._state(changes, keep)
        for _ in range(variants):
            yield self._state([change for change in self._pending if chance.random() < 0.6], some)

    def now(self) -> State:
        """As the program sees it."""
        return self._state(self._pending, lambda steps: steps)

    def _state(self, changes: list[Change], keep: Keep) -> State:
        names: dict[Folder, dict[str, File | Folder]] = {}
        for change in changes:
            for folder, name, node in change.steps:
                _set(names.setdefault(folder, dict(folder.safe)), name, node)
        state: State = {}

        def walk(folder: Folder, path: str) -> None:
            for name, node in names.get(folder, folder.safe).items():
                if isinstance(node, Folder):
                    state[f"{path}{name}"] = None
                    walk(node, f"{path}{name}/")
                elif not name.endswith("-shm"):
                    state[f"{path}{name}"] = node.content(keep(node.pending))

        walk(self.top, "")
        return state


def _set(names: dict[str, File | Folder], name: str, node: File | Folder | None) -> None:
    if node is None:
        names.pop(name, None)
    else:
        names[name] = node


def _torn(step: Step, chance: random.Random) -> Step:
    """A write of which only the sectors up to some place came to the disk."""
    if step.kind != "W" or len(step.one) <= SECTOR:
        return step
    first = SECTOR - step.offset % SECTOR
    ends = range(first, len(step.one), SECTOR)
    return Step("W", step.inode, step.offset, step.one[: chance.choice(ends)], b"") if ends else step


def lay(state: State, root: Path) -> None:
    """Make the state's files below `root`, which is there and empty."""
    for path, content in state.items():
        if content is None:
            (root / path).mkdir(parents=True)
        else:
            (root / path).write_bytes(content)
            (root / path).chmod(0o600)


def look(root: Path) -> State:
    """What is below `root`, as a state."""
    found = sorted(path for path in root.rglob("*") if not path.name.endswith("-shm"))
    return {str(path.relative_to(root)): None if path.is_dir() else path.read_bytes() for path in found}

"""A disk that can be full: a small tmpfs over a folder, seen by this process and its children alone; else a limit on the
size of the server's files."""

import ctypes
import os
import resource
from pathlib import Path

CLONE_NEWNS, CLONE_NEWUSER = 0x00020000, 0x10000000
MS_REC, MS_PRIVATE = 0x4000, 0x40000
PIECES = (1 << 20, 1 << 12)

libc = ctypes.CDLL(None, use_errno=True)


class SmallDisk:
    def __init__(self, folder: Path, megabytes: int):
        self.is_mounted = mount_privately(folder, megabytes)
        self._ballast = folder / "ballast"

    def fill(self) -> None:
        with open(self._ballast, "wb", buffering=0) as file:
            for size in PIECES:
                try:
                    while True:
                        file.write(bytes(size))
                except OSError:
                    pass

    def make_space(self) -> None:
        self._ballast.unlink()


def limit_files(process: int, size: int | None) -> None:
    """No file of the process may grow beyond that size; without one, as far as it likes."""
    resource.prlimit(process, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY if size is None else size, resource.RLIM_INFINITY))


def mount_privately(folder: Path, megabytes: int) -> bool:
    """Whether it could be done; who is not root needs user namespaces for it."""
    user, group = os.geteuid(), os.getegid()
    if libc.unshare(CLONE_NEWNS if user == 0 else CLONE_NEWNS | CLONE_NEWUSER) != 0:
        return False
    if user != 0:
        Path("/proc/self/setgroups").write_text("deny")
        Path("/proc/self/uid_map").write_text(f"0 {user} 1")
        Path("/proc/self/gid_map").write_text(f"0 {group} 1")
    if libc.mount(b"none", b"/", None, MS_REC | MS_PRIVATE, None) != 0:
        return False
    return libc.mount(b"tmpfs", os.fsencode(folder), b"tmpfs", 0, f"size={megabytes}m,mode=700".encode()) == 0

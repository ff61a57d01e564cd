"""
Git's index: which files are in the repository, and which of them may be run.
"""

from __future__ import annotations

from struct import pack, unpack

LARGEST = 32 * 1024 * 1024  # bytes
# Before an entry's name stand its flags (2 bytes), its hash (20), five numbers of 4 bytes each
# from the size back, and the mode (gitformat-index, versions 2 and 3).
MODE = 36  # bytes before the flags
EXECUTABLE, ORDINARY = 0o100755, 0o100644


class Index:
    """
    The entries of a file ``.git/index``; of what is not one, none.
    """

    def __init__(self, content: bytes) -> None:
        self._content = content

    @property
    def is_empty(self) -> bool:
        """
        Whether nothing is known of a repository.
        """
        return not self._content

    def has(self, path: str) -> bool:
        """
        Whether the file is tracked.
        """
        return self._flags(path) >= 0

    def is_executable(self, path: str) -> bool | None:
        """
        Whether git checks it out as a program, None where it does not say.
        """
        at = self._flags(path) - MODE
        if at < 0:
            return None
        (mode,) = unpack(">I", self._content[at : at + 4])
        return mode == EXECUTABLE if mode in (EXECUTABLE, ORDINARY) else None

    def first(self, folder: str) -> str:
        """
        Return the path of a file under a folder, nothing where there is none.

        :param folder: from the root, with a slash at its end.
        """
        at = self._content.find(name := folder.encode())
        while at >= 0:
            end = self._content.find(b"\0", at)
            # Only at the beginning of a path does its length stand before it.
            (length,) = unpack(">H", self._content[at - 2 : at].rjust(2, b"\0"))
            if length & 0xFFF == end - at:
                return self._content[at:end].decode("utf-8", "replace")
            at = self._content.find(name, at + 1)
        return ""

    def _flags(self, path: str) -> int:
        # An entry ends in the name's length, the name and a NUL.
        name = path.encode()
        if len(name) > 0xFFF:
            return -1
        return self._content.find(pack(">H", len(name)) + name + b"\0")

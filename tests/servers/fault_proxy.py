"""
A TCP proxy on loopback that delays, cuts and loses what passes, as a network may.

The faults are named after the toxics of https://github.com/Shopify/toxiproxy and,
like them, are switched while connections live.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
import struct
from collections.abc import Coroutine
from threading import Thread
from types import TracebackType

CHUNK = 65_536  # bytes
RESET_ON_CLOSE = struct.pack("ii", 1, 0)  # SO_LINGER on, for no time

Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]


class FaultProxy:
    """
    Forward connections to a port of loopback: `with FaultProxy(server.port) as proxy`.

    `latency` and `bandwidth`, in seconds and bytes a second, slow the answers.
    `limit_data` ends a connection after so many bytes of answer.
    `sent` is all that clients have sent and the proxy has taken, after its TLS if any.
    A connection ends as soon as either side closes it.

    With `tls` the proxy does the TLS in front of a plain server. That is for protocols
    that begin with the handshake, `rediss` and `https`; Postgres asks for TLS in its
    own protocol first, so forward that as it is.

    One thread runs an event loop, because a TLS socket cannot be read and written by
    two threads at once.
    """

    def __init__(
        self, upstream: int, *, tls: ssl.SSLContext | None = None, port: int = 0
    ) -> None:
        self.upstream = upstream
        self.tls = tls
        self.latency = 0.0
        self.bandwidth: int | None = None
        self.limit_data: int | None = None
        self.sent = b""

        self._loop = asyncio.new_event_loop()
        self._thread = Thread(target=self._loop.run_forever, name="fault proxy")
        self._passable = asyncio.Event()
        self._connections: dict[asyncio.Task[None], socket.socket] = {}
        self._listener = bind(port)
        self.port: int = self._listener.getsockname()[1]

    def __enter__(self) -> FaultProxy:
        self._thread.start()
        self._do(self._heal())
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._do(self._close())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    @property
    def connections(self) -> int:
        """
        Return how many connections live.
        """
        return len(self._connections)

    def blackhole(self) -> None:
        """
        Accept, take what is sent, and let nothing through in either direction.
        """
        self._do(self._blackhole())

    def refuse(self) -> None:
        """
        Refuse new connections; those that live, live on.
        """
        self._do(self._refuse())

    def reset(self) -> None:
        """
        Break all connections with a TCP reset; new ones are welcome.
        """
        self._do(self._reset())

    def heal(self) -> None:
        """
        End all faults; what the black hole kept is delivered.
        """
        self.latency = 0.0
        self.bandwidth = self.limit_data = None
        self._do(self._heal())

    def _do(self, work: Coroutine[None, None, None]) -> None:
        asyncio.run_coroutine_threadsafe(work, self._loop).result(timeout=10)

    # All below runs in the thread of the proxy.

    async def _heal(self) -> None:
        self._passable.set()
        self._listener.listen()
        self._loop.remove_reader(self._listener)
        self._loop.add_reader(self._listener, self._accept)

    async def _blackhole(self) -> None:
        self._passable.clear()

    async def _refuse(self) -> None:
        self._loop.remove_reader(self._listener)
        self._listener.close()
        self._listener = bind(self.port)  # keeps the port ours; listens when healed

    async def _reset(self) -> None:
        for client in self._connections.values():
            client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET_ON_CLOSE)
        await self._drop_connections()

    async def _close(self) -> None:
        self._loop.remove_reader(self._listener)
        self._listener.close()
        await self._drop_connections()

    async def _drop_connections(self) -> None:
        tasks = list(self._connections)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _accept(self) -> None:
        try:
            client, _ = self._listener.accept()
        except BlockingIOError:  # the client went away again
            return
        client.setblocking(False)
        task = self._loop.create_task(self._serve(client))
        self._connections[task] = client
        task.add_done_callback(self._forget)

    def _forget(self, task: asyncio.Task[None]) -> None:
        # Here, because a task that is cancelled early never runs its `finally`.
        self._connections.pop(task).close()

    async def _serve(self, client: socket.socket) -> None:
        writers: list[asyncio.StreamWriter] = []
        try:
            await self._passable.wait()
            questions, to_client = await self._welcome(client)
            writers.append(to_client)
            answers, to_server = await asyncio.open_connection(
                "127.0.0.1", self.upstream
            )
            writers.append(to_server)
            await first_of(
                self._pass_questions(questions, to_server),
                self._pass_answers(answers, to_client),
            )
            await flush(writers)
        except OSError:  # either side is gone; the other learns it below
            pass
        finally:
            for writer in writers:
                writer.transport.abort()

    async def _welcome(self, client: socket.socket) -> Streams:
        reader = asyncio.StreamReader()
        protocol = asyncio.StreamReaderProtocol(reader)
        transport, _ = await self._loop.connect_accepted_socket(
            lambda: protocol, client, ssl=self.tls
        )
        writer = asyncio.StreamWriter(transport, protocol, reader, self._loop)
        return reader, writer

    async def _pass_questions(
        self, source: asyncio.StreamReader, target: asyncio.StreamWriter
    ) -> None:
        while chunk := await source.read(CHUNK):
            self.sent += chunk
            await self._passable.wait()
            target.write(chunk)
            await target.drain()

    async def _pass_answers(
        self, source: asyncio.StreamReader, target: asyncio.StreamWriter
    ) -> None:
        passed = 0
        while chunk := await source.read(CHUNK):
            await asyncio.sleep(self.latency)
            while chunk:
                piece, chunk = self._split(chunk, passed)
                await self._pace(piece)
                await self._passable.wait()
                target.write(piece)
                await target.drain()
                passed += len(piece)
                if self.limit_data is not None and passed >= self.limit_data:
                    return

    def _split(self, chunk: bytes, passed: int) -> tuple[bytes, bytes]:
        size = len(chunk)
        if self.bandwidth:
            size = min(size, self.bandwidth // 20 or 1)  # smooth, and soon healed
        if self.limit_data is not None:
            size = min(size, max(self.limit_data - passed, 0))
        return chunk[:size], chunk[size:]

    async def _pace(self, piece: bytes) -> None:
        if self.bandwidth:
            await asyncio.sleep(len(piece) / self.bandwidth)


def bind(port: int) -> socket.socket:
    """
    Take a port without listening on it, so that clients are refused.
    """
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.setblocking(False)
    listener.bind(("127.0.0.1", port))
    return listener


async def first_of(*works: Coroutine[None, None, None]) -> None:
    """
    Run until the first ends, cancel the others, and pass an error on.
    """
    tasks = [asyncio.ensure_future(work) for work in works]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        results = await asyncio.gather(*tasks, return_exceptions=True)
    for error in results:
        if isinstance(error, OSError):
            raise error


async def flush(writers: list[asyncio.StreamWriter]) -> None:
    """
    Close in peace: what was written still arrives.
    """
    for writer in writers:
        writer.close()
    for writer in writers:
        await writer.wait_closed()

"""A line between a browser and a server that can be cut, go dead, or lose what comes back."""

import contextlib
import socket
import threading
from typing import Literal

#: up; down: nobody answers the door; dead: taken, and never answered; cut: asked, and the answer is lost.
State = Literal["up", "down", "dead", "cut"]


class Line:
    """Forwards TCP from a port of its own to ``port``, as ``state`` lets it."""

    def __init__(self, port: int) -> None:
        self.to, self.state = port, "up"
        #: Bytes of requests that reached the server, whole, in ``cut``.
        self.asked = b""
        #: What to say in place of something that is said, in either direction.
        self.swap: dict[bytes, bytes] = {}
        self._open: set[socket.socket] = set()
        self._door = socket.create_server(("127.0.0.1", 0), reuse_port=True)
        self.port: int = self._door.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        threading.Thread(target=self._listen, args=(self._door,), daemon=True).start()

    def turn(self, state: State) -> None:
        """From now on; what was open is closed."""
        was, self.state = self.state, state
        if state == "down":
            self._hang_up(self._door)
        elif was == "down":
            self._door = socket.create_server(("127.0.0.1", self.port), reuse_port=True)
            threading.Thread(target=self._listen, args=(self._door,), daemon=True).start()
        for one in list(self._open):
            self._hang_up(one)

    def _listen(self, door: socket.socket) -> None:
        while True:
            try:
                near, _ = door.accept()
            except OSError:
                return
            self._open.add(near)
            if self.state != "dead":
                threading.Thread(target=self._serve, args=(near, self.state), daemon=True).start()

    def _serve(self, near: socket.socket, state: State) -> None:
        far = socket.create_connection(("127.0.0.1", self.to))
        self._open.add(far)
        threading.Thread(target=self._pump, args=(near, far, state == "cut"), daemon=True).start()
        if state == "cut":
            with contextlib.suppress(OSError):
                far.recv(1)
            self._hang_up(near)
            self._hang_up(far)
        else:
            self._pump(far, near, False)

    def _pump(self, source: socket.socket, sink: socket.socket, note: bool) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(65536):
                self.asked += data if note else b""
                for said, instead in self.swap.items():
                    data = data.replace(said, instead)
                sink.sendall(data)
        self._hang_up(source)
        self._hang_up(sink)

    def _hang_up(self, one: socket.socket) -> None:
        self._open.discard(one)
        with contextlib.suppress(OSError):
            one.shutdown(socket.SHUT_RDWR)
        one.close()

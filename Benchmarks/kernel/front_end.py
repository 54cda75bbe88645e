"""A front-end that speaks raw ZeroMQ: signs what it sends, and looks at no more of what comes than it must.

jupyter_client does more work for a message than the kernels that are measured here.
"""
import hashlib
import hmac
import json
import os
import socket
import uuid

import zmq

DELIMITER = b"<IDS|MSG>"
#: A request that takes longer has been lost.
PATIENCE_MS = 120_000


class Lost(AssertionError):
    """A message that should have come did not, or came in the wrong order."""


class Connection:
    """Ports and key of a kernel, and the file that tells it of them."""

    def __init__(self, path):
        self.path = path
        self.key = uuid.uuid4().hex
        listeners = [socket.create_server(("127.0.0.1", 0)) for _ in range(5)]
        ports = [listener.getsockname()[1] for listener in listeners]
        for listener in listeners:
            listener.close()
        names = ["shell", "control", "stdin", "iopub", "hb"]
        self.ports = dict(zip(names, ports))
        with open(path, "w") as file:
            json.dump({
                "transport": "tcp", "ip": "127.0.0.1", "signature_scheme": "hmac-sha256", "key": self.key,
                **{f"{name}_port": port for name, port in self.ports.items()}}, file)

    def signature(self, frames):
        code = hmac.new(self.key.encode(), digestmod=hashlib.sha256)
        for frame in frames:
            code.update(frame)
        return code.hexdigest().encode()


class Message:
    """A message that came; its parts are read when they are asked for."""

    def __init__(self, frames):
        self.frames = frames[frames.index(DELIMITER) + 1:]

    @property
    def type(self):
        return json.loads(self.frames[1])["msg_type"]

    @property
    def parent(self):
        """The name of the request that caused it; None when none did."""
        return json.loads(self.frames[2]).get("msg_id")

    @property
    def content(self):
        return json.loads(self.frames[4])

    def is_signed_for(self, connection):
        return hmac.compare_digest(self.frames[0], connection.signature(self.frames[1:5]))


class FrontEnd:
    """One client of a kernel, with an identity of its own."""

    context = zmq.Context.instance()

    def __init__(self, connection, identity=None):
        self.connection = connection
        self.session = uuid.uuid4().hex
        self.sent = 0
        identity = identity or f"front-end-{os.getpid()}-{self.session[:8]}"
        self.shell = self.open(zmq.DEALER, "shell", identity)
        self.control = self.open(zmq.DEALER, "control", identity)
        self.iopub = self.open(zmq.SUB, "iopub", identity)
        self.poller = zmq.Poller()
        self.poller.register(self.shell, zmq.POLLIN)
        self.poller.register(self.iopub, zmq.POLLIN)

    def open(self, kind, channel, identity):
        socket = self.context.socket(kind)
        socket.linger = 0
        # A kernel that starts is found within a millisecond of its binding, not within the usual 100.
        socket.reconnect_ivl = 1
        socket.rcvhwm = socket.sndhwm = 0
        if kind == zmq.DEALER:
            socket.routing_id = identity.encode()
        else:
            socket.subscribe(b"")
        socket.connect(f"tcp://127.0.0.1:{self.connection.ports[channel]}")
        return socket

    def request(self, kind, subshell=None, **content):
        """The frames of a request, and its name."""
        self.sent += 1
        name = f"{self.session}_{self.sent}"
        header = {"msg_id": name, "msg_type": kind, "session": self.session, "username": "front-end",
                  "date": "2026-01-01T00:00:00.000000Z", "version": "5.4"}
        if subshell:
            header["subshell_id"] = subshell
        frames = [json.dumps(header).encode(), b"{}", b"{}", json.dumps(content).encode()]
        return name, [DELIMITER, self.connection.signature(frames), *frames]

    def execution(self, code, subshell=None, **content):
        """The frames of a cell, and the request's name."""
        options = {"silent": False, "store_history": True, "user_expressions": {}, "allow_stdin": False,
                   "stop_on_error": False}
        return self.request("execute_request", subshell, code=code, **{**options, **content})

    def run(self, code, patience=PATIENCE_MS, **content):
        """Runs a cell; its reply's content and all that was published under it."""
        name, frames = self.execution(code, **content)
        self.shell.send_multipart(frames)
        return self.gather(name, patience)

    def ask(self, kind, **content):
        """Makes a request on the shell channel; its reply's content and all that was published under it."""
        name, frames = self.request(kind, **content)
        self.shell.send_multipart(frames)
        return self.gather(name)

    def gather(self, name, patience=PATIENCE_MS):
        reply, published, isIdle = None, [], False
        while reply is None or not isIdle:
            ready = dict(self.poller.poll(patience))
            if not ready:
                raise Lost(f"no {'idle' if reply else 'reply'} to {name}")
            if self.shell in ready:
                message = Message(self.shell.recv_multipart())
                if message.parent == name:
                    reply = message.content
            if self.iopub in ready:
                message = Message(self.iopub.recv_multipart())
                if message.parent == name:
                    published.append(message)
                    isIdle |= message.type == "status" and message.content["execution_state"] == "idle"
        return reply, published

    def join(self):
        """Waits until what the kernel publishes is heard here."""
        for _ in range(100):
            self.ask_silently()
            if self.iopub.poll(100):
                break
        else:
            raise Lost("nothing is published")
        self.ask_silently()
        while self.iopub.poll(50):
            self.iopub.recv_multipart()

    def ask_silently(self):
        """Asks who the kernel is and waits for the reply alone."""
        name, frames = self.request("kernel_info_request")
        self.shell.send_multipart(frames)
        while self.shell.poll(PATIENCE_MS):
            if Message(self.shell.recv_multipart()).parent == name:
                return
        raise Lost("no reply to kernel_info_request")

    def shut_down(self):
        self.control.send_multipart(self.request("shutdown_request", restart=False)[1])

    def close(self):
        for socket in (self.shell, self.control, self.iopub):
            socket.close()

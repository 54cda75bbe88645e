"""A disk that stops answering, as one behind a network does that is gone: a file system of FUSE's, spoken by hand.

    with HungDisk(folder, {"model.safetensors": bytes_}) as disk:
        disk.hang("model.safetensors", after=1_000_000)

Source of the messages: Linux's include/uapi/linux/fuse.h, protocol 7.22.
"""
import ctypes
import os
import stat
import struct
import threading
import time

LOOKUP, FORGET, GETATTR, OPEN, READ, STATFS, RELEASE, FLUSH, INIT, OPENDIR, READDIR, RELEASEDIR, INTERRUPT, DESTROY = (
    1, 2, 3, 14, 15, 17, 18, 25, 26, 27, 28, 29, 36, 38)
ENOENT, ENOSYS = 2, 38
ROOT_NODE = 1
NOSUID_NODEV = 2 | 4
FORCE_AND_DETACH = 1 | 2
libc = ctypes.CDLL(None, use_errno=True)


class CannotMount(Exception):
    """This machine lets nobody here mount anything."""


class HungDisk:
    """Files in memory, mounted read-only at a folder."""

    def __init__(self, folder, files, *, age=0):
        self.folder, self.files = str(folder), files
        self.names = list(files)
        self.time = int(time.time() - age)
        # What hangs: reading a file from a byte on, or anything at all.
        self.limits, self.is_silent = {}, False

    def hang(self, name, *, after=0):
        """Answers no reading of the file that goes beyond its first `after` bytes."""
        self.limits[name] = after

    def hang_altogether(self):
        """Answers nothing any more."""
        self.is_silent = True

    def __enter__(self):
        try:
            self.device = os.open("/dev/fuse", os.O_RDWR)
        except OSError as error:
            raise CannotMount(str(error)) from error
        options = f"fd={self.device},rootmode=40000,user_id=0,group_id=0,allow_other"
        if libc.mount(b"hung", self.folder.encode(), b"fuse", NOSUID_NODEV, options.encode()):
            os.close(self.device)
            raise CannotMount(os.strerror(ctypes.get_errno()))
        threading.Thread(target=self.serve, daemon=True).start()
        return self

    def __exit__(self, *_):
        # Whatever waits for an answer gets an error.
        libc.umount2(self.folder.encode(), FORCE_AND_DETACH)
        os.close(self.device)

    def serve(self):
        while True:
            try:
                message = os.read(self.device, 1 << 20)
            except OSError:
                return
            operation, unique, node = struct.unpack_from("<IQQ", message, 4)
            answer = self.answer(operation, node, message[40:])
            if answer is None:
                continue
            error, body = answer
            try:
                os.write(self.device, struct.pack("<IiQ", 16 + len(body), -error, unique) + body)
            except OSError:
                return

    def answer(self, operation, node, body):
        """The error and the content to reply with; None for no reply."""
        if operation in (FORGET, INTERRUPT) or self.is_silent:
            return None
        if operation == INIT:
            return 0, struct.pack("<IIIIHHI", 7, 22, 0, 0, 16, 12, 1 << 16)
        if operation == LOOKUP:
            name = body.rstrip(b"\0").decode()
            if name not in self.files:
                return ENOENT, b""
            node = self.names.index(name) + 2
            return 0, struct.pack("<QQQQII", node, 0, 1, 1, 0, 0) + self.attributes(node)
        if operation == GETATTR:
            return 0, struct.pack("<QII", 1, 0, 0) + self.attributes(node)
        if operation in (OPEN, OPENDIR):
            return 0, struct.pack("<QII", 0, 0, 0)
        if operation == READ:
            offset, size = struct.unpack_from("<QI", body, 8)
            name = self.names[node - 2]
            end = min(offset + size, len(self.files[name]))
            if end > self.limits.get(name, end):
                return None
            return 0, self.files[name][offset:end]
        if operation == READDIR:
            return 0, self.entries(*struct.unpack_from("<QI", body, 8))
        if operation in (RELEASE, RELEASEDIR, FLUSH, DESTROY):
            return 0, b""
        return ENOSYS, b""

    def attributes(self, node):
        is_root = node == ROOT_NODE
        size = 0 if is_root else len(self.files[self.names[node - 2]])
        mode = stat.S_IFDIR | 0o555 if is_root else stat.S_IFREG | 0o444
        return struct.pack(
            "<QQQQQQIIIIIIIIII", node, size, (size + 511) // 512, self.time, self.time, self.time, 0, 0, 0, mode, 1,
            os.getuid(), os.getgid(), 0, 4096, 0)

    def entries(self, offset, room):
        body = b""
        for number, name in list(enumerate(self.names))[offset:]:
            entry = struct.pack("<QQII", number + 2, number + 1, len(name), stat.S_IFREG >> 12) + name.encode()
            entry += bytes(-len(entry) % 8)
            if len(body) + len(entry) > room:
                break
            body += entry
        return body

"""A Hugging Face hub on this machine, for Python's huggingface_hub and for `vitrine download`."""
import hashlib
import http.server
import json
import threading
import time

COMMIT = "0123456789" * 4


class Hub:
    """Serves one repository. `slow` is how long each tenth of a large file takes, in seconds."""

    def __init__(self, name, files, large=(), slow=0):
        self.name, self.files, self.large, self.slow = name, files, set(large), slow
        #: (method, file) of each request; the listing is "".
        self.requests = []
        hub = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_HEAD(self):
                hub.answer(self, with_body=False)

            def do_GET(self):
                hub.answer(self, with_body=True)

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()

    def fetched(self, file):
        """How often the bytes of a file were asked for."""
        return self.requests.count(("GET", file))

    def answer(self, handler, with_body):
        path = handler.path.split("?")[0]
        listing = f"/api/models/{self.name}/revision/main"
        if path == listing:
            self.requests.append((handler.command, ""))
            body = json.dumps({
                "id": self.name, "modelId": self.name, "sha": COMMIT, "tags": ["license:mit"],
                "siblings": [{"rfilename": file} for file in self.files], "cardData": {"license": "mit"},
                "private": False, "downloads": 0, "likes": 0,
            }).encode()
            return self.send(handler, 200, {}, body)
        for revision in ("main", COMMIT):
            start = f"/{self.name}/resolve/{revision}/"
            if path.startswith(start):
                return self.send_file(handler, path.removeprefix(start), with_body)
        return self.send(handler, 401, {"X-Error-Code": "RepoNotFound"}, b"")

    def send_file(self, handler, file, with_body):
        self.requests.append((handler.command, file))
        if file not in self.files:
            return self.send(handler, 404, {"X-Error-Code": "EntryNotFound", "X-Repo-Commit": COMMIT}, b"")
        body = self.files[file]
        headers = {"ETag": f'"{tag(body, file in self.large)}"', "X-Repo-Commit": COMMIT, "Accept-Ranges": "bytes"}
        status, first = 200, handler.headers.get("Range", "").removeprefix("bytes=").removesuffix("-")
        if first.isdigit():
            headers["Content-Range"] = f"bytes {first}-{len(body) - 1}/{len(body)}"
            status, body = 206, body[int(first):]
        return self.send(handler, status, headers, body, with_body, self.slow if file in self.large else 0)

    def send(self, handler, status, headers, body, with_body=True, slow=0):
        try:
            self.write(handler, status, headers, body, with_body, slow)
        except (BrokenPipeError, ConnectionResetError):
            handler.close_connection = True

    def write(self, handler, status, headers, body, with_body, slow):
        handler.send_response(status)
        for name, value in (headers | {"Content-Length": str(len(body))}).items():
            handler.send_header(name, value)
        handler.end_headers()
        step = max(1, -(-len(body) // 10))
        for start in range(0, len(body) if with_body else 0, step):
            handler.wfile.write(body[start:start + step])
            time.sleep(slow)


def tag(body, is_large):
    """What the hub calls a file: its SHA-256, or git's hash of a small one."""
    if is_large:
        return hashlib.sha256(body).hexdigest()
    return hashlib.sha1(b"blob %d\0" % len(body) + body).hexdigest()

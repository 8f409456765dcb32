"""A server that answers as a test has it, and keeps what it was asked."""

import gc
import http.server
import threading
from typing import NamedTuple


class Request(NamedTuple):
    method: str
    path: str
    headers: dict
    body: bytes


class Reply(NamedTuple):
    """What is answered; with `size` the header says so many bytes, whatever comes."""

    status: int = 200
    body: bytes = b""
    kind: str = "application/sparql-results+json"
    headers: tuple = ()
    size: int | None = None


class Stub:
    """
    A server on loopback; `answer` makes a reply of a request.

    While it is there nothing looks for garbage: an answer of the engine may be let go of by the thread alone that asked,
    and what a test that expects an error leaves in circles would be found by a thread of this server.
    """

    def __init__(self, answer):
        self.asked, self.connections = [], set()
        stub = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *_):
                pass

            def handle_any(self):
                stub.connections.add(self.client_address)
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                stub.asked.append(Request(self.command, self.path, dict(self.headers), body))
                reply = answer(stub.asked[-1])
                if reply is None:
                    self.close_connection = True
                    return
                self.send_response(reply.status)
                self.send_header("Content-Type", reply.kind)
                self.send_header("Content-Length", str(len(reply.body) if reply.size is None else reply.size))
                for name, value in reply.headers:
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(reply.body)
                self.close_connection = self.close_connection or reply.size is not None

        for method in ("GET", "POST", "PUT", "DELETE"):
            setattr(Handler, f"do_{method}", Handler.handle_any)

        class Server(http.server.ThreadingHTTPServer):
            daemon_threads = True

            def handle_error(self, *_):
                """A client that went away is what a test does."""

        gc.disable()
        self.server = Server(("127.0.0.1", 0), Handler)
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.01,), daemon=True)
        self.thread.start()
        self.url = f"http://127.0.0.1:{self.server.server_port}"

    def close(self):
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()
        gc.enable()

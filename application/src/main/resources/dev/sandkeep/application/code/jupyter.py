import glob, http.client, json, re, socket, struct, time, uuid

# Where servers note themselves, the language that is wanted, and whether somebody chose the directory.
RUNTIME, LANGUAGE, CHOSEN = sys.argv[1:4]
PORT = 44771
LOOK = 2
PATIENCE = 45
HASTE = 2
COLOURS = re.compile(r"\x1b\[[0-9;]*m")
HOST = {"": "127.0.0.1", "*": "127.0.0.1", "0.0.0.0": "127.0.0.1", "::": "::1"}


class Gone(Exception):
    """There is no kernel any more."""


class Refused(Exception):
    """What the server says instead of doing what it was asked for."""


class Server:
    def __init__(self, host, port, base, token, root):
        self.host, self.port, self.base, self.root = HOST.get(host, host), port, base, root
        # A server without a token wants to see the same word twice.
        word = uuid.uuid4().hex
        self.headers = {
            "Authorization": "token " + token, "Content-Type": "application/json",
            "Cookie": "_xsrf=" + word, "X-XSRFToken": word,
        }

    def ask(self, method, path, body=None, patience=PATIENCE):
        connection = http.client.HTTPConnection(self.host, self.port, timeout=patience)
        try:
            connection.request(method, self.base + path, body and json.dumps(body), self.headers)
            answer = connection.getresponse()
            text = answer.read().decode("utf-8", "replace")
        finally:
            connection.close()
        if answer.status >= 300:
            raise Refused("%s %s: %d %s" % (method, path, answer.status, text[:1000]))
        return json.loads(text) if text else None


UNUSABLE = (OSError, ValueError, KeyError, TypeError, AttributeError, http.client.HTTPException, Refused)


def noted(file):
    """The server that noted itself; none if it begins or ends at this moment, or cannot be spoken with like this."""
    try:
        with open(file) as note:
            found = json.load(note)
        if found.get("secure") or found.get("sock"):
            return None
        return Server(found["hostname"], found["port"], found["base_url"], found["token"], found["root_dir"])
    except UNUSABLE:
        return None


def find():
    """The first server that answers, and its kernels by their languages; the usual name of a kernel comes last."""
    servers = [noted(file) for file in sorted(glob.glob(glob.escape(RUNTIME) + "/jpserver-*.json"))]
    if "JUPYTER_TOKEN" in os.environ and not CHOSEN:
        port = os.environ.get("JUPYTER_PORT", "")
        servers.append(Server("", int(port) if port.isdigit() else PORT, "/", os.environ["JUPYTER_TOKEN"], None))
    for server in filter(None, servers):
        try:
            kernels = server.ask("GET", "api/kernelspecs", patience=LOOK)["kernelspecs"]
            names = sorted(kernels, key=lambda name: (name == "python3", name), reverse=True)
            return server, {kernels[name]["spec"]["language"].lower(): name for name in names}
        except UNUSABLE:
            continue
    return None, {}


class Channels:
    """A WebSocket with messages of a kernel."""

    def __init__(self, server, path):
        self.session = uuid.uuid4().hex
        self.bytes = bytearray()
        self.text = b""
        self.socket = socket.create_connection((server.host, server.port), PATIENCE)
        lines = ["GET %s%s?session_id=%s HTTP/1.1" % (server.base, path, self.session), "Host: localhost"]
        lines += ["%s: %s" % header for header in server.headers.items()]
        lines += ["Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13"]
        lines += ["Sec-WebSocket-Key: " + base64.b64encode(os.urandom(16)).decode(), "", ""]
        self.socket.sendall("\r\n".join(lines).encode())
        while b"\r\n\r\n" not in self.bytes:
            self.receive()
        head, _, self.bytes = self.bytes.partition(b"\r\n\r\n")
        if not head.startswith(b"HTTP/1.1 101"):
            raise Refused(head.decode("latin-1").splitlines()[0])

    def receive(self):
        more = self.socket.recv(65536)
        if not more:
            raise Gone("the connection to the kernel ended")
        self.bytes += more

    def frame(self):
        """The next one that arrived as a whole: its first byte, and what is in it."""
        size = self.bytes[1] if len(self.bytes) > 1 else 0
        at = {126: 4, 127: 10}.get(size, 2)
        if len(self.bytes) < at:
            return None
        end = at + (struct.unpack(">H" if at == 4 else ">Q", self.bytes[2:at])[0] if at > 2 else size)
        if len(self.bytes) < end:
            return None
        kind, content = self.bytes[0], bytes(self.bytes[at:end])
        del self.bytes[:end]
        return kind, content

    def messages(self):
        """Those that arrived."""
        frame = self.frame()
        while frame is not None:
            kind, content = frame
            if kind & 15 == 8:
                raise Gone("the connection to the kernel ended")
            if kind & 15 == 9:
                self.send(10, content)
            elif kind & 15 < 2:
                self.text += content
                if kind & 128:
                    text, self.text = self.text, b""
                    yield json.loads(text)
            frame = self.frame()

    def send(self, kind, content):
        size = len(content)
        head = struct.pack(">BB", 128 | kind, 128 | size) if size < 126 else (
            struct.pack(">BBH", 128 | kind, 254, size) if size < 65536 else struct.pack(">BBQ", 128 | kind, 255, size))
        # Masked with zeros, which there is nobody to protect from on the way within one machine.
        self.socket.sendall(head + bytes(4) + content)

    def say(self, channel, kind, content):
        header = {
            "msg_id": uuid.uuid4().hex, "msg_type": kind, "session": self.session, "username": "sandkeep",
            "date": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()), "version": "5.3",
        }
        message = {
            "header": header, "parent_header": {}, "metadata": {}, "content": content, "channel": channel,
            "buffers": [],
        }
        self.send(1, json.dumps(message).encode())
        return header["msg_id"]


def as_text(value):
    return value if isinstance(value, str) else json.dumps(value)


def forms(bundle):
    plain = {"text/plain": bundle["text/plain"]} if "text/plain" in bundle else {}
    return {kind: as_text(value) for kind, value in dict(plain, **bundle).items()}


class Kernel:
    def __init__(self, server, name):
        self.server = server
        # Relative, since that is what servers take; out of their own directory, too.
        place = {} if server.root is None else {"path": os.path.relpath(os.getcwd(), os.path.expanduser(server.root))}
        self.path = "api/kernels/" + server.ask("POST", "api/kernels", dict(place, name=name))["id"]
        self.asked = self.begun = self.wanted = False
        signal.signal(signal.SIGINT, self.interrupt)
        signal.signal(signal.SIGTERM, self.end)
        when_nobody_asks(self.end)

    def connect(self):
        self.channels = Channels(self.server, self.path + "/channels")
        info = self.channels.say("shell", "kernel_info_request", {})
        while all(parent != info or kind != "kernel_info_reply" for parent, kind, _ in self.arrived()):
            self.channels.receive()
        self.channels.socket.settimeout(None)

    def arrived(self):
        for message in self.channels.messages():
            kind, content = message["header"]["msg_type"], message["content"]
            if kind == "status" and content["execution_state"] in ("restarting", "dead"):
                raise Gone("the kernel ended")
            yield message["parent_header"].get("msg_id"), kind, content

    def interrupt(self, *_):
        """At once if the code runs, or as soon as it does; nothing if there is none."""
        self.wanted = not self.begun and (self.asked or requests in select.select([requests], [], [], 0)[0])
        if self.begun:
            try:
                self.server.ask("POST", self.path + "/interrupt", {})
            except (OSError, http.client.HTTPException, Refused):
                # The kernel ended, which the channels tell.
                pass

    def delete(self):
        """The server goes on with it when nobody waits for it any more."""
        try:
            self.server.ask("DELETE", self.path, patience=HASTE)
        except (OSError, http.client.HTTPException, Refused):
            pass

    def end(self, *_):
        self.delete()
        os._exit(143)

    def await_request(self):
        while requests not in select.select([requests, self.channels.socket], [], [])[0]:
            self.channels.receive()
            for _ in self.arrived():
                pass
        self.asked = True

    def run(self, code):
        self.failed = False
        ours = self.channels.say("shell", "execute_request", {
            "code": code, "silent": False, "store_history": True, "user_expressions": {}, "allow_stdin": False,
            "stop_on_error": True,
        })
        missing = {"reply", "idle"}
        leaving = False
        while missing:
            for parent, kind, content in self.arrived():
                if parent != ours:
                    continue
                if kind == "status" and content["execution_state"] == "idle":
                    missing.discard("idle")
                elif kind == "execute_reply":
                    missing.discard("reply")
                    if content["status"] != "ok" and not self.failed:
                        self.fail(content)
                    leaving = any(one.get("source") == "ask_exit" for one in content.get("payload") or [])
                else:
                    self.tell(kind, content)
            if missing:
                self.channels.receive()
        self.asked = self.begun = self.wanted = False
        if leaving:
            raise Gone("the kernel ended")

    def tell(self, kind, content):
        if kind == "execute_input":
            self.begun = True
            if self.wanted:
                self.interrupt()
        elif kind == "stream":
            write(told_errors if content["name"] == "stderr" else told, content["text"].encode("utf-8", "replace"))
        elif kind == "execute_result":
            tell_value("result", content["execution_count"], forms(content["data"]))
        elif kind in ("display_data", "update_display_data"):
            tell_value("shown", 0, forms(content["data"]))
        elif kind == "error":
            self.fail(content)
        elif kind == "input_request":
            self.channels.say("stdin", "input_reply", {"value": ""})

    def fail(self, content):
        self.failed = True
        name = content.get("ename") or ("CommandExecError" if LANGUAGE == "bash" else "Error")
        text = content.get("evalue") or content.get("status", "")
        lines = [line for part in content.get("traceback") or [] for line in part.splitlines()] or [name + ": " + text]
        tell_error(name, text, [COLOURS.sub("", line) for line in lines])


def serve():
    server, kernels = find()
    if LANGUAGE not in kernels:
        tell("none", *sorted(kernels))
        return
    kernel = None
    ready = False
    try:
        kernel = Kernel(server, kernels[LANGUAGE])
        kernel.connect()
        ready = True
        tell_both("ready")
        while True:
            kernel.await_request()
            kernel.run(request())
            tell_both("end")
    except (Gone, *UNUSABLE) as failed:
        # Whoever waits for the end of code sees that of this process.
        if not ready:
            tell("failed", str(failed) or type(failed).__name__)
        sys.exit(1)
    finally:
        if kernel is not None:
            kernel.delete()


serve()

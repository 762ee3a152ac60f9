import base64, fcntl, os, select, signal, sys

MARK = b"\x1e@TOKEN@"
PIECE = 3000
MOST_TEXT = 256 * 1024
MOST_RESULT = 2 * 1024 * 1024

# Private copies: what the code does to its own descriptors does not reach them.
requests, told, told_errors = (fcntl.fcntl(fd, fcntl.F_DUPFD_CLOEXEC, 64) for fd in (0, 1, 2))


def write(fd, data):
    while data:
        data = data[os.write(fd, data):]


def tell(*words):
    """One message: a kind, and texts; in pieces, each of which a pipe takes at once."""
    text = b" ".join([words[0].encode()] + [base64.b64encode(w.encode("utf-8", "replace")) or b"=" for w in words[1:]])
    while len(text) > PIECE:
        write(told, MARK + b"+" + text[:PIECE] + b"\n")
        text = text[PIECE:]
    write(told, MARK + b"." + text + b"\n")


def tell_both(kind):
    write(told_errors, MARK + b"." + kind.encode() + b"\n")
    tell(kind)


def tell_value(kind, number, forms):
    words = []
    room = MOST_RESULT
    for mime, text in forms.items():
        if len(text) > room:
            if mime != "text/plain":
                continue
            text = text[:room] + "..."
        room -= len(text)
        words += [mime, text]
    tell(kind, str(number), *words)


def tell_error(name, text, lines):
    """Of a long traceback the end."""
    kept, room = [], MOST_TEXT
    for line in reversed(lines):
        room -= len(line)
        if room < 0:
            break
        kept.insert(0, line.rstrip("\n"))
    tell("error", name, text[:MOST_TEXT], *kept)


def read(count):
    data = b""
    while len(data) < count:
        more = os.read(requests, count - len(data))
        if not more:
            sys.exit(0)
        data += more
    return data


def request():
    return read(int(read(16))).decode("utf-8")


def when_nobody_asks(end):
    """Without a server at the other end, nobody can use what this process holds."""

    def connection_changed(*_):
        poll = select.poll()
        poll.register(requests, 0)
        if any(what & (select.POLLHUP | select.POLLERR) for _, what in poll.poll(0)):
            end()

    signal.signal(signal.SIGIO, connection_changed)
    fcntl.fcntl(requests, fcntl.F_SETOWN, os.getpid())
    fcntl.fcntl(requests, fcntl.F_SETFL, fcntl.fcntl(requests, fcntl.F_GETFL) | os.O_ASYNC)

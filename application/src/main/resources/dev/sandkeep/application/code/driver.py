import ast, base64, builtins, fcntl, inspect, io, linecache, os, select, signal, sys, traceback, types

MARK = b"\x1e@TOKEN@"
PIECE = 3000
MOST_TEXT = 256 * 1024
MOST_RESULT = 2 * 1024 * 1024

# Private copies: what the code does to its own descriptors does not reach them.
requests, told, told_errors = (fcntl.fcntl(fd, fcntl.F_DUPFD_CLOEXEC, 64) for fd in (0, 1, 2))
nothing = os.open(os.devnull, os.O_RDONLY)
os.dup2(nothing, 0)
os.close(nothing)
sys.stdin = open(0, "r", encoding="utf-8", closefd=False)


def stream(fd):
    raw = io.FileIO(fd, "w", closefd=False)
    return io.TextIOWrapper(raw, encoding="utf-8", errors="backslashreplace", write_through=True)


sys.stdout = sys.__stdout__ = stream(1)
sys.stderr = sys.__stderr__ = stream(2)


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


def read(count):
    data = b""
    while len(data) < count:
        more = os.read(requests, count - len(data))
        if not more:
            sys.exit(0)
        data += more
    return data


def connection_changed(*_):
    """Without a server at the other end, nobody can use what this process holds."""
    poll = select.poll()
    poll.register(requests, 0)
    if any(what & (select.POLLHUP | select.POLLERR) for _, what in poll.poll(0)):
        os.killpg(0, signal.SIGKILL)


signal.signal(signal.SIGINT, signal.SIG_IGN)
signal.signal(signal.SIGIO, connection_changed)
fcntl.fcntl(requests, fcntl.F_SETOWN, os.getpid())
fcntl.fcntl(requests, fcntl.F_SETFL, fcntl.fcntl(requests, fcntl.F_GETFL) | os.O_ASYNC)

ours = sys.modules["__main__"]
main = types.ModuleType("__main__")
main.__builtins__ = builtins
sys.modules["__main__"] = main
names = main.__dict__

REPRESENTATIONS = (
    ("text/html", "_repr_html_"),
    ("text/markdown", "_repr_markdown_"),
    ("image/svg+xml", "_repr_svg_"),
    ("image/png", "_repr_png_"),
    ("image/jpeg", "_repr_jpeg_"),
    ("application/pdf", "_repr_pdf_"),
    ("text/latex", "_repr_latex_"),
    ("application/json", "_repr_json_"),
    ("application/javascript", "_repr_javascript_"),
)


def as_text(value):
    if isinstance(value, bytes):
        return base64.b64encode(value).decode("ascii")
    if isinstance(value, str):
        return value
    import json

    return json.dumps(value, default=str)


def found(value, name):
    """A representation, where the object has one; classes have methods for their objects, not for themselves."""
    if isinstance(value, type):
        return None
    method = getattr(value, name, None)
    if not callable(method):
        return None
    made = method()
    return made[0] if isinstance(made, tuple) else made


def representations(value):
    made = {"text/plain": repr(value)}
    for kind, name in REPRESENTATIONS:
        other = found(value, name)
        if other is not None:
            made[kind] = as_text(other)
    bundle = found(value, "_repr_mimebundle_")
    if isinstance(bundle, dict):
        made.update((str(kind), as_text(other)) for kind, other in bundle.items())
    return made


def show(kind, number, value):
    words = []
    room = MOST_RESULT
    for mime, text in representations(value).items():
        if len(text) > room:
            if mime != "text/plain":
                continue
            text = text[:room] + "..."
        room -= len(text)
        words += [mime, text]
    tell(kind, str(number), *words)


def display(*values, **_):
    """Shows values as results, as notebooks do."""
    for value in values:
        show("shown", 0, value)


builtins.display = display
sys.displayhook = display


def show_figures():
    """What was drawn and not shown, if the code uses that library."""
    pyplot = sys.modules.get("matplotlib.pyplot")
    if pyplot is None or not hasattr(pyplot, "get_fignums"):
        return
    for number in pyplot.get_fignums():
        figure = pyplot.figure(number)
        picture = io.BytesIO()
        figure.savefig(picture, format="png", bbox_inches="tight")
        pyplot.close(figure)
        tell("shown", "0", "text/plain", repr(figure), "image/png", base64.b64encode(picture.getvalue()).decode("ascii"))


class Waiting:
    """Runs what awaits, on one event loop for all of the code."""

    loop = None

    @classmethod
    def run(cls, compiled):
        value = eval(compiled, names)
        if not inspect.isawaitable(value) or not compiled.co_flags & inspect.CO_COROUTINE:
            return value
        import asyncio

        if cls.loop is None or cls.loop.is_closed():
            cls.loop = asyncio.new_event_loop()
            asyncio.set_event_loop(cls.loop)
        task = cls.loop.create_task(value)
        try:
            return cls.loop.run_until_complete(task)
        except KeyboardInterrupt:
            task.cancel()
            cls.loop.run_until_complete(asyncio.gather(task, return_exceptions=True))
            raise


def run(code, number):
    place = "<cell %d>" % number
    linecache.cache[place] = (len(code), None, code.splitlines(True), place)
    tree = ast.parse(code, place)
    last = None
    if tree.body and isinstance(tree.body[-1], ast.Expr) and not code.rstrip().endswith(";"):
        last = ast.Expression(tree.body.pop().value)
    flags = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
    if tree.body:
        Waiting.run(compile(tree, place, "exec", flags, dont_inherit=True))
    if last is not None:
        value = Waiting.run(compile(last, place, "eval", flags, dont_inherit=True))
        if value is not None:
            names["_"] = value
            show("result", number, value)
    show_figures()


def describe(error):
    """The traceback as usual, without what is ours of it."""
    trace = error.__traceback__
    while trace is not None and not trace.tb_frame.f_code.co_filename.startswith("<cell "):
        trace = trace.tb_next
    try:
        lines = traceback.format_exception(type(error), error, trace)
        text = str(error)
    except Exception as broken:
        lines, text = ["%s: %r\n" % (type(error).__name__, broken)], repr(broken)
    kept, room = [], MOST_TEXT
    for line in reversed(lines):
        room -= len(line)
        if room < 0:
            break
        kept.insert(0, line.rstrip("\n"))
    tell("error", type(error).__name__, text[:MOST_TEXT], *kept)


def flush():
    for output in (sys.stdout, sys.stderr):
        try:
            output.flush()
        except Exception:
            # The code may have put anything in their place, and closed it.
            pass


def guarded(code, number):
    """An interrupt reaches the code, and what tells of it is out of its reach."""
    failure = None
    try:
        try:
            signal.signal(signal.SIGINT, signal.default_int_handler)
            run(code, number)
        finally:
            signal.signal(signal.SIGINT, signal.SIG_IGN)
    except BaseException as error:
        failure = error
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    flush()
    if failure is not None:
        describe(failure)


def serve():
    number = 0
    write(told_errors, MARK + b".ready\n")
    tell("ready")
    while True:
        length = int(read(16))
        number += 1
        guarded(read(length).decode("utf-8"), number)
        write(told_errors, MARK + b".end\n")
        tell("end")


serve()

import ast, builtins, inspect, io, linecache, traceback, types

nothing = os.open(os.devnull, os.O_RDONLY)
os.dup2(nothing, 0)
os.close(nothing)
sys.stdin = open(0, "r", encoding="utf-8", closefd=False)


def stream(fd):
    raw = io.FileIO(fd, "w", closefd=False)
    return io.TextIOWrapper(raw, encoding="utf-8", errors="backslashreplace", write_through=True)


sys.stdout = sys.__stdout__ = stream(1)
sys.stderr = sys.__stderr__ = stream(2)

signal.signal(signal.SIGINT, signal.SIG_IGN)
when_nobody_asks(lambda: os.killpg(0, signal.SIGKILL))

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
    tell_value(kind, number, representations(value))


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
    tell_error(type(error).__name__, text, lines)


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
    tell_both("ready")
    while True:
        code = request()
        number += 1
        guarded(code, number)
        tell_both("end")


serve()

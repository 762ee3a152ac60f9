"""A kernel for SQL on a database in memory, so that there is a language that needs a kernel."""

import sqlite3

from ipykernel.kernelapp import IPKernelApp
from ipykernel.kernelbase import Kernel


class SqlKernel(Kernel):
    implementation = "sql"
    implementation_version = "1"
    language_info = {"name": "sql", "mimetype": "application/sql", "file_extension": ".sql"}
    banner = "SQL"

    def __init__(self, **options):
        super().__init__(**options)
        self.database = sqlite3.connect(":memory:")

    def do_execute(self, code, silent, store_history=True, user_expressions=None, allow_stdin=False, **_):
        try:
            rows = self.database.execute(code).fetchall()
        except sqlite3.Error as failed:
            # As kernels do that are made like this: the error is in the reply only.
            return {"status": "error", "ename": type(failed).__name__, "evalue": str(failed), "traceback": []}
        if rows:
            result = {"data": {"text/plain": "\n".join(map(str, rows))}, "metadata": {}, "execution_count": self.execution_count}
            self.send_response(self.iopub_socket, "execute_result", result)
        return {"status": "ok", "execution_count": self.execution_count, "payload": [], "user_expressions": {}}


if __name__ == "__main__":
    IPKernelApp.launch_instance(kernel_class=SqlKernel)

"""Runs code in a sandbox of a running server with the public code interpreter SDK, and checks every answer."""

import os
import threading
import unittest
from datetime import timedelta

from code_interpreter.models.code_sync import CodeContextSync
from code_interpreter.sync.code_interpreter import CodeInterpreterSync
from opensandbox.config.connection_sync import ConnectionConfigSync
from opensandbox.exceptions import SandboxApiException
from opensandbox.models.execd_sync import ExecutionHandlersSync
from opensandbox.sync.sandbox import SandboxSync

# An image with a Jupyter server, if there is one.
JUPYTER = os.environ.get("SANDKEEP_TEST_JUPYTER_IMAGE")


def texts(messages):
    return "".join(message.text for message in messages)


def create(image, entrypoint, memory):
    return SandboxSync.create(
        image,
        entrypoint=entrypoint,
        resource={"cpu": "1", "memory": memory},
        metadata={"client": "python-code"},
        connection_config=ConnectionConfigSync(
            domain=os.environ["SANDKEEP_TEST_SERVER"], api_key=os.environ["SANDKEEP_TEST_KEY"]
        ),
    )


class CodeCases:
    """What holds whoever runs the code."""

    @classmethod
    def use(cls, sandbox, **options):
        cls.addClassCleanup(sandbox.close)
        cls.addClassCleanup(sandbox.kill)
        interpreter = CodeInterpreterSync.create(sandbox, **options)
        cls.addClassCleanup(interpreter.close)
        cls.interpreter = interpreter
        cls.codes = interpreter.codes

    def test_a_value_and_both_outputs_are_told(self):
        context = self.codes.create_context("python")

        execution = self.codes.run("import sys\nprint('out')\nprint('err', file=sys.stderr)\n2 + 2", context=context)

        self.assertEqual(execution.id, context.id)
        self.assertEqual(texts(execution.logs.stdout), "out\n")
        self.assertEqual(texts(execution.logs.stderr), "err\n")
        self.assertEqual([result.text for result in execution.result], ["4"])
        self.assertEqual(execution.execution_count, 1)
        self.assertIsNone(execution.error)
        self.assertIsNotNone(execution.complete)

    def test_the_state_stays_in_its_context_and_in_no_other(self):
        one = self.codes.create_context("python")
        other = self.codes.create_context("python")

        self.codes.run("x = 41", context=one)

        self.assertEqual(self.codes.run("x + 1", context=one).result[0].text, "42")
        self.assertEqual(self.codes.run("x", context=other).error.name, "NameError")

    def test_a_language_has_a_context_of_its_own_accord(self):
        first = self.codes.run("y = 7", language="python")
        second = self.codes.run("y", language="python")
        shell = self.codes.run("z=8; echo $z", language="bash")

        self.assertEqual(first.id, second.id)
        self.assertEqual(second.result[0].text, "7")
        self.assertEqual(texts(shell.logs.stdout), "8\n")
        self.assertIn(first.id, [context.id for context in self.codes.list_contexts("python")])

    def test_an_error_has_a_name_a_text_and_a_traceback_and_the_state_stays(self):
        context = self.codes.create_context("python")
        self.codes.run("x = 1", context=context)

        error = self.codes.run("def f():\n    return x / 0\nf()", context=context).error

        self.assertEqual((error.name, error.value), ("ZeroDivisionError", "division by zero"))
        self.assertIn("return x / 0", "\n".join(error.traceback))
        self.assertEqual(self.codes.run("x", context=context).result[0].text, "1")

    def test_a_command_in_bash_that_fails_is_an_error_with_its_exit_code(self):
        execution = self.codes.run("(exit 7)", language="bash")

        self.assertEqual((execution.error.name, execution.error.value), ("CommandExecError", "7"))

    def test_output_is_told_while_the_code_runs_which_is_interrupted_by_its_id(self):
        context = self.codes.create_context("python")
        self.codes.run("x = 5", context=context)
        begun = threading.Event()
        ids, executions = [], []
        handlers = ExecutionHandlersSync(on_init=lambda init: ids.append(init.id), on_stdout=lambda _: begun.set())
        code = "import time\nprint('begun')\nwhile True: time.sleep(0.1)"
        thread = threading.Thread(
            target=lambda: executions.append(self.codes.run(code, context=context, handlers=handlers))
        )
        thread.start()
        self.assertTrue(begun.wait(30))

        self.codes.interrupt(ids[0])
        thread.join(20)

        self.assertFalse(thread.is_alive())
        self.assertEqual(executions[0].id, ids[0])
        self.assertEqual(executions[0].error.name, "KeyboardInterrupt")
        self.assertEqual(self.codes.run("x", context=context).result[0].text, "5")

    def test_contexts_are_read_listed_and_deleted(self):
        context = self.codes.create_context("bash")

        read = self.codes.get_context(context.id)
        listed = [one.id for one in self.codes.list_contexts("bash")]
        self.codes.delete_context(context.id)

        self.assertEqual((read.id, read.language), (context.id, "bash"))
        self.assertIn(context.id, listed)
        with self.assertRaises(SandboxApiException) as refusal:
            self.codes.get_context(context.id)
        self.assertEqual(refusal.exception.status_code, 404)
        self.assertEqual(refusal.exception.error.code, "CONTEXT_NOT_FOUND")
        self.codes.create_context("bash")
        self.codes.delete_contexts("bash")
        self.assertEqual(self.codes.list_contexts("bash"), [])

    def test_code_in_a_context_that_is_not_there_is_refused(self):
        with self.assertRaises(SandboxApiException) as refusal:
            self.codes.run("1", context=CodeContextSync(id="0" * 32, language="python"))
        self.assertEqual(refusal.exception.status_code, 404)

    def test_a_language_that_is_not_there_is_refused_at_once(self):
        with self.assertRaises(SandboxApiException) as refusal:
            self.codes.create_context("java")
        self.assertEqual(refusal.exception.status_code, 400)
        self.assertIn("python, bash, javascript", refusal.exception.error.message)


class ImageTest(CodeCases, unittest.TestCase):
    """In interpreters of the image. There is nothing of Jupyter's to wait for."""

    @classmethod
    def setUpClass(cls):
        cls.use(create("python:3.11", ["sleep", "1000"], "256Mi"), skip_health_check=True)


@unittest.skipIf(JUPYTER is None, "there is no image with Jupyter")
class JupyterTest(CodeCases, unittest.TestCase):
    """In kernels of a Jupyter server in the sandbox, which the SDK waits for."""

    @classmethod
    def setUpClass(cls):
        server = ["python3", "-m", "jupyter_server", "--allow-root", "--no-browser", "--ip=127.0.0.1", "--port=44771"]
        # A server with kernels takes long to start on a machine that has a lot to do.
        cls.use(create(JUPYTER, server, "1Gi"), ready_timeout=timedelta(minutes=3))

    def test_the_interpreter_is_healthy(self):
        self.assertTrue(self.interpreter.is_healthy())

    def test_a_language_that_only_a_kernel_has_works(self):
        context = self.codes.create_context("sql")
        self.codes.run("create table numbers (n)", context=context)
        self.codes.run("insert into numbers values (42)", context=context)

        self.assertEqual(self.codes.run("select n from numbers", context=context).result[0].text, "(42,)")

    def test_a_figure_is_shown(self):
        execution = self.codes.run(
            "import matplotlib.pyplot as plt\nplt.plot([1, 2])\nplt.show()", language="python"
        )

        self.assertIsNone(execution.error)
        # The client keeps no other form than the text.
        self.assertIn("Figure", execution.result[0].text)


if __name__ == "__main__":
    unittest.main(verbosity=2)

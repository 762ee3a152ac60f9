"""Works in a sandbox of a running server with the public SDK, and checks every answer."""

import os
import threading
import time
import unittest
from datetime import datetime, timedelta, timezone
from io import BytesIO

import httpx
from opensandbox.config.connection_sync import ConnectionConfigSync
from opensandbox.exceptions import SandboxApiException
from opensandbox.models.execd import RunCommandOpts
from opensandbox.models.execd_sync import ExecutionHandlersSync
from opensandbox.models.filesystem import (
    ContentReplaceEntry,
    DirectoryListEntry,
    MoveEntry,
    SearchEntry,
    SetPermissionEntry,
    WriteEntry,
)
from opensandbox.sync.sandbox import SandboxSync

# What the sandboxes of the server are made on, docker or kubernetes; the latter runs commands as the user of the image.
RUNTIME = os.environ.get("SANDKEEP_TEST_RUNTIME", "docker")


def texts(messages):
    return [message.text for message in messages]


def until(condition):
    """Waits for a condition that only time brings."""
    for _ in range(300):
        found = condition()
        if found:
            return found
        time.sleep(0.1)
    raise AssertionError("waited in vain")


class ExecutionTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.sandbox = SandboxSync.create(
            "python:3.11",
            entrypoint=["sleep", "1000"],
            resource={"cpu": "500m", "memory": "128Mi"},
            metadata={"client": "python-exec"},
            connection_config=ConnectionConfigSync(
                domain=os.environ["SANDKEEP_TEST_SERVER"], api_key=os.environ["SANDKEEP_TEST_KEY"]
            ),
        )
        cls.addClassCleanup(cls.sandbox.close)
        cls.addClassCleanup(cls.sandbox.kill)
        cls.commands = cls.sandbox.commands
        cls.files = cls.sandbox.files

    def start(self, command, **options):
        return self.commands.run(command, opts=RunCommandOpts(background=True, **options)).id

    def status(self, id):
        return self.commands.get_command_status(id)

    def ended(self, id):
        return until(lambda: (lambda status: None if status.running else status)(self.status(id)))

    def test_the_endpoint_has_the_port_at_its_end_and_needs_its_headers(self):
        endpoint = self.sandbox.get_endpoint(44772)

        self.assertTrue(self.sandbox.is_healthy())
        self.assertTrue(endpoint.endpoint.endswith("/44772"))
        self.assertEqual(httpx.get(f"http://{endpoint.endpoint}/ping").status_code, 401)

    def test_the_metrics_are_those_of_the_sandbox(self):
        metrics = self.sandbox.get_metrics()

        self.assertEqual(metrics.cpu_count, 0.5)
        self.assertTrue(0 <= metrics.cpu_used_percentage <= 100)
        self.assertEqual(metrics.memory_total_in_mib, 128)
        self.assertTrue(0 < metrics.memory_used_in_mib < 128)
        self.assertLess(abs(time.time() * 1000 - metrics.timestamp), 60_000)

    def test_a_command_is_told_with_its_output_and_its_exit_code(self):
        execution = self.commands.run("echo one; echo two >&2; echo; printf three")

        self.assertEqual(execution.exit_code, 0)
        self.assertEqual(texts(execution.logs.stdout), ["one", "\n", "three"])
        self.assertEqual(texts(execution.logs.stderr), ["two"])
        self.assertIsNone(execution.error)
        self.assertTrue(execution.id)

    def test_a_command_that_fails_tells_its_exit_code_as_an_error(self):
        execution = self.commands.run("no-such-program-at-all")

        self.assertEqual(execution.exit_code, 127)
        self.assertEqual(execution.error.name, "CommandExecError")
        self.assertIn("no-such-program-at-all", execution.logs.stderr[0].text)
        self.assertIsNone(execution.complete)

    def test_directory_and_environment_are_those_of_the_call(self):
        execution = self.commands.run(
            "pwd; echo \"$GREETING\"",
            opts=RunCommandOpts(working_directory="/tmp", envs={"GREETING": "héllo  'x'"}),
        )

        self.assertEqual(texts(execution.logs.stdout), ["/tmp", "héllo  'x'"])

    def test_the_user_is_that_of_the_call_where_the_runtime_can_choose_it(self):
        def run():
            return self.commands.run("id -u; id -g", opts=RunCommandOpts(uid=1234, gid=4321))

        if RUNTIME == "docker":
            self.assertEqual(texts(run().logs.stdout), ["1234", "4321"])
            return
        with self.assertRaises(SandboxApiException) as refusal:
            run()
        self.assertEqual(refusal.exception.status_code, 400)
        self.assertEqual(refusal.exception.error.code, "INVALID_REQUEST")

    def test_output_is_told_while_the_command_goes_on(self):
        seen = []
        execution = self.commands.run(
            "echo first; sleep 1; echo second",
            handlers=ExecutionHandlersSync(on_stdout=lambda message: seen.append((message.text, time.monotonic()))),
        )

        self.assertEqual([text for text, _ in seen], ["first", "second"])
        self.assertGreater(seen[1][1] - seen[0][1], 0.5)
        self.assertEqual(execution.exit_code, 0)

    def test_a_timeout_ends_the_command(self):
        execution = self.commands.run("sleep 1000", opts=RunCommandOpts(timeout=timedelta(seconds=1)))

        self.assertEqual(execution.exit_code, 137)
        self.assertIn("timeout", execution.error.traceback[0])

    def test_a_running_command_is_interrupted(self):
        begun = threading.Event()
        ids, executions = [], []

        def run():
            executions.append(
                self.commands.run(
                    "sleep 1000 & wait",
                    handlers=ExecutionHandlersSync(on_init=lambda init: (ids.append(init.id), begun.set())),
                )
            )

        thread = threading.Thread(target=run)
        thread.start()
        self.assertTrue(begun.wait(15))
        self.assertTrue(self.status(ids[0]).running)
        self.commands.interrupt(ids[0])
        thread.join(20)

        self.assertFalse(thread.is_alive())
        self.assertEqual(executions[0].id, ids[0])
        self.assertEqual(executions[0].exit_code, 143)
        self.assertFalse(self.status(ids[0]).running)

    def test_a_background_command_has_a_status_and_a_log_that_is_read_on(self):
        id = self.start("echo one; echo two >&2; sleep 1; echo three; exit 3")

        self.assertIsInstance(self.status(id).running, bool)
        first = until(
            lambda: (lambda logs: logs if "two" in logs.content else None)(
                self.commands.get_background_command_logs(id)
            )
        )
        status = self.ended(id)
        rest = self.commands.get_background_command_logs(id, cursor=first.cursor)

        self.assertEqual(status.exit_code, 3)
        self.assertLess(abs(datetime.now(timezone.utc) - status.started_at), timedelta(minutes=1))
        self.assertEqual(first.content + rest.content, "one\ntwo\nthree\n")

    def test_a_background_command_is_interrupted(self):
        id = self.start("sleep 1000")

        self.commands.interrupt(id)

        self.assertEqual(self.ended(id).exit_code, 143)

    def test_an_unknown_command_is_not_there(self):
        with self.assertRaises(SandboxApiException) as refusal:
            self.status("0" * 32)
        self.assertEqual(refusal.exception.status_code, 404)
        self.assertEqual(refusal.exception.error.code, "CONTEXT_NOT_FOUND")

    def test_a_session_keeps_the_directory_and_the_variables(self):
        session = self.commands.create_session(working_directory="/tmp/py session")

        made = self.commands.run_in_session(session, "pwd; export GREETING='héllo'; cd /")
        kept = self.commands.run_in_session(session, "pwd; echo $GREETING; echo err >&2")
        elsewhere = self.commands.run_in_session(session, "pwd", working_directory="/var")
        failed = self.commands.run_in_session(session, "sh -c 'exit 7'")
        late = self.commands.run_in_session(session, "sleep 1000", timeout=timedelta(seconds=1))
        after = self.commands.run_in_session(session, "echo $GREETING; pwd")

        self.assertEqual((made.id, texts(made.logs.stdout), made.exit_code), (session, ["/tmp/py session"], 0))
        self.assertEqual(texts(kept.logs.stdout), ["/", "héllo"])
        self.assertEqual(texts(kept.logs.stderr), ["err"])
        self.assertEqual(texts(elsewhere.logs.stdout), ["/var"])
        self.assertEqual((failed.exit_code, failed.error.value, failed.complete), (7, "7", None))
        self.assertEqual(late.exit_code, 137)
        self.assertEqual(texts(after.logs.stdout), ["héllo", "/var"])
        self.commands.delete_session(session)
        with self.assertRaises(SandboxApiException) as refusal:
            self.commands.run_in_session(session, "true")
        self.assertEqual(refusal.exception.status_code, 400)

    def test_files_are_written_read_found_changed_and_removed(self):
        root = "/tmp/fs_test"
        self.files.create_directories([WriteEntry(path=root, mode=755), WriteEntry(path=root + "/to", mode=644)])
        self.files.write_files(
            [
                WriteEntry(path=root + "/a.txt", data="one two one", mode=644),
                WriteEntry(path=root + "/b.bin", data=bytes(range(256)) * 1000),
                WriteEntry(path=root + "/c.txt", data=BytesIO(b"stream"), mode=600, owner="nobody", group="nogroup"),
            ]
        )

        self.assertEqual(self.files.read_file(root + "/a.txt"), "one two one")
        self.assertEqual(self.files.read_bytes(root + "/b.bin"), bytes(range(256)) * 1000)
        self.assertEqual(self.files.read_bytes(root + "/b.bin", range_header="bytes=0-9"), bytes(range(10)))
        self.assertEqual(b"".join(self.files.read_bytes_stream(root + "/c.txt")), b"stream")
        info = self.files.get_file_info([root + "/c.txt", root])
        self.assertEqual(
            (info[root + "/c.txt"].owner, info[root + "/c.txt"].group, info[root + "/c.txt"].mode),
            ("nobody", "nogroup", 600),
        )
        self.assertEqual((info[root].mode, info[root].entry_type), (755, "directory"))
        self.assertLess(
            abs(info[root + "/c.txt"].modified_at - info[root + "/c.txt"].created_at), timedelta(seconds=2)
        )
        self.assertEqual(len(self.files.search(SearchEntry(path=root, pattern="*"))), 3)
        self.assertEqual(
            [entry.path for entry in self.files.list_directory(DirectoryListEntry(path=root))],
            [root + "/a.txt", root + "/b.bin", root + "/c.txt", root + "/to"],
        )

        self.files.set_permissions([SetPermissionEntry(path=root + "/a.txt", mode=755, owner="nobody", group="nogroup")])
        replaced = self.files.replace_contents_detailed(
            [ContentReplaceEntry(path=root + "/a.txt", old_content="one", new_content="1")]
        )
        self.files.replace_contents([ContentReplaceEntry(path=root + "/a.txt", old_content="two", new_content="2")])
        self.files.move_files([MoveEntry(src=root + "/a.txt", dest=root + "/to/moved")])

        self.assertEqual([result.replaced_count for result in replaced], [2])
        self.assertEqual(self.files.read_file(root + "/to/moved"), "1 2 1")
        self.files.delete_files([root + "/to/moved", root + "/missing"])
        with self.assertRaises(SandboxApiException) as refusal:
            self.files.read_file(root + "/to/moved")
        self.assertEqual(refusal.exception.error.code, "FILE_NOT_FOUND")
        self.files.delete_directories([root])
        self.assertEqual(self.commands.run("ls /tmp | grep fs_test").exit_code, 1)

    def test_a_link_is_read_for_what_it_points_to(self):
        self.assertEqual(self.files.get_file_info(["/etc/os-release"])["/etc/os-release"].entry_type, "symlink")
        self.assertIn("ID=", self.files.read_file("/etc/os-release"))


if __name__ == "__main__":
    unittest.main(verbosity=2)

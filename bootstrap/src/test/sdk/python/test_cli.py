"""The quick start of the public command line, osb, word for word but for the image, on a running server."""

import json
import os
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path


class CommandLineTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.home = tempfile.TemporaryDirectory()
        cls.osb("config", "init")
        cls.osb("config", "set", "connection.domain", os.environ["SANDKEEP_TEST_SERVER"])
        cls.osb("config", "set", "connection.protocol", "http")
        cls.osb("config", "set", "connection.api_key", os.environ["SANDKEEP_TEST_KEY"])

    @classmethod
    def tearDownClass(cls):
        cls.home.cleanup()

    @classmethod
    def osb(cls, *arguments, expected=0):
        """What it prints; it ends with the expected code."""
        program = Path(sys.executable).with_name("osb")
        config = Path(cls.home.name) / "osb.toml"
        done = subprocess.run(
            [program, "--config", config, *arguments], capture_output=True, text=True, timeout=90, check=False
        )
        assert done.returncode == expected, f"osb {arguments}: {done.returncode}\n{done.stdout}\n{done.stderr}"
        return done.stdout

    @classmethod
    def osb_json(cls, *arguments):
        return json.loads(cls.osb(*arguments, "-o", "json"))

    def test_quick_start(self):
        sandbox = self.osb_json("sandbox", "create", "--image", "python:3.11", "--timeout", "30m")["id"]
        try:
            self.assertEqual(self.osb_json("sandbox", "get", sandbox)["status"]["state"], "Running")
            self.assertTrue(self.osb_json("sandbox", "health", sandbox)["healthy"])
            self.assertEqual(
                self.osb("command", "run", sandbox, "-o", "raw", "--", "python", "-c", "print(1 + 1)").strip(), "2"
            )
            self.osb_json("file", "write", sandbox, "/workspace/hello.txt", "-c", "hello")
            self.assertEqual(self.osb("file", "cat", sandbox, "/workspace/hello.txt", "-o", "raw"), "hello")
            self.assertIn(sandbox, self.osb("sandbox", "list", "-o", "json"))
            self.assertTrue(
                self.osb_json("sandbox", "endpoint", sandbox, "--port", "8000")["endpoint"].endswith("/8000")
            )
            self.assertEqual(self.osb_json("egress", "get", sandbox)["default_action"], "allow")
            snapshot = self.osb_json("snapshot", "create", sandbox, "--name", "golden")["id"]
            self.osb_json("snapshot", "get", snapshot)
        finally:
            self.osb_json("sandbox", "kill", sandbox)
        self.osb("sandbox", "get", sandbox, "-o", "json", expected=1)
        self.osb("snapshot", "delete", snapshot, "-o", "json")


if __name__ == "__main__":
    unittest.main()

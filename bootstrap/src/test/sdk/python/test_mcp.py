"""The minimal workflow of the public MCP server, as an agent's client asks for it, on a running server of ours."""

import os
import sys
import unittest
from pathlib import Path

from mcp import ClientSession, StdioServerParameters
from mcp.client.stdio import stdio_client


class McpServerTest(unittest.IsolatedAsyncioTestCase):
    async def call(self, session, tool, **arguments):
        answer = await session.call_tool(tool, arguments)
        self.assertFalse(answer.is_error, f"{tool}: {answer.content}")
        return answer.structured_content

    async def test_minimal_workflow(self):
        server = StdioServerParameters(
            command=str(Path(sys.executable).with_name("opensandbox-mcp")),
            args=[
                "--api-key",
                os.environ["SANDKEEP_TEST_KEY"],
                "--domain",
                os.environ["SANDKEEP_TEST_SERVER"],
                "--protocol",
                "http",
            ],
        )
        async with stdio_client(server) as streams, ClientSession(*streams) as session:
            await session.initialize()
            created = await self.call(session, "sandbox_create", image="python:3.11")
            sandbox = created["sandbox_id"]
            try:
                await self.call(
                    session, "file_write", sandbox_id=sandbox, path="/workspace/sum.py", content="print(40 + 2)"
                )
                ran = await self.call(
                    session, "command_run", sandbox_id=sandbox, command="python /workspace/sum.py"
                )
                self.assertIn("42", str(ran))
                read = await self.call(session, "file_read", sandbox_id=sandbox, path="/workspace/sum.py")
                self.assertIn("40 + 2", str(read))
                endpoint = await self.call(session, "sandbox_get_endpoint", sandbox_id=sandbox, port=8000)
                self.assertIn("/proxy/8000", str(endpoint))
                self.assertIn("Running", str(await self.call(session, "sandbox_get_info", sandbox_id=sandbox)))
            finally:
                await self.call(session, "sandbox_kill", sandbox_id=sandbox)


if __name__ == "__main__":
    unittest.main()

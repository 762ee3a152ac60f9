"""The service that is asked in the benchmark of the proxy: as little work for an answer as Python can do."""

import asyncio

SMALL = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 1024\r\n\r\n" + b"x" * 1024
LARGE = 256 * 1024 * 1024
BLOCK = b"x" * (256 * 1024)


async def serve(reader, writer):
    try:
        while True:
            head = (await reader.readuntil(b"\r\n\r\n")).lower()
            if b"content-length:" in head:
                left = int(head.split(b"content-length:")[1].split(b"\r\n")[0])
                while left > 0:
                    left -= len(await reader.read(min(left, len(BLOCK))))
            if head.startswith(b"get /large"):
                writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % LARGE)
                for _ in range(LARGE // len(BLOCK)):
                    writer.write(BLOCK)
                    await writer.drain()
            else:
                writer.write(SMALL)
                await writer.drain()
            if b"connection: close" in head:
                break
    except (asyncio.IncompleteReadError, ConnectionError):
        pass
    finally:
        writer.close()


async def main():
    server = await asyncio.start_server(serve, "0.0.0.0", 8000, limit=len(BLOCK), backlog=1024)
    await server.serve_forever()


asyncio.run(main())

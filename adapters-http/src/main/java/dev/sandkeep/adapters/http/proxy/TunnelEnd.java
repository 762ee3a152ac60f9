package dev.sandkeep.adapters.http.proxy;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.Executor;
import org.eclipse.jetty.io.AbstractConnection;
import org.eclipse.jetty.io.ByteBufferPool;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.RetainableByteBuffer;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.IteratingCallback;
import org.jspecify.annotations.Nullable;

/**
 * One of the two ends of an upgraded connection. What arrives here leaves at the other end, as fast as that takes it,
 * and is not looked at: so a WebSocket through here has the messages, sub-protocols, pings and close codes of one
 * without. No thread waits, and one buffer is held while bytes are under way.
 */
final class TunnelEnd extends AbstractConnection.NonBlocking implements Connection.UpgradeTo {

    private static final int BUFFER_BYTES = 16 * 1024;
    /** How long the one side may go on after the other has said its last. */
    private static final Duration HALF_CLOSED = Duration.ofSeconds(30);

    private final ByteBufferPool buffers;
    private final EndPoint other;
    private final Runnable moved;
    private final Runnable closed;
    private final Pump pump = new Pump();

    /**
     * One that is not open yet.
     *
     * @param moved called whenever something arrived; must not block
     * @param closed called once this end is closed
     */
    TunnelEnd(
            EndPoint here, EndPoint other, Executor executor, ByteBufferPool buffers, Runnable moved, Runnable closed) {
        super(here, executor);
        this.buffers = buffers;
        this.other = other;
        this.moved = moved;
        this.closed = closed;
    }

    /** What was read before the connection became a tunnel. */
    @Override
    public void onUpgradeTo(@Nullable ByteBuffer read) {
        pump.early = read;
    }

    @Override
    public void onOpen() {
        super.onOpen();
        getEndPoint().setIdleTimeout(0);
        pump.iterate();
    }

    @Override
    public void onFillable() {
        pump.iterate();
    }

    @Override
    public void onFillInterestedFailed(Throwable cause) {
        super.onFillInterestedFailed(cause);
        other.close(cause);
    }

    @Override
    public void onClose(@Nullable Throwable cause) {
        super.onClose(cause);
        closed.run();
    }

    /** Moves bytes from here to the other end, one buffer at a time. */
    private final class Pump extends IteratingCallback {

        private @Nullable ByteBuffer early;
        private RetainableByteBuffer.@Nullable Mutable buffer;

        @Override
        protected Action process() throws Throwable {
            ByteBuffer read = early;
            if (read != null) {
                early = null;
                moved.run();
                other.write(this, read);
                return Action.SCHEDULED;
            }
            RetainableByteBuffer.Mutable filling = buffer == null ? buffers.acquire(BUFFER_BYTES, true) : buffer;
            buffer = filling;
            ByteBuffer bytes = filling.getByteBuffer();
            BufferUtil.clear(bytes);
            int filled = getEndPoint().fill(bytes);
            if (filled > 0) {
                moved.run();
                other.write(this, bytes);
                return Action.SCHEDULED;
            }
            release();
            if (filled == 0) {
                fillInterested();
                return Action.IDLE;
            }
            if (other.isOutputShutdown() || getEndPoint().isOutputShutdown()) {
                getEndPoint().close();
                other.close();
            } else {
                other.shutdownOutput();
                other.setIdleTimeout(HALF_CLOSED.toMillis());
            }
            return Action.SUCCEEDED;
        }

        @Override
        protected void onCompleteFailure(Throwable cause) {
            release();
            getEndPoint().close(cause);
            other.close(cause);
        }

        private void release() {
            RetainableByteBuffer.Mutable held = buffer;
            buffer = null;
            if (held != null) {
                held.release();
            }
        }
    }
}

package dev.sandkeep.application.exec;

import dev.sandkeep.domain.exec.ProcessOutput.Channel;

/**
 * Told of a foreground command while it runs, on the thread that runs it. Whatever it throws ends the command, and is
 * thrown on.
 */
public interface CommandListener {

    /** It runs, and is known under this id from now on. */
    void started(String id);

    /** It wrote this; the bytes may not be kept. */
    void written(Channel channel, byte[] bytes, int offset, int length);

    /** Called now and then, whether anything was written or not. */
    void alive();
}

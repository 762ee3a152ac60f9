package dev.sandkeep.application.code;

import dev.sandkeep.domain.exec.CodeResult;
import dev.sandkeep.domain.exec.ProcessOutput.Channel;

/**
 * Told of a piece of code while it runs, on the thread that runs it. Whatever it throws interrupts the code, and is
 * thrown on.
 */
public interface CodeListener {

    /** It runs in the context of this id, or waits for those before it. */
    void started(String contextId);

    /** It wrote this; the bytes may not be kept. */
    void written(Channel channel, byte[] bytes, int offset, int length);

    /** It showed a value. */
    void shown(CodeResult result);

    /** Called now and then, whether anything was written or not. */
    void alive();
}

package dev.sandkeep.egress;

import dev.sandkeep.domain.problem.InvalidValue;
import java.io.IOException;

/** Starts the worker. It runs until it is killed, and leaves the rules as they are: no worker, no change. */
public final class Main {

    private static final int WRONG_SETTINGS = 2;
    private static final int FAILED = 1;

    private Main() {}

    public static void main(String[] arguments) {
        // Set before the first use of the HTTP server: a client that sends slowly holds a thread for this long at most.
        System.setProperty("sun.net.httpserver.maxReqTime", "10");
        System.setProperty("sun.net.httpserver.maxRspTime", "10");
        System.setProperty("sun.net.httpserver.maxConnections", "64");
        try {
            Worker.start(Settings.from(System.getenv()), System.out);
            System.out.println("worker ready");
        } catch (IllegalArgumentException | InvalidValue wrong) {
            System.err.println("wrong settings: " + wrong.getMessage());
            System.exit(WRONG_SETTINGS);
        } catch (IOException failed) {
            System.err.println("could not start: " + failed.getMessage());
            System.exit(FAILED);
        }
    }
}

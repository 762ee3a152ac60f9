package dev.sandkeep.domain.exec;

import dev.sandkeep.domain.problem.InvalidValue;

/** Whom a program runs as, by number: not every user has a name in every image. */
public record ExecUser(long uid, long gid) {

    public static final long MAX_ID = 0xFFFF_FFFFL - 1;

    public ExecUser {
        require("uid", uid);
        require("gid", gid);
    }

    private static void require(String field, long id) {
        if (id < 0 || id > MAX_ID) {
            throw new InvalidValue(field, "must be a whole number from 0 to " + MAX_ID);
        }
    }

    @Override
    public String toString() {
        return uid + ":" + gid;
    }
}

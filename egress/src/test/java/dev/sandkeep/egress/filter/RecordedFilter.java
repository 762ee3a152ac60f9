package dev.sandkeep.egress.filter;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Remembers what it was told, and fails when it is told to. */
public final class RecordedFilter implements PacketFilter {

    public final List<String> scripts = new ArrayList<>();
    public final List<String> checked = new ArrayList<>();
    public final List<String> lines = new ArrayList<>();
    public boolean broken;
    public String listing = "";

    @Override
    public void load(String script) throws IOException {
        failIfBroken();
        scripts.add(script);
    }

    @Override
    public void check(String script) throws IOException {
        failIfBroken();
        checked.add(script);
    }

    @Override
    public String run(String line) throws IOException {
        failIfBroken();
        lines.add(line);
        return line.endsWith("denied4") ? listing : "";
    }

    private void failIfBroken() throws IOException {
        if (broken) {
            throw new IOException("nft refused");
        }
    }
}

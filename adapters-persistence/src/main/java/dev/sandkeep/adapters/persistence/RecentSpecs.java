package dev.sandkeep.adapters.persistence;

import dev.sandkeep.domain.sandbox.SandboxSpec;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The long specs that were read last, by their text. A policy may have thousands of rules, and every step of a sandbox's
 * life reads its record. Thread-safe.
 */
final class RecentSpecs {

    /** What is shorter is read as quickly as it is found here. */
    static final int LONG_TEXT = 4096;

    static final int MOST_CHARACTERS = 1 << 20;

    private final Map<String, SandboxSpec> byText = new LinkedHashMap<>(16, 0.75f, true);
    private int characters;

    /**
     * The spec without its environment.
     *
     * @throws IllegalArgumentException if it is no text that was written by {@link SpecJson}
     * @throws dev.sandkeep.domain.problem.InvalidValue if a value is not allowed
     */
    SandboxSpec read(String text) {
        if (text.length() < LONG_TEXT) {
            return SpecJson.readSpec(text);
        }
        synchronized (this) {
            SandboxSpec known = byText.get(text);
            if (known != null) {
                return known;
            }
        }
        SandboxSpec spec = SpecJson.readSpec(text);
        keep(text, spec);
        return spec;
    }

    private synchronized void keep(String text, SandboxSpec spec) {
        if (byText.put(text, spec) != null) {
            return;
        }
        characters += text.length();
        Iterator<String> oldest = byText.keySet().iterator();
        while (characters > MOST_CHARACTERS && byText.size() > 1) {
            characters -= oldest.next().length();
            oldest.remove();
        }
    }
}

package dev.sandkeep.adapters.runtime;

import java.util.regex.Pattern;

/** Makes what strangers wrote fit for a log line or a status message. */
public final class Text {

    /** Escape sequences of terminals, whole; otherwise their letters would be left over. */
    private static final Pattern ESCAPES =
            Pattern.compile("\u001b(?:\\[[0-9;?]*[ -/]*[@-~]|][^\u0007\u001b]*\u0007?|.)");

    private static final Pattern CONTROLS = Pattern.compile("[\\p{Cntrl}\\p{Cf}]+");
    private static final int MAX = 1000;

    private Text() {}

    /** The text on one line, without anything that moves a cursor or hides text, and not endless. */
    public static String plain(String text) {
        String visible = CONTROLS.matcher(ESCAPES.matcher(text).replaceAll(""))
                .replaceAll(" ")
                .strip();
        return visible.length() <= MAX ? visible : visible.substring(0, MAX) + "...";
    }
}

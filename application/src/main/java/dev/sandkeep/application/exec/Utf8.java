package dev.sandkeep.application.exec;

/** Where characters end in UTF-8. */
final class Utf8 {

    private static final int CONTINUATION = 0x80;
    private static final int TWO = 0xC0;
    private static final int THREE = 0xE0;
    private static final int FOUR = 0xF0;
    private static final int NONE = 0xF8;

    private Utf8() {}

    /** How many of the last bytes begin a character whose other bytes are missing; 0 to 3. */
    static int openTail(byte[] bytes, int length) {
        for (int back = 1; back <= Math.min(3, length); back++) {
            int value = bytes[length - back] & 0xFF;
            if (value < CONTINUATION) {
                return 0;
            }
            if (value >= TWO) {
                return needed(value) > back ? back : 0;
            }
        }
        return 0;
    }

    private static int needed(int first) {
        if (first >= NONE) {
            return 0;
        }
        if (first >= FOUR) {
            return 4;
        }
        return first >= THREE ? 3 : 2;
    }
}

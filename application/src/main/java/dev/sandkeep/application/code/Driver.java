package dev.sandkeep.application.code;

import dev.sandkeep.application.exec.Marks;
import dev.sandkeep.application.exec.ShellText;
import dev.sandkeep.domain.exec.CodeLanguage;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * How an interpreter is made of a shell, and how it is given code. Python and Node get a program of ours along their
 * input, and after that a length and the code. An interactive shell needs none: it reads on after an interrupt by itself.
 */
enum Driver {
    PYTHON {
        @Override
        String become(String token) {
            return require("python3", token) + process(token)
                    + "exec python3 -c 'import sys\n"
                    + "exec(compile(sys.stdin.buffer.read(int(sys.argv.pop())), \"sandkeep-driver\", \"exec\"))' "
                    + setUp(token).length + "\n";
        }

        @Override
        byte[] setUp(String token) {
            return program("driver.py", token);
        }
    },
    JAVASCRIPT {
        @Override
        String become(String token) {
            return require("node", token) + process(token)
                    + "exec node -e 'const fs = require(\"fs\"); const all = Buffer.alloc(" + setUp(token).length
                    + "); for (let at = 0; at < all.length; ) { const read = fs.readSync(3, all, at, all.length - at);"
                    + " if (read === 0) process.exit(0); at += read; }"
                    + " require(\"vm\").runInThisContext(\"(function (require) {\" + all + \"\\n})\","
                    + " { filename: \"sandkeep-driver\" })(require)'"
                    + " 3<&0 4>&1 5>&2 </dev/null\n";
        }

        @Override
        byte[] setUp(String token) {
            return program("driver.js", token);
        }
    },
    BASH {
        @Override
        String become(String token) {
            return "PS1=\nPS2=\nENV=\nexport PS1 PS2 ENV\n" + process(token)
                    + "if command -v bash >/dev/null 2>&1; then exec bash --noprofile --norc --noediting -i;"
                    + " else exec sh -i; fi\n";
        }

        @Override
        byte[] setUp(String token) {
            return bytes("exec 8>&1 7>&2; set +m; [ -z \"$BASH_VERSION\" ] || set +H +o history; "
                    + Marks.print(token, ".ready", "") + " >&7; " + Marks.print(token, ".ready", "") + "\n");
        }

        @Override
        boolean tellsBegin() {
            return true;
        }

        @Override
        byte[] request(String code, String token) {
            return bytes(
                    Marks.print(token, BEGUN, "") + " >&8; eval " + ShellText.quote(code) + " </dev/null 7>&- 8>&-\n");
        }

        @Override
        byte[] conclusion(String token, long run) {
            return bytes(Marks.print(token, ".end " + run + " %s", "\"$?\"") + " >&8; "
                    + Marks.print(token, ".end " + run, "") + " >&7\n");
        }
    };

    /** The mark with which a shell tells that it has read all of the code, and the conclusion may come. */
    static final String BEGUN = "begun";

    /** What the shell tells where there is no such interpreter. */
    static final String NO_INTERPRETER = "N";

    private static final String PLACE_OF_TOKEN = "@TOKEN@";
    private static final int HEADER = 16;

    static Driver of(CodeLanguage language) {
        return switch (language) {
            case PYTHON -> PYTHON;
            case BASH -> BASH;
            case JAVASCRIPT -> JAVASCRIPT;
        };
    }

    /** What the shell does to become the interpreter; it tells {@code P} and its process before. */
    abstract String become(String token);

    /** What comes along its input first; it tells on both outputs that it is ready then. */
    abstract byte[] setUp(String token);

    /** Whether it tells when it has read the code; before that it must not be interrupted. */
    boolean tellsBegin() {
        return false;
    }

    /** What comes along its input for a piece of code. */
    byte[] request(String code, String token) {
        byte[] text = bytes(code);
        byte[] header = bytes(String.format(Locale.ROOT, "%0" + HEADER + "d", text.length));
        ByteBuffer all = ByteBuffer.allocate(HEADER + text.length);
        all.put(header).put(text);
        return all.array();
    }

    /**
     * What comes along its input once the code runs; nothing if the interpreter tells the end by itself. A shell that is
     * interrupted forgets what it has read, so that it must not have read this yet.
     *
     * @param run what the end tells with it
     */
    byte[] conclusion(String token, long run) {
        return new byte[0];
    }

    private static String require(String program, String token) {
        return "command -v " + program + " >/dev/null 2>&1 || { " + Marks.print(token, NO_INTERPRETER, "")
                + "; exit; }\n";
    }

    private static String process(String token) {
        return Marks.print(token, "P%s", "$$") + "\n";
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] program(String name, String token) {
        try (InputStream resource = Driver.class.getResourceAsStream(name)) {
            if (resource == null) {
                throw new IllegalStateException("There is no " + name + " beside this class");
            }
            return bytes(new String(resource.readAllBytes(), StandardCharsets.UTF_8).replace(PLACE_OF_TOKEN, token));
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}

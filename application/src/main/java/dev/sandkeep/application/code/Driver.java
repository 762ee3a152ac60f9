package dev.sandkeep.application.code;

import dev.sandkeep.application.exec.Marks;
import dev.sandkeep.application.exec.ShellText;
import dev.sandkeep.domain.exec.CodeContext;
import dev.sandkeep.domain.exec.CodeLanguage;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * How an interpreter is made of a shell, and how it is given code. Python and Node get a program of ours along their
 * input, and after that a length and the code. An interactive shell needs none: it reads on after an interrupt by itself.
 */
enum Driver {
    /** A program that passes code on to a kernel of a Jupyter server, of which there is a trace; otherwise nothing. */
    JUPYTER("python3") {
        @Override
        String become(String token, CodeContext context) {
            String directory = Objects.requireNonNullElse(context.directory(), "");
            return "for noted in \"${JUPYTER_RUNTIME_DIR:-${JUPYTER_DATA_DIR:-${XDG_DATA_HOME:-$HOME/.local/share}"
                    + "/jupyter}/runtime}\"/jpserver-*.json; do\n"
                    + "if { [ -r \"$noted\" ] || [ -n \"${JUPYTER_TOKEN+x}\" ]; }"
                    + " && command -v python3 >/dev/null 2>&1; then\n"
                    + Marks.print(token, KERNEL + "%s", "$$") + "\n"
                    + python(
                            token,
                            "\"${noted%/*}\" "
                                    + ShellText.quote(context.language().word()) + " "
                                    + ShellText.quote(directory.isEmpty() ? "" : "chosen"))
                    + "fi\ndone\n";
        }

        @Override
        byte[] setUp(String token) {
            return program(token, "telling.py", "jupyter.py");
        }

        @Override
        boolean leavesSomething() {
            return true;
        }
    },
    PYTHON("python3") {
        @Override
        String become(String token, CodeContext context) {
            return require(token) + process(token) + python(token, "");
        }

        @Override
        byte[] setUp(String token) {
            return program(token, "telling.py", "driver.py");
        }
    },
    JAVASCRIPT("node") {
        @Override
        String become(String token, CodeContext context) {
            return require(token) + process(token)
                    + "exec node -e 'const fs = require(\"fs\"); const all = Buffer.alloc(" + setUp(token).length
                    + "); for (let at = 0; at < all.length; ) { const read = fs.readSync(3, all, at, all.length - at);"
                    + " if (read === 0) process.exit(0); at += read; }"
                    + " require(\"vm\").runInThisContext(\"(function (require) {\" + all + \"\\n})\","
                    + " { filename: \"sandkeep-driver\" })(require)'"
                    + " 3<&0 4>&1 5>&2 </dev/null\n";
        }

        @Override
        byte[] setUp(String token) {
            return program(token, "driver.js");
        }
    },
    BASH("bash or sh") {
        @Override
        String become(String token, CodeContext context) {
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

    /** What the shell tells, with its process, when it becomes a kernel's driver. */
    static final String KERNEL = "J";

    /** The mark with which a shell tells that it has read all of the code, and the conclusion may come. */
    static final String BEGUN = "begun";

    /** What the shell tells where there is no such interpreter. */
    static final String NO_INTERPRETER = "N";

    private static final String PLACE_OF_TOKEN = "@TOKEN@";
    private static final int HEADER = 16;

    private final String program;

    Driver(String program) {
        this.program = program;
    }

    /** That of an interpreter of the image; none if there is none for the language. */
    static Optional<Driver> of(CodeLanguage language) {
        return Optional.ofNullable(
                Map.of(CodeLanguage.PYTHON, PYTHON, CodeLanguage.BASH, BASH, CodeLanguage.JAVASCRIPT, JAVASCRIPT)
                        .get(language));
    }

    /** What the image must have. */
    String program() {
        return program;
    }

    /**
     * What the shell does to become the interpreter; it tells {@code P}, or {@link #KERNEL}, and its process before.
     */
    abstract String become(String token, CodeContext context);

    /** What comes along its input first; it tells on both outputs that it is ready then. */
    abstract byte[] setUp(String token);

    /** Whether it tells when it has read the code; before that it must not be interrupted. */
    boolean tellsBegin() {
        return false;
    }

    /** Whether it has something to end that is not in its process group, so that it must be asked to end. */
    boolean leavesSomething() {
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

    String python(String token, String arguments) {
        return "exec python3 -c 'import sys\n"
                + "exec(compile(sys.stdin.buffer.read(int(sys.argv.pop())), \"sandkeep-driver\", \"exec\"))' "
                + arguments + " " + setUp(token).length + "\n";
    }

    String require(String token) {
        return "command -v " + program + " >/dev/null 2>&1 || { " + Marks.print(token, NO_INTERPRETER, "")
                + "; exit; }\n";
    }

    private static String process(String token) {
        return Marks.print(token, "P%s", "$$") + "\n";
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    static byte[] program(String token, String... names) {
        StringBuilder whole = new StringBuilder();
        for (String name : names) {
            try (InputStream resource = Driver.class.getResourceAsStream(name)) {
                if (resource == null) {
                    throw new IllegalStateException("There is no " + name + " beside this class");
                }
                whole.append(new String(resource.readAllBytes(), StandardCharsets.UTF_8))
                        .append('\n');
            } catch (IOException failed) {
                throw new UncheckedIOException(failed);
            }
        }
        return bytes(whole.toString().replace(PLACE_OF_TOKEN, token));
    }
}

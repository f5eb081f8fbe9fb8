import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.PrintStream;
import java.lang.reflect.InvocationTargetException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import org.apache.kafka.common.utils.Exit;

/**
 * Runs Kafka's command-line tools one after the other in this one JVM, for each JVM would cost a second.
 *
 * A line of input is a run: standard input, the class, and its arguments, each in Base64, with tabs between them. A line of output is
 * what came of it: exit code, standard output and standard error, likewise.
 */
public final class ToolRunner {
    /** Instead of ending the JVM. */
    private static final class Ended extends RuntimeException {
        private Ended() {
            super(null, null, false, false);
        }
    }

    /** Scala's console keeps the stream that it finds when it is loaded: it stays, and leads where it must. */
    private static final class Switch extends OutputStream {
        private ByteArrayOutputStream target = new ByteArrayOutputStream();
        private boolean isClosed;

        @Override
        public synchronized void write(int value) {
            if (!isClosed) target.write(value);
        }

        @Override
        public synchronized void write(byte[] bytes, int from, int length) {
            if (!isClosed) target.write(bytes, from, length);
        }

        private synchronized void end() {
            isClosed = true;
        }

        private synchronized byte[] take() {
            byte[] taken = target.toByteArray();
            target = new ByteArrayOutputStream();
            isClosed = false;
            return taken;
        }
    }

    private static final Switch OUT = new Switch();
    private static final Switch ERR = new Switch();
    private static int exitCode;
    private static boolean hasEnded;

    public static void main(String[] none) throws IOException {
        PrintStream answers = System.out;
        BufferedReader runs = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
        System.setOut(new PrintStream(OUT, true, StandardCharsets.UTF_8));
        System.setErr(new PrintStream(ERR, true, StandardCharsets.UTF_8));
        Exit.setExitProcedure((code, message) -> end(code, message));
        Exit.setHaltProcedure((code, message) -> end(code, message));
        for (String run = runs.readLine(); run != null; run = runs.readLine()) {
            String[] parts = Arrays.stream(run.split("\t", -1)).map(part -> new String(Base64.getDecoder().decode(part), StandardCharsets.UTF_8)).toArray(String[]::new);
            runTool(new ByteArrayInputStream(parts[0].getBytes(StandardCharsets.UTF_8)), parts[1], Arrays.copyOfRange(parts, 2, parts.length));
            answers.println(exitCode + "\t" + encoded(OUT) + "\t" + encoded(ERR));
            answers.flush();
        }
        Runtime.getRuntime().halt(0);
    }

    /** What a tool does behind its end, some catch everything, does not count. */
    private static void end(int code, String message) {
        if (!hasEnded) {
            exitCode = code;
            if (message != null) System.err.println(message);
            OUT.end();
            ERR.end();
            hasEnded = true;
        }
        throw new Ended();
    }

    private static void runTool(InputStream input, String className, String[] args) {
        exitCode = 0;
        hasEnded = false;
        System.setIn(input);
        try {
            Class.forName(className).getMethod("main", String[].class).invoke(null, (Object) args);
        } catch (InvocationTargetException thrown) {
            if (!(thrown.getCause() instanceof Ended)) report(thrown.getCause());
        } catch (ReflectiveOperationException thrown) {
            report(thrown);
        }
        System.out.flush();
        System.err.flush();
    }

    private static void report(Throwable thrown) {
        exitCode = 1;
        System.err.println("The tool threw " + thrown);
    }

    private static String encoded(Switch stream) {
        return Base64.getEncoder().encodeToString(stream.take());
    }
}

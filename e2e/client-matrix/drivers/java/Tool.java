import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.utils.Exit;

/**
 * Runs one of Kafka's command-line tools inside this program, by its main method: a program of its own each time would spend the run on
 * starting Java. Standard input and output belong to the thread, so that tools can run beside each other; what ends a program, ends the call.
 */
final class Tool {
  interface Main {
    void run(String... args) throws Exception;
  }

  private static final class Ended extends Error {
    Ended(String message) {
      super(message);
    }
  }

  private static final InheritableThreadLocal<ByteArrayOutputStream> OUTPUT = new InheritableThreadLocal<>();
  private static final ThreadLocal<Integer> CODE = new ThreadLocal<>();
  private static final ThreadLocal<List<Runnable>> HOOKS = ThreadLocal.withInitial(ArrayList::new);
  private static final InheritableThreadLocal<InputStream> INPUT = new InheritableThreadLocal<>();

  private Tool() {}

  /** Everything written by a thread that runs no tool goes to standard error. */
  static void takeStreams() {
    PrintStream errors = System.err;
    PrintStream routed = new PrintStream(new OutputStream() {
      @Override
      public void write(int one) {
        write(new byte[] {(byte) one}, 0, 1);
      }

      @Override
      public void write(byte[] bytes, int from, int length) {
        ByteArrayOutputStream own = OUTPUT.get();
        if (own == null) errors.write(bytes, from, length);
        else own.write(bytes, from, length);
      }
    }, true);
    System.setOut(routed);
    System.setErr(routed);
    System.setIn(new InputStream() {
      @Override
      public int read() throws java.io.IOException {
        return INPUT.get() == null ? -1 : INPUT.get().read();
      }

      @Override
      public int read(byte[] bytes, int from, int length) throws java.io.IOException {
        return INPUT.get() == null ? -1 : INPUT.get().read(bytes, from, length);
      }
    });
    Exit.setExitProcedure((code, message) -> {
      // The first word counts: some tools catch what is thrown here, and end again.
      if (CODE.get() == null) CODE.set(code);
      throw new Ended(message);
    });
    // What a tool wants to do when its program ends, it does when its call ends.
    Exit.setShutdownHookAdder((name, runnable) -> HOOKS.get().add(runnable));
  }

  /** What the tool printed; throws with it when the tool failed. */
  static String run(Main main, String input, String... args) throws Exception {
    ByteArrayOutputStream output = new ByteArrayOutputStream();
    OUTPUT.set(output);
    INPUT.set(new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)));
    try {
      main.run(args);
    } catch (Ended end) {
      if (CODE.get() != 0) throw new IllegalStateException("exit " + CODE.get() + ": " + output.toString(StandardCharsets.UTF_8).strip());
    } finally {
      HOOKS.get().forEach(Runnable::run);
      HOOKS.remove();
      CODE.remove();
      OUTPUT.remove();
      INPUT.remove();
    }
    return output.toString(StandardCharsets.UTF_8);
  }
}

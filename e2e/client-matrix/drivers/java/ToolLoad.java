import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.kafka.tools.ConsoleProducer;

/** Writes "load 0", "load 1" … into a console-producer. It tells only what failed: at its end all the rest has been acknowledged. */
final class ToolLoad {
  private static final long PACE_MS = 5;

  private final ToolProcess producer;
  private final Thread thread = new Thread(this::run);
  private final List<String> failed = new ArrayList<>();
  private volatile int sent = 0;
  private volatile boolean isOn = true;

  ToolLoad(String bootstrap, String topic) throws Exception {
    // By itself it gives up after three retries, a tenth of a second apart.
    producer = new ToolProcess(ConsoleProducer.class, List.of("--bootstrap-server", bootstrap, "--topic", topic, "--message-send-max-retries", "100000", "--command-property", "acks=all", "--command-property", "linger.ms=5"));
    thread.setDaemon(true);
    thread.start();
  }

  private void run() {
    try {
      OutputStream lines = producer.input();
      while (isOn) {
        lines.write(("load " + sent + "\n").getBytes(StandardCharsets.UTF_8));
        lines.flush();
        sent += 1;
        Thread.sleep(PACE_MS);
      }
    } catch (Exception error) {
      failed.add(error.toString());
    }
  }

  int sent() {
    return sent;
  }

  Map<String, Object> stop() throws Exception {
    isOn = false;
    thread.join();
    int code = producer.stop(true);
    if (code != 0) failed.add("console-producer ended with " + code);
    producer.errors().stream().filter(line -> line.contains("ERROR")).forEach(failed::add);
    return Map.of("acknowledged", IntStream.range(0, sent).mapToObj(index -> Map.of("index", index, "partition", -1, "offset", -1)).toList(), "failed", failed);
  }
}

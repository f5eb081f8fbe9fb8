import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** A tool that runs until it is stopped, as a program of its own. */
final class ToolProcess {
  static final String NULL = "~null~";
  /** What console-consumer is asked to print of a record. */
  static final List<String> FORMAT = List.of("print.timestamp=true", "print.partition=true", "print.offset=true", "print.headers=true", "print.key=true", "null.literal=" + NULL);

  private static final long STOP_SECONDS = 10;

  private final Process process;
  private final List<Map<String, Object>> records = new ArrayList<>();
  private final List<String> errors = new ArrayList<>();

  ToolProcess(Class<?> tool, List<String> args) throws IOException {
    List<String> command = new ArrayList<>(List.of(ProcessHandle.current().info().command().orElse("java"), "-Xmx128m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xshare:auto", "-Dfile.encoding=UTF-8",
        "-Dlog4j2.configurationFile=" + System.getProperty("log4j2.configurationFile"), "-cp", System.getProperty("java.class.path"), tool.getName()));
    command.addAll(args);
    process = new ProcessBuilder(command).start();
    Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
    read(process.inputReader(StandardCharsets.UTF_8), line -> {
      if (line.startsWith("CreateTime:")) records.add(record(line));
    });
    read(new BufferedReader(new InputStreamReader(process.getErrorStream(), StandardCharsets.UTF_8)), errors::add);
  }

  private void read(BufferedReader lines, Consumer<String> take) {
    Thread reader = new Thread(() -> lines.lines().forEach(line -> {
      synchronized (this) {
        take.accept(line);
      }
    }));
    reader.setDaemon(true);
    reader.start();
  }

  private static String nullable(String text) {
    return text.equals(NULL) ? null : text;
  }

  /** "CreateTime:1\tPartition:0\tOffset:5\tname:value,name:value\tkey\tvalue" */
  static Map<String, Object> record(String line) {
    String[] parts = line.split("\t", 6);
    Map<String, Object> headers = new LinkedHashMap<>();
    if (!parts[3].equals("NO_HEADERS")) {
      for (String header : parts[3].split(",")) headers.put(header.substring(0, header.indexOf(':')), header.substring(header.indexOf(':') + 1));
    }
    Map<String, Object> told = new LinkedHashMap<>();
    told.put("timestamp", Long.parseLong(parts[0].substring("CreateTime:".length())));
    told.put("partition", Integer.parseInt(parts[1].substring("Partition:".length())));
    told.put("offset", Long.parseLong(parts[2].substring("Offset:".length())));
    told.put("headers", headers);
    told.put("key", nullable(parts[4]));
    told.put("value", nullable(parts[5]));
    return told;
  }

  synchronized Map<String, Object> view() {
    if (!process.isAlive()) throw new IllegalStateException("the tool ended with " + process.exitValue() + ": " + errors);
    return Map.of("assignment", List.of(), "records", new ArrayList<>(records), "revoked", List.of(), "assignments", 0);
  }

  synchronized List<String> errors() {
    return List.copyOf(errors);
  }

  OutputStream input() {
    return process.getOutputStream();
  }

  /** By the end of its input where it has one, and else as by Ctrl-C. */
  int stop(boolean byInput) throws Exception {
    if (byInput) process.getOutputStream().close();
    else process.destroy();
    if (!process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new IllegalStateException("the tool did not end: " + errors());
    }
    return process.exitValue();
  }
}

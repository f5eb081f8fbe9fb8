import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/** Reads one JSON request a line, lets each run in a thread of its own, writes one JSON answer a line. */
final class DriverLoop {
  /** The client offers no such thing. */
  static final class Absent extends RuntimeException {
    Absent(String why) {
      super(why);
    }
  }

  interface Operation {
    /** A map, or null for nothing to tell. */
    Object run(JsonNode args) throws Exception;
  }

  static final ObjectMapper JSON = new ObjectMapper();

  private DriverLoop() {}

  static void serve(Map<String, Operation> operations, Map<String, String> absent) throws Exception {
    PrintStream answers = System.out;
    // What a client prints is not an answer.
    System.setOut(System.err);
    BufferedReader requests = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = requests.readLine(); line != null; line = requests.readLine()) {
      JsonNode request = JSON.readTree(line);
      Thread runner = new Thread(() -> answer(answers, request, operations, absent));
      runner.setDaemon(true);
      runner.start();
    }
    System.exit(0);
  }

  private static void answer(PrintStream answers, JsonNode request, Map<String, Operation> operations, Map<String, String> absent) {
    Map<String, Object> answer = new LinkedHashMap<>();
    answer.put("id", request.get("id").asInt());
    String name = request.get("op").asText();
    try {
      if (absent.containsKey(name)) throw new Absent(absent.get(name));
      Object told = operations.get(name).run(request.get("args"));
      answer.put("ok", told == null ? Map.of() : told);
    } catch (Absent why) {
      answer.put("absent", why.getMessage());
    } catch (Throwable error) {
      answer.put("error", told(error));
    }
    try {
      byte[] line = (JSON.writeValueAsString(answer) + "\n").getBytes(StandardCharsets.UTF_8);
      synchronized (answers) {
        answers.write(line, 0, line.length);
        answers.flush();
      }
    } catch (Exception error) {
      error.printStackTrace();
    }
  }

  /** The error with its cause, and where it came from. */
  private static String told(Throwable error) {
    String where = Arrays.stream(error.getStackTrace()).limit(3).map(String::valueOf).collect(Collectors.joining(" "));
    return error + (error.getCause() == null ? "" : " / " + error.getCause()) + " at " + where;
  }
}

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.kafka.common.utils.AppInfoParser;
import org.apache.kafka.tools.ClusterTool;
import org.apache.kafka.tools.ConsoleProducer;
import org.apache.kafka.tools.DeleteRecordsCommand;
import org.apache.kafka.tools.GetOffsetShell;
import org.apache.kafka.tools.LogDirsCommand;
import org.apache.kafka.tools.TopicCommand;
import org.apache.kafka.tools.consumer.ConsoleConsumer;
import org.apache.kafka.tools.consumer.group.ConsumerGroupCommand;

/** Kafka's own command-line tools, by what they print. */
final class ToolsDriver {
  private String bootstrap;
  private final Map<String, ToolProcess> members = new ConcurrentHashMap<>();
  private ToolLoad load;

  public static void main(String[] args) throws Exception {
    DriverLoop.serve(new ToolsDriver().operations(), Map.of());
  }

  private Map<String, DriverLoop.Operation> operations() {
    Map<String, DriverLoop.Operation> all = new HashMap<>();
    all.put("open", this::open);
    all.put("metadata", args -> Map.of("brokers", brokers(), "topics", counts()));
    all.put("describeCluster", args -> Map.of("clusterId", first("Cluster ID: (\\S+)", run(ClusterTool::main, "cluster-id")), "brokers", brokers()));
    all.put("describeLogDirs", this::describeLogDirs);
    all.put("createTopic", this::createTopic);
    all.put("createPartitions", args -> told(topic("--alter", "--topic", text(args, "topic"), "--partitions", text(args, "total"))));
    all.put("deleteTopic", args -> told(topic("--delete", "--topic", text(args, "topic"))));
    all.put("describeConfigs", args -> Map.of("configs", pairs("(?m)^ +([a-z.]+)=(\\S*) sensitive=", configs(args, "--describe", "--all"), value -> value)));
    all.put("alterConfigs", args -> told(configs(args, "--alter", "--add-config", String.join(",", equations(args.get("configs"))))));
    all.put("produce", this::produce);
    all.put("consume", this::consume);
    all.put("listOffsets", args -> Map.of("earliest", offsets(args, "-2"), "latest", offsets(args, "-1")));
    all.put("offsetForTime", args -> Map.of("offset", offsets(args, text(args, "timestamp")).get(text(args, "partition"))));
    all.put("deleteRecords", this::deleteRecords);
    all.put("join", this::join);
    all.put("view", args -> members.get(text(args, "member")).view());
    all.put("commit", this::commit);
    all.put("leave", args -> Map.of("code", members.remove(text(args, "member")).stop(false)));
    all.put("listGroups", args -> Map.of("groups", run(ConsumerGroupCommand::main, "--list").lines().toList()));
    all.put("describeGroup", this::describeGroup);
    all.put("committed", args -> Map.of("offsets", column(args, "CURRENT-OFFSET")));
    all.put("lag", args -> Map.of("lag", column(args, "LAG")));
    all.put("resetOffsets", this::resetOffsets);
    all.put("deleteOffsets", args -> told(group(args, "--delete-offsets", "--topic", text(args, "topic"))));
    all.put("deleteGroup", args -> told(group(args, "--delete")));
    all.put("loadStart", this::loadStart);
    all.put("loadStatus", args -> Map.of("acknowledged", load.sent()));
    all.put("loadStop", args -> load.stop());
    return all;
  }

  private static String text(JsonNode args, String name) {
    return args.get(name).asText();
  }

  private static Map<String, String> told(String output) {
    return Map.of("printed", output);
  }

  /** The tool with the address in front of its other options; of some the first word is a command. */
  private String run(Tool.Main main, String... args) throws Exception {
    boolean isCommand = !args[0].startsWith("--");
    List<String> all = new ArrayList<>(isCommand ? List.of(args[0]) : List.of());
    all.addAll(List.of("--bootstrap-server", bootstrap));
    all.addAll(Arrays.asList(args).subList(isCommand ? 1 : 0, args.length));
    return Tool.run(main, "", all.toArray(String[]::new));
  }

  private String topic(String... args) throws Exception {
    return run(TopicCommand::main, args);
  }

  private String configs(JsonNode args, String... more) throws Exception {
    List<String> all = new ArrayList<>(List.of(more));
    all.addAll(List.of("--topic", text(args, "topic")));
    return run(kafka.admin.ConfigCommand::main, all.toArray(String[]::new));
  }

  private String group(JsonNode args, String... more) throws Exception {
    List<String> all = new ArrayList<>(List.of(more));
    all.addAll(List.of("--group", text(args, "group")));
    return run(ConsumerGroupCommand::main, all.toArray(String[]::new));
  }

  private static String first(String pattern, String output) {
    return Pattern.compile(pattern).matcher(output).results().findFirst().map(one -> one.group(1)).orElseThrow(() -> new IllegalStateException("not in: " + output));
  }

  private static <Value> Map<String, Value> pairs(String pattern, String output, Function<String, Value> read) {
    return Pattern.compile(pattern).matcher(output).results().collect(Collectors.toMap((MatchResult one) -> one.group(1), one -> read.apply(one.group(2))));
  }

  private static List<String> equations(JsonNode object) {
    return object.properties().stream().map(one -> one.getKey() + "=" + one.getValue().asText()).toList();
  }

  private Object open(JsonNode args) {
    Tool.takeStreams();
    bootstrap = text(args, "bootstrap");
    return Map.of("version", AppInfoParser.getVersion(), "choosesPartition", false);
  }

  private List<Integer> brokers() throws Exception {
    return Pattern.compile("(?m)^(\\d+) ").matcher(run(ClusterTool::main, "list-endpoints")).results().map(one -> Integer.valueOf(one.group(1))).toList();
  }

  private Map<String, Integer> counts() throws Exception {
    return pairs("Topic: (\\S+)\\tTopicId: \\S+\\tPartitionCount: (\\d+)", topic("--describe"), Integer::valueOf);
  }

  private Object describeLogDirs(JsonNode args) throws Exception {
    String json = run(LogDirsCommand::main, "--describe", "--topic-list", text(args, "topic")).lines().filter(line -> line.startsWith("{")).findFirst().orElse("{}");
    Map<String, Long> sizes = new HashMap<>();
    for (JsonNode broker : DriverLoop.JSON.readTree(json).get("brokers")) {
      broker.get("logDirs").forEach(folder -> folder.get("partitions").forEach(one -> sizes.merge(text(broker, "broker"), one.get("size").asLong(), Long::sum)));
    }
    return Map.of("bytes", sizes);
  }

  private Object createTopic(JsonNode args) throws Exception {
    List<String> all = new ArrayList<>(List.of("--create", "--topic", text(args, "topic"), "--partitions", text(args, "partitions"), "--replication-factor", text(args, "replicas")));
    for (String one : equations(args.get("configs"))) all.addAll(List.of("--config", one));
    return told(topic(all.toArray(String[]::new)));
  }

  private Object produce(JsonNode args) throws Exception {
    List<String> all = new ArrayList<>(List.of("--bootstrap-server", bootstrap, "--topic", text(args, "topic"), "--sync", "--compression-codec", text(args, "compression")));
    all.addAll(List.of("--command-property", "linger.ms=0", "--command-property", "acks=" + text(args, "acks"), "--command-property", "enable.idempotence=" + text(args, "idempotent"), "--reader-property", "parse.key=true", "--reader-property", "null.marker=" + ToolProcess.NULL));
    StringBuilder lines = new StringBuilder();
    for (JsonNode one : args.get("records")) {
      if (one.has("timestamp")) throw new DriverLoop.Absent("console-producer cannot set timestamps");
      if (one.has("headers")) lines.append(String.join(",", equations(one.get("headers")).stream().map(header -> header.replaceFirst("=", ":")).toList())).append('\t');
      lines.append(one.get("key").isNull() ? ToolProcess.NULL : text(one, "key")).append('\t').append(one.get("value").isNull() ? ToolProcess.NULL : text(one, "value")).append('\n');
    }
    if (args.get("records").get(0).has("headers")) all.addAll(List.of("--reader-property", "parse.headers=true"));
    Tool.run(ConsoleProducer::main, lines.toString(), all.toArray(String[]::new));
    List<Integer> offsets = new ArrayList<>();
    args.get("records").forEach(one -> offsets.add(-1));
    return Map.of("offsets", offsets);
  }

  private Object consume(JsonNode args) throws Exception {
    List<String> all = new ArrayList<>(List.of("--bootstrap-server", bootstrap, "--topic", text(args, "topic"), "--max-messages", text(args, "count")));
    for (String one : ToolProcess.FORMAT) all.addAll(List.of("--formatter-property", one));
    String from = text(args, "from");
    if (args.get("partitions").size() > 1) all.add("--from-beginning");
    else all.addAll(List.of("--partition", args.get("partitions").get(0).asText(), "--offset", from.equals("offset") ? text(args, "offset") : from));
    String printed = Tool.run(ConsoleConsumer::main, "", all.toArray(String[]::new));
    return Map.of("records", printed.lines().filter(line -> line.startsWith("CreateTime:")).map(ToolProcess::record).toList());
  }

  private Map<String, Long> offsets(JsonNode args, String time) throws Exception {
    return pairs("(?m)^\\S+:(\\d+):(\\d+)$", run(GetOffsetShell::main, "--topic", text(args, "topic"), "--time", time), Long::valueOf);
  }

  private Object deleteRecords(JsonNode args) throws Exception {
    Path file = Files.createTempFile("delete-records", ".json");
    try {
      Map<String, Object> wanted = Map.of("topic", text(args, "topic"), "partition", args.get("partition"), "offset", args.get("before"));
      Files.writeString(file, DriverLoop.JSON.writeValueAsString(Map.of("version", 1, "partitions", List.of(wanted))));
      return told(run(DeleteRecordsCommand::main, "--offset-json-file", file.toString()));
    } finally {
      Files.delete(file);
    }
  }

  private Object join(JsonNode args) throws Exception {
    if (args.has("instanceId") || !text(args, "strategy").equals("any")) throw new DriverLoop.Absent("console-consumer does not tell its assignment");
    List<String> all = new ArrayList<>(List.of("--bootstrap-server", bootstrap, "--topic", text(args, "topic"), "--group", text(args, "group"), "--from-beginning"));
    for (String one : ToolProcess.FORMAT) all.addAll(List.of("--formatter-property", one));
    members.put(text(args, "member"), new ToolProcess(ConsoleConsumer.class, all));
    return null;
  }

  /** console-consumer commits by itself, at the latest when it leaves. */
  private Object commit(JsonNode args) {
    if (args.has("metadata")) throw new DriverLoop.Absent("console-consumer cannot commit metadata");
    return null;
  }

  private Object describeGroup(JsonNode args) throws Exception {
    String printed = group(args, "--describe", "--state");
    return Map.of("state", first("(\\S+)\\s+\\d+\\s*$", printed), "members", Integer.valueOf(first("(\\d+)\\s*$", printed)));
  }

  /** One column of `--describe`, by partition. */
  private Map<String, Long> column(JsonNode args, String name) throws Exception {
    List<String[]> rows = group(args, "--describe").lines().map(String::strip).filter(line -> !line.isEmpty()).map(line -> line.split("\\s+")).toList();
    String[] head = rows.stream().filter(row -> row[0].equals("GROUP")).findFirst().orElseThrow(() -> new IllegalStateException("no table was printed"));
    int at = Arrays.asList(head).indexOf(name);
    int partition = Arrays.asList(head).indexOf("PARTITION");
    return rows.stream().filter(row -> row[0].equals(text(args, "group"))).collect(Collectors.toMap(row -> row[partition], row -> Long.valueOf(row[at])));
  }

  private Object resetOffsets(JsonNode args) throws Exception {
    List<String> printed = new ArrayList<>();
    for (String one : equations(args.get("offsets"))) {
      String[] parts = one.split("=");
      printed.add(group(args, "--reset-offsets", "--topic", text(args, "topic") + ":" + parts[0], "--to-offset", parts[1], "--execute"));
    }
    return told(String.join("\n", printed));
  }

  private Object loadStart(JsonNode args) throws Exception {
    load = new ToolLoad(bootstrap, text(args, "topic"));
    return null;
  }
}

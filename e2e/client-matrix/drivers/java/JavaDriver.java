import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.common.utils.AppInfoParser;

/** Apache Kafka's own client for Java. */
final class JavaDriver {
  private String bootstrap;
  private Admin admin;
  private final Map<String, JavaMember> members = new ConcurrentHashMap<>();
  private JavaLoad load;

  public static void main(String[] args) throws Exception {
    DriverLoop.serve(new JavaDriver().operations(), Map.of("lag", "tells a lag only to the consumer itself"));
  }

  private Map<String, DriverLoop.Operation> operations() {
    Map<String, DriverLoop.Operation> all = new HashMap<>();
    all.put("open", this::open);
    all.put("metadata", args -> Map.of("brokers", brokers(), "topics", partitionCounts()));
    all.put("describeCluster", args -> Map.of("clusterId", admin.describeCluster().clusterId().get(), "brokers", brokers()));
    all.put("describeLogDirs", args -> Map.of("bytes", sizes(text(args, "topic"))));
    all.put("createTopic", this::createTopic);
    all.put("createPartitions", args -> admin.createPartitions(Map.of(text(args, "topic"), NewPartitions.increaseTo(number(args, "total")))).all().get());
    all.put("deleteTopic", args -> admin.deleteTopics(List.of(text(args, "topic"))).all().get());
    all.put("describeConfigs", args -> Map.of("configs", configs(text(args, "topic"))));
    all.put("alterConfigs", this::alterConfigs);
    all.put("produce", this::produce);
    all.put("consume", this::consume);
    all.put("listOffsets", args -> Map.of("earliest", offsets(args, OffsetSpec.earliest()), "latest", offsets(args, OffsetSpec.latest())));
    all.put("offsetForTime", this::offsetForTime);
    all.put("deleteRecords", args -> admin.deleteRecords(Map.of(partition(args), RecordsToDelete.beforeOffset(args.get("before").asLong()))).all().get());
    all.put("join", args -> members.put(text(args, "member"), new JavaMember(bootstrap, args)));
    all.put("view", args -> members.get(text(args, "member")).view());
    all.put("commit", this::commit);
    all.put("leave", this::leave);
    all.put("listGroups", args -> Map.of("groups", admin.listGroups().all().get().stream().map(one -> one.groupId()).toList()));
    all.put("describeGroup", this::describeGroup);
    all.put("committed", this::committed);
    all.put("resetOffsets", this::resetOffsets);
    all.put("deleteOffsets", this::deleteOffsets);
    all.put("deleteGroup", args -> admin.deleteConsumerGroups(List.of(text(args, "group"))).all().get());
    all.put("loadStart", this::loadStart);
    all.put("loadStatus", args -> Map.of("acknowledged", load.acknowledged()));
    all.put("loadStop", args -> load.stop());
    return all;
  }

  static String text(JsonNode args, String name) {
    JsonNode found = args.get(name);
    return found == null || found.isNull() ? null : found.asText();
  }

  static int number(JsonNode args, String name) {
    return args.get(name).asInt();
  }

  private static TopicPartition partition(JsonNode args) {
    return new TopicPartition(text(args, "topic"), number(args, "partition"));
  }

  private static Set<TopicPartition> partitions(JsonNode args) {
    return ints(args.get("partitions")).stream().map(one -> new TopicPartition(text(args, "topic"), one)).collect(Collectors.toSet());
  }

  private static List<Integer> ints(JsonNode list) {
    List<Integer> found = new ArrayList<>();
    list.forEach(one -> found.add(one.asInt()));
    return found;
  }

  private static Map<String, String> texts(JsonNode object) {
    Map<String, String> found = new LinkedHashMap<>();
    if (object != null) object.properties().forEach(one -> found.put(one.getKey(), one.getValue().asText()));
    return found;
  }

  private static <Value> Map<String, Value> byPartition(Map<TopicPartition, Value> from) {
    return from.entrySet().stream().collect(Collectors.toMap(one -> String.valueOf(one.getKey().partition()), Map.Entry::getValue));
  }

  private Object open(JsonNode args) {
    bootstrap = text(args, "bootstrap");
    admin = Admin.create(Map.of("bootstrap.servers", bootstrap));
    return Map.of("version", AppInfoParser.getVersion());
  }

  private List<Integer> brokers() throws Exception {
    Collection<Node> nodes = admin.describeCluster().nodes().get();
    return nodes.stream().map(Node::id).toList();
  }

  private Map<String, Integer> partitionCounts() throws Exception {
    return admin.describeTopics(admin.listTopics().names().get()).allTopicNames().get().entrySet().stream()
        .collect(Collectors.toMap(Map.Entry::getKey, one -> one.getValue().partitions().size()));
  }

  private Map<String, Long> sizes(String topic) throws Exception {
    Map<String, Long> sizes = new HashMap<>();
    admin.describeLogDirs(brokers()).allDescriptions().get().forEach((broker, folders) -> folders.values().forEach(folder -> folder.replicaInfos().forEach((one, replica) -> {
      if (one.topic().equals(topic)) sizes.merge(String.valueOf(broker), replica.size(), Long::sum);
    })));
    return sizes;
  }

  private Object createTopic(JsonNode args) throws Exception {
    NewTopic topic = new NewTopic(text(args, "topic"), number(args, "partitions"), (short) number(args, "replicas")).configs(texts(args.get("configs")));
    return admin.createTopics(List.of(topic)).all().get();
  }

  private static ConfigResource resource(String topic) {
    return new ConfigResource(ConfigResource.Type.TOPIC, topic);
  }

  private Map<String, String> configs(String topic) throws Exception {
    Config found = admin.describeConfigs(List.of(resource(topic))).all().get().get(resource(topic));
    Map<String, String> told = new HashMap<>();
    found.entries().forEach(one -> told.put(one.name(), one.value()));
    return told;
  }

  private Object alterConfigs(JsonNode args) throws Exception {
    List<AlterConfigOp> changes = texts(args.get("configs")).entrySet().stream().map(one -> new AlterConfigOp(new ConfigEntry(one.getKey(), one.getValue()), AlterConfigOp.OpType.SET)).toList();
    return admin.incrementalAlterConfigs(Map.of(resource(text(args, "topic")), changes)).all().get();
  }

  static KafkaProducer<String, String> producer(String bootstrap, Map<String, Object> more) {
    Map<String, Object> config = new HashMap<>(Map.of("bootstrap.servers", bootstrap, "linger.ms", 5));
    config.putAll(more);
    return new KafkaProducer<>(config, new StringSerializer(), new StringSerializer());
  }

  private Object produce(JsonNode args) throws Exception {
    Map<String, Object> how = Map.of("acks", text(args, "acks").replace("-1", "all"), "enable.idempotence", args.get("idempotent").asBoolean(), "compression.type", text(args, "compression"));
    List<Future<RecordMetadata>> sent = new ArrayList<>();
    List<Long> offsets = new ArrayList<>();
    try (KafkaProducer<String, String> producer = producer(bootstrap, how)) {
      for (JsonNode one : args.get("records")) {
        Long timestamp = one.has("timestamp") ? one.get("timestamp").asLong() : null;
        ProducerRecord<String, String> record = new ProducerRecord<>(text(args, "topic"), number(one, "partition"), timestamp, text(one, "key"), text(one, "value"));
        texts(one.get("headers")).forEach((name, value) -> record.headers().add(name, value.getBytes(java.nio.charset.StandardCharsets.UTF_8)));
        sent.add(producer.send(record));
      }
      for (Future<RecordMetadata> one : sent) offsets.add(one.get().offset());
    }
    return Map.of("offsets", offsets);
  }

  private Object consume(JsonNode args) {
    Map<String, Object> config = Map.of("bootstrap.servers", bootstrap);
    List<Object> records = new ArrayList<>();
    try (KafkaConsumer<String, String> consumer = new KafkaConsumer<>(config, new StringDeserializer(), new StringDeserializer())) {
      Set<TopicPartition> wanted = partitions(args);
      consumer.assign(wanted);
      switch (text(args, "from")) {
        case "earliest" -> consumer.seekToBeginning(wanted);
        case "latest" -> consumer.seekToEnd(wanted);
        default -> wanted.forEach(one -> consumer.seek(one, args.get("offset").asLong()));
      }
      while (records.size() < number(args, "count")) consumer.poll(java.time.Duration.ofMillis(500)).forEach(one -> records.add(JavaMember.told(one)));
    }
    return Map.of("records", records);
  }

  private Map<String, Long> offsets(JsonNode args, OffsetSpec spec) throws Exception {
    Map<TopicPartition, OffsetSpec> asked = partitions(args).stream().collect(Collectors.toMap(Function.identity(), one -> spec));
    Map<TopicPartition, Long> found = new HashMap<>();
    admin.listOffsets(asked).all().get().forEach((one, at) -> found.put(one, at.offset()));
    return byPartition(found);
  }

  private Object offsetForTime(JsonNode args) throws Exception {
    OffsetSpec spec = OffsetSpec.forTimestamp(args.get("timestamp").asLong());
    return Map.of("offset", admin.listOffsets(Map.of(partition(args), spec)).all().get().get(partition(args)).offset());
  }

  private Object commit(JsonNode args) throws Exception {
    members.get(text(args, "member")).commit(args.has("metadata") ? text(args, "metadata") : "");
    return null;
  }

  private Object leave(JsonNode args) throws Exception {
    members.remove(text(args, "member")).close();
    return null;
  }

  private Object describeGroup(JsonNode args) throws Exception {
    ConsumerGroupDescription found = admin.describeConsumerGroups(List.of(text(args, "group"))).all().get().get(text(args, "group"));
    return Map.of("state", found.groupState().toString(), "members", found.members().size());
  }

  private Object committed(JsonNode args) throws Exception {
    Map<TopicPartition, Long> found = new HashMap<>();
    admin.listConsumerGroupOffsets(text(args, "group")).partitionsToOffsetAndMetadata().get().forEach((one, at) -> found.put(one, at.offset()));
    return Map.of("offsets", byPartition(found));
  }

  private Object resetOffsets(JsonNode args) throws Exception {
    Map<TopicPartition, OffsetAndMetadata> wanted = new HashMap<>();
    texts(args.get("offsets")).forEach((one, offset) -> wanted.put(new TopicPartition(text(args, "topic"), Integer.parseInt(one)), new OffsetAndMetadata(Long.parseLong(offset))));
    return admin.alterConsumerGroupOffsets(text(args, "group"), wanted).all().get();
  }

  private Object deleteOffsets(JsonNode args) throws Exception {
    return admin.deleteConsumerGroupOffsets(text(args, "group"), partitions(args)).all().get();
  }

  private Object loadStart(JsonNode args) {
    load = new JavaLoad(producer(bootstrap, Map.of("acks", "all", "enable.idempotence", true)), text(args, "topic"), number(args, "partitions"));
    return null;
  }
}

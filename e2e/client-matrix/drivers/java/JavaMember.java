import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;

/** A member of a group: its consumer belongs to one thread, and what others want of it waits between two polls. */
final class JavaMember implements ConsumerRebalanceListener {
  private static final Map<String, String> ASSIGNORS = Map.of("range", "RangeAssignor", "roundrobin", "RoundRobinAssignor", "sticky", "StickyAssignor", "cooperative-sticky", "CooperativeStickyAssignor");
  private static final long WAIT_SECONDS = 20;

  private final String topic;
  private final KafkaConsumer<String, String> consumer;
  private final BlockingQueue<CompletableFuture<Map<TopicPartition, OffsetAndMetadata>>> commits = new LinkedBlockingQueue<>();
  private final List<Map<String, Object>> records = new ArrayList<>();
  private final List<List<Integer>> revoked = new ArrayList<>();
  private final Thread thread = new Thread(this::run);
  private List<Integer> assignment = List.of();
  private int assignments = 0;
  private String metadata = "";
  private Throwable failure = null;
  private volatile boolean isStopping = false;

  JavaMember(String bootstrap, JsonNode args) {
    topic = JavaDriver.text(args, "topic");
    Map<String, Object> config = new HashMap<>(Map.of(
        "bootstrap.servers", bootstrap,
        "group.id", JavaDriver.text(args, "group"),
        "auto.offset.reset", "earliest",
        "enable.auto.commit", false,
        "session.timeout.ms", 10000,
        "heartbeat.interval.ms", 500));
    String assignor = ASSIGNORS.get(JavaDriver.text(args, "strategy"));
    if (assignor != null) config.put("partition.assignment.strategy", "org.apache.kafka.clients.consumer." + assignor);
    if (args.has("instanceId")) config.put("group.instance.id", JavaDriver.text(args, "instanceId"));
    consumer = new KafkaConsumer<>(config, new StringDeserializer(), new StringDeserializer());
    thread.setDaemon(true);
    thread.start();
  }

  static Map<String, Object> told(ConsumerRecord<String, String> one) {
    Map<String, Object> headers = new LinkedHashMap<>();
    one.headers().forEach(header -> headers.put(header.key(), header.value() == null ? null : new String(header.value(), StandardCharsets.UTF_8)));
    Map<String, Object> told = new LinkedHashMap<>();
    told.put("partition", one.partition());
    told.put("offset", one.offset());
    told.put("key", one.key());
    told.put("value", one.value());
    told.put("headers", headers);
    told.put("timestamp", one.timestamp());
    return told;
  }

  private static List<Integer> numbers(Collection<TopicPartition> partitions) {
    return partitions.stream().map(TopicPartition::partition).sorted().toList();
  }

  @Override
  public synchronized void onPartitionsRevoked(Collection<TopicPartition> lost) {
    if (!lost.isEmpty()) revoked.add(numbers(lost));
  }

  @Override
  public synchronized void onPartitionsAssigned(Collection<TopicPartition> gained) {
    assignments += 1;
  }

  private void run() {
    try {
      consumer.subscribe(List.of(topic), this);
      while (!isStopping) {
        var polled = consumer.poll(Duration.ofMillis(100));
        synchronized (this) {
          polled.forEach(one -> records.add(told(one)));
          assignment = numbers(consumer.assignment());
        }
        for (var wish = commits.poll(); wish != null; wish = commits.poll()) {
          Map<TopicPartition, OffsetAndMetadata> behind = behind();
          consumer.commitSync(behind);
          wish.complete(behind);
        }
      }
      consumer.close();
    } catch (Throwable error) {
      failure = error;
    }
  }

  private synchronized Map<TopicPartition, OffsetAndMetadata> behind() {
    Map<TopicPartition, OffsetAndMetadata> behind = new HashMap<>();
    for (Map<String, Object> one : records) behind.put(new TopicPartition(topic, (Integer) one.get("partition")), new OffsetAndMetadata((Long) one.get("offset") + 1, metadata));
    return behind;
  }

  synchronized Map<String, Object> view() {
    if (failure != null) throw new IllegalStateException("the consumer's thread ended", failure);
    return Map.of("assignment", assignment, "records", new ArrayList<>(records), "revoked", new ArrayList<>(revoked), "assignments", assignments);
  }

  void commit(String note) throws Exception {
    metadata = note;
    CompletableFuture<Map<TopicPartition, OffsetAndMetadata>> wish = new CompletableFuture<>();
    commits.add(wish);
    wish.get(WAIT_SECONDS, TimeUnit.SECONDS);
  }

  void close() throws Exception {
    isStopping = true;
    thread.join(TimeUnit.SECONDS.toMillis(WAIT_SECONDS));
    if (failure != null) throw new IllegalStateException("the consumer's thread ended", failure);
  }
}

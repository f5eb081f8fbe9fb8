import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;

/** Sends "load 0", "load 1" … to all partitions until it is stopped, and notes what was acknowledged where. */
final class JavaLoad {
  private static final long PACE_MS = 5;

  private final List<Map<String, Object>> acknowledged = new ArrayList<>();
  private final List<String> failed = new ArrayList<>();
  private final Thread thread;
  private volatile boolean isOn = true;

  JavaLoad(KafkaProducer<String, String> producer, String topic, int partitions) {
    thread = new Thread(() -> run(producer, topic, partitions));
    thread.setDaemon(true);
    thread.start();
  }

  private void run(KafkaProducer<String, String> producer, String topic, int partitions) {
    try (producer) {
      for (int count = 0; isOn; count += 1) {
        int index = count;
        int partition = index % partitions;
        producer.send(new ProducerRecord<>(topic, partition, null, "load " + index), (found, error) -> note(index, partition, found == null ? -1 : found.offset(), error));
        Thread.sleep(PACE_MS);
      }
    } catch (InterruptedException error) {
      note(-1, -1, -1, error);
    }
  }

  private synchronized void note(int index, int partition, long offset, Exception error) {
    if (error != null) failed.add(error.toString());
    else acknowledged.add(Map.of("index", index, "partition", partition, "offset", offset));
  }

  synchronized int acknowledged() {
    return acknowledged.size();
  }

  Map<String, Object> stop() throws InterruptedException {
    isOn = false;
    thread.join();
    synchronized (this) {
      return Map.of("acknowledged", List.copyOf(acknowledged), "failed", List.copyOf(failed));
    }
  }
}

"""confluent-kafka for Python, on librdkafka."""

import threading
import time

import confluent_kafka
from confluent_kafka import OFFSET_BEGINNING, OFFSET_END, Consumer, ConsumerGroupTopicPartitions, Producer, TopicPartition
from confluent_kafka.admin import AdminClient, AlterConfigOpType, ConfigEntry, ConfigResource, NewPartitions, NewTopic, OffsetSpec

from driver_loop import Absent, Wishes, behind, seen, serve

WAIT_SECONDS = 20


def result_of(futures):
    (future,) = futures.values()
    return future.result(timeout=WAIT_SECONDS)


def record_of(message):
    _, timestamp = message.timestamp()
    return seen(message.partition(), message.offset(), message.key(), message.value(), message.headers(), timestamp)


class Member:
    def __init__(self, bootstrap, group, topic, strategy, instanceId=None):
        self.view = {"assignment": [], "records": [], "revoked": [], "assignments": 0}
        self.strategy = strategy
        config = {
            "bootstrap.servers": bootstrap,
            "group.id": group,
            "auto.offset.reset": "earliest",
            "enable.auto.commit": False,
            "session.timeout.ms": 10000,
            "heartbeat.interval.ms": 500,
        }
        if strategy != "any":
            config["partition.assignment.strategy"] = strategy
        if instanceId is not None:
            config["group.instance.id"] = instanceId
        self.topic = topic
        self.consumer = Consumer(config)
        self.consumer.subscribe([topic], on_assign=self.on_assign, on_revoke=self.on_revoke)
        self.wishes = Wishes()
        self.stopping = threading.Event()
        self.failure = None
        self.thread = threading.Thread(target=self.poll, daemon=True)
        self.thread.start()

    def on_assign(self, consumer, partitions):
        self.view["assignments"] += 1
        gained = [one.partition for one in partitions]
        kept = self.view["assignment"] if self.strategy == "cooperative-sticky" else []
        self.view["assignment"] = sorted(set(kept) | set(gained))

    def on_revoke(self, consumer, partitions):
        lost = [one.partition for one in partitions]
        self.view["revoked"].append(lost)
        self.view["assignment"] = [one for one in self.view["assignment"] if one not in lost]

    def poll(self):
        while not self.stopping.is_set():
            self.wishes.grant()
            message = self.consumer.poll(0.1)
            if message is None:
                continue
            if message.error() is not None:
                self.failure = str(message.error())
                continue
            self.view["records"].append(record_of(message))

    def commit(self, metadata):
        offsets = [TopicPartition(self.topic, partition, offset, metadata) for partition, offset in behind(self.view["records"]).items()]
        self.wishes.ask(lambda: self.consumer.commit(offsets=offsets, asynchronous=False))

    def close(self):
        self.stopping.set()
        self.thread.join()
        self.consumer.close()


class Driver:
    absent = {
        "describeLogDirs": "no describe log dirs",
        "lag": "tells no lag of a group",
        "deleteOffsets": "no delete offsets in its admin client",
    }

    def open(self, bootstrap):
        self.bootstrap = bootstrap
        self.admin = AdminClient({"bootstrap.servers": bootstrap})
        self.members = {}
        return {"version": f"{confluent_kafka.__version__} (librdkafka {confluent_kafka.libversion()[0]})"}

    def metadata(self):
        found = self.admin.list_topics(timeout=WAIT_SECONDS)
        return {"brokers": sorted(found.brokers), "topics": {name: len(topic.partitions) for name, topic in found.topics.items()}}

    def describeCluster(self):
        found = self.admin.describe_cluster().result(timeout=WAIT_SECONDS)
        return {"clusterId": found.cluster_id, "brokers": [one.id for one in found.nodes]}

    def createTopic(self, topic, partitions, replicas, configs):
        result_of(self.admin.create_topics([NewTopic(topic, partitions, replicas, config=configs)]))

    def createPartitions(self, topic, total):
        result_of(self.admin.create_partitions([NewPartitions(topic, total)]))

    def deleteTopic(self, topic):
        result_of(self.admin.delete_topics([topic]))

    def describeConfigs(self, topic):
        entries = result_of(self.admin.describe_configs([ConfigResource(ConfigResource.Type.TOPIC, topic)]))
        return {"configs": {name: entry.value for name, entry in entries.items()}}

    def alterConfigs(self, topic, configs):
        entries = [ConfigEntry(name, value, incremental_operation=AlterConfigOpType.SET) for name, value in configs.items()]
        result_of(self.admin.incremental_alter_configs([ConfigResource(ConfigResource.Type.TOPIC, topic, incremental_configs=entries)]))

    def produce(self, topic, acks, idempotent, compression, records):
        producer = Producer({"bootstrap.servers": self.bootstrap, "acks": acks, "enable.idempotence": idempotent, "compression.type": compression, "linger.ms": 5})
        offsets, failed = [-1] * len(records), []

        def delivered(index):
            def note(error, message):
                if error is not None:
                    failed.append(str(error))
                elif message.offset() is not None:
                    offsets[index] = message.offset()
            return note

        for index, record in enumerate(records):
            more = {"timestamp": record["timestamp"]} if "timestamp" in record else {}
            if "headers" in record:
                more["headers"] = record["headers"]
            producer.produce(topic, value=record["value"], key=record["key"], partition=record["partition"], on_delivery=delivered(index), **more)
        producer.flush(WAIT_SECONDS)
        if failed:
            raise RuntimeError(failed[0])
        return {"offsets": offsets}

    def consume(self, topic, partitions, offset, count, **where):
        start = {"earliest": OFFSET_BEGINNING, "latest": OFFSET_END, "offset": offset}[where["from"]]
        consumer = Consumer({"bootstrap.servers": self.bootstrap, "group.id": "unused", "enable.auto.commit": False})
        consumer.assign([TopicPartition(topic, partition, start) for partition in partitions])
        records = []
        while len(records) < count:
            message = consumer.poll(1.0)
            if message is None:
                continue
            if message.error() is not None:
                raise RuntimeError(str(message.error()))
            records.append(record_of(message))
        consumer.close()
        return {"records": records}

    def listOffsets(self, topic, partitions):
        def ask(spec):
            found = self.admin.list_offsets({TopicPartition(topic, one): spec for one in partitions})
            return {one.partition: future.result(timeout=WAIT_SECONDS).offset for one, future in found.items()}
        return {"earliest": ask(OffsetSpec.earliest()), "latest": ask(OffsetSpec.latest())}

    def offsetForTime(self, topic, partition, timestamp):
        consumer = Consumer({"bootstrap.servers": self.bootstrap, "group.id": "unused"})
        (found,) = consumer.offsets_for_times([TopicPartition(topic, partition, timestamp)], timeout=WAIT_SECONDS)
        consumer.close()
        return {"offset": found.offset}

    def deleteRecords(self, topic, partition, before):
        result_of(self.admin.delete_records([TopicPartition(topic, partition, before)]))

    def join(self, member, strategy, **args):
        if strategy == "sticky":
            raise Absent("librdkafka has no eager sticky assignor")
        self.members[member] = Member(self.bootstrap, strategy=strategy, **args)

    def view(self, member):
        found = self.members[member]
        if found.failure is not None:
            raise RuntimeError(found.failure)
        return found.view

    def commit(self, member, metadata=""):
        self.members[member].commit(metadata)

    def leave(self, member):
        self.members.pop(member).close()

    def listGroups(self):
        found = self.admin.list_consumer_groups().result(timeout=WAIT_SECONDS)
        if found.errors:
            raise RuntimeError(str(found.errors[0]))
        return {"groups": [one.group_id for one in found.valid]}

    def describeGroup(self, group):
        found = result_of(self.admin.describe_consumer_groups([group]))
        return {"state": found.state.name, "members": len(found.members)}

    def committed(self, group, topic, partitions):
        asked = ConsumerGroupTopicPartitions(group, [TopicPartition(topic, one) for one in partitions])
        found = result_of(self.admin.list_consumer_group_offsets([asked]))
        return {"offsets": {one.partition: one.offset for one in found.topic_partitions}}

    def resetOffsets(self, group, topic, offsets):
        wanted = [TopicPartition(topic, int(partition), offset) for partition, offset in offsets.items()]
        found = result_of(self.admin.alter_consumer_group_offsets([ConsumerGroupTopicPartitions(group, wanted)]))
        for one in found.topic_partitions:
            if one.error is not None:
                raise RuntimeError(str(one.error))

    def deleteGroup(self, group):
        result_of(self.admin.delete_consumer_groups([group]))

    def loadStart(self, topic, partitions):
        self.loading, self.acknowledged, self.failed = True, [], []
        producer = Producer({"bootstrap.servers": self.bootstrap, "acks": "all", "enable.idempotence": True, "delivery.timeout.ms": 60000})

        def delivered(index):
            def note(error, message):
                if error is not None:
                    self.failed.append(str(error))
                else:
                    self.acknowledged.append({"index": index, "partition": message.partition(), "offset": message.offset()})
            return note

        def run():
            index = 0
            while self.loading:
                producer.produce(topic, value=f"load {index}", partition=index % partitions, on_delivery=delivered(index))
                index += 1
                producer.poll(0)
                time.sleep(0.005)
            producer.flush(WAIT_SECONDS)

        self.loader = threading.Thread(target=run, daemon=True)
        self.loader.start()

    def loadStatus(self):
        return {"acknowledged": len(self.acknowledged)}

    def loadStop(self):
        self.loading = False
        self.loader.join()
        return {"acknowledged": self.acknowledged, "failed": self.failed}


serve(Driver())

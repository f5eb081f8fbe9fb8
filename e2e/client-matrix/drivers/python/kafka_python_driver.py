"""kafka-python: pure Python, synchronous."""

import threading
import time

import kafka
from kafka import ConsumerRebalanceListener, KafkaAdminClient, KafkaConsumer, KafkaProducer, OffsetAndMetadata, TopicPartition
from kafka.admin import ConfigResource, ConfigResourceType, NewTopic, OffsetSpec
from kafka.coordinator.assignors.cooperative_sticky import CooperativeStickyAssignor
from kafka.coordinator.assignors.range import RangePartitionAssignor
from kafka.coordinator.assignors.roundrobin import RoundRobinPartitionAssignor
from kafka.coordinator.assignors.sticky.sticky_assignor import StickyPartitionAssignor
from kafka.errors import KafkaError

from driver_loop import Wishes, behind, encoded, seen, serve

WAIT_SECONDS = 20

ASSIGNORS = {
    "range": RangePartitionAssignor,
    "roundrobin": RoundRobinPartitionAssignor,
    "sticky": StickyPartitionAssignor,
    "cooperative-sticky": CooperativeStickyAssignor,
}


def record_of(one):
    return seen(one.partition, one.offset, one.key, one.value, one.headers, one.timestamp)


def refuse(answers):
    """Answers are error classes, or hold one."""
    for one in answers:
        error = one[1] if isinstance(one, tuple) else one
        if getattr(error, "errno", 0) != 0:
            raise RuntimeError(str(error))


class Member(ConsumerRebalanceListener):
    """kafka-python's consumer belongs to one thread."""

    def __init__(self, bootstrap, group, topic, strategy, instanceId=None):
        self.seen = {"assignment": [], "records": [], "revoked": [], "assignments": 0}
        self.topic = topic
        self.consumer = KafkaConsumer(
            bootstrap_servers=bootstrap,
            group_id=group,
            group_instance_id=instanceId,
            auto_offset_reset="earliest",
            enable_auto_commit=False,
            session_timeout_ms=10000,
            heartbeat_interval_ms=500,
            # One that joins before it knows the topic is given nothing until it looks again.
            metadata_max_age_ms=5000,
            **({} if strategy == "any" else {"partition_assignment_strategy": [ASSIGNORS[strategy]]}),
        )
        self.consumer.subscribe([topic], listener=self)
        self.wishes = Wishes()
        self.stopping = False
        self.failure = None
        self.thread = threading.Thread(target=self.run, daemon=True)
        self.thread.start()

    def on_partitions_revoked(self, revoked):
        if revoked:
            self.seen["revoked"].append([one.partition for one in revoked])

    def on_partitions_assigned(self, assigned):
        self.seen["assignments"] += 1

    def run(self):
        try:
            while not self.stopping:
                self.wishes.grant()
                self.seen["records"].extend(self.polled())
                self.seen["assignment"] = sorted(one.partition for one in self.consumer.assignment())
            self.consumer.close()
        except BaseException as error:  # told at the next look
            self.failure = error

    def polled(self):
        """A poll may throw what another one gets over, such as a connection that was reset: the application is to go on."""
        try:
            return [record_of(one) for batch in self.consumer.poll(timeout_ms=100).values() for one in batch]
        except KafkaError as error:
            if not error.retriable:
                raise
            return []

    def commit(self, metadata):
        offsets = {TopicPartition(self.topic, partition): OffsetAndMetadata(offset, metadata, -1) for partition, offset in behind(self.seen["records"]).items()}
        self.wishes.ask(lambda: self.consumer.commit(offsets))

    def close(self):
        self.stopping = True
        self.thread.join(WAIT_SECONDS)
        if self.failure is not None:
            raise self.failure


class Driver:
    absent = {"lag": "tells no lag of a group"}

    def open(self, bootstrap):
        self.bootstrap = bootstrap.split(",")
        self.admin = KafkaAdminClient(bootstrap_servers=self.bootstrap)
        self.members = {}
        return {"version": kafka.__version__}

    def metadata(self):
        brokers = [one["node_id" if "node_id" in one else "broker_id"] for one in self.admin.describe_cluster()["brokers"]]
        return {"brokers": brokers, "topics": {one["name"]: len(one["partitions"]) for one in self.admin.describe_topics()}}

    def describeCluster(self):
        found = self.admin.describe_cluster()
        return {"clusterId": found["cluster_id"], "brokers": [one["node_id" if "node_id" in one else "broker_id"] for one in found["brokers"]]}

    def describeLogDirs(self, topic):
        sizes = {}
        for broker in self.admin.describe_log_dirs([topic]):
            for folder in broker["log_dirs"]:
                for one in folder["topics"]:
                    sizes[broker["broker"]] = sizes.get(broker["broker"], 0) + sum(partition["partition_size"] for partition in one["partitions"])
        return {"bytes": sizes}

    def createTopic(self, topic, partitions, replicas, configs):
        self.admin.create_topics([NewTopic(topic, partitions, replicas, topic_configs=configs)])

    def producer(self, acks, idempotent, compression="none"):
        return KafkaProducer(
            bootstrap_servers=self.bootstrap,
            acks="all" if acks == -1 else acks,
            enable_idempotence=idempotent,
            compression_type=None if compression == "none" else compression,
            linger_ms=5,
        )

    def produce(self, topic, acks, idempotent, compression, records):
        producer = self.producer(acks, idempotent, compression)
        futures = [
            producer.send(
                topic,
                value=encoded(one["value"]),
                key=encoded(one["key"]),
                headers=[(name, value.encode()) for name, value in one.get("headers", {}).items()],
                partition=one["partition"],
                timestamp_ms=one.get("timestamp"),
            )
            for one in records
        ]
        producer.flush(WAIT_SECONDS)
        offsets = [future.get(WAIT_SECONDS).offset for future in futures]
        producer.close()
        return {"offsets": [-1 if offset is None else offset for offset in offsets]}

    def consume(self, topic, partitions, offset, count, **where):
        consumer = KafkaConsumer(bootstrap_servers=self.bootstrap, group_id=None)
        wanted = [TopicPartition(topic, partition) for partition in partitions]
        consumer.assign(wanted)
        if where["from"] == "earliest":
            consumer.seek_to_beginning(*wanted)
        elif where["from"] == "latest":
            consumer.seek_to_end(*wanted)
        else:
            for one in wanted:
                consumer.seek(one, offset)
        records = []
        while len(records) < count:
            for batch in consumer.poll(timeout_ms=500).values():
                records.extend(record_of(one) for one in batch)
        consumer.close()
        return {"records": records}

    def listOffsets(self, topic, partitions):
        def ask(spec):
            found = self.admin.list_partition_offsets({TopicPartition(topic, one): spec for one in partitions})
            return {one.partition: at.offset for one, at in found.items()}
        return {"earliest": ask(OffsetSpec.EARLIEST), "latest": ask(OffsetSpec.LATEST)}

    def join(self, member, **args):
        self.members[member] = Member(self.bootstrap, **args)

    def view(self, member):
        found = self.members[member]
        if found.failure is not None:
            raise found.failure
        return found.seen

    def commit(self, member, metadata=""):
        self.members[member].commit(metadata)

    def leave(self, member):
        self.members.pop(member).close()

    def offsetForTime(self, topic, partition, timestamp):
        consumer = KafkaConsumer(bootstrap_servers=self.bootstrap, group_id=None)
        asked = TopicPartition(topic, partition)
        found = consumer.offsets_for_times({asked: timestamp})[asked]
        consumer.close()
        return {"offset": -1 if found is None else found.offset}

    def describeConfigs(self, topic):
        found = self.admin.describe_configs([ConfigResource(ConfigResourceType.TOPIC, topic)], config_filter="all")
        ((entries,),) = ([*kind.values()] for kind in found.values())
        return {"configs": {name: entry["value"] for name, entry in entries.items()}}

    def alterConfigs(self, topic, configs):
        self.admin.alter_configs([ConfigResource(ConfigResourceType.TOPIC, topic, configs=configs)])

    def createPartitions(self, topic, total):
        self.admin.create_partitions({topic: total})

    def deleteRecords(self, topic, partition, before):
        self.admin.delete_records({TopicPartition(topic, partition): before})

    def deleteTopic(self, topic):
        self.admin.delete_topics([topic])

    def listGroups(self):
        return {"groups": [one["group_id"] for one in self.admin.list_groups()]}

    def describeGroup(self, group):
        found = self.admin.describe_groups([group])[group]
        return {"state": found.get("group_state", found.get("state")), "members": len(found["members"])}

    def committed(self, group, topic, partitions):
        found = self.admin.list_group_offsets({group: [TopicPartition(topic, one) for one in partitions]})[group]
        return {"offsets": {one.partition: offset.offset for one, offset in found.items()}}

    def resetOffsets(self, group, topic, offsets):
        wanted = {TopicPartition(topic, int(partition)): OffsetAndMetadata(offset, "", -1) for partition, offset in offsets.items()}
        refuse(self.admin.alter_group_offsets(group, wanted).values())

    def deleteOffsets(self, group, topic, partitions):
        refuse(self.admin.delete_group_offsets(group, [TopicPartition(topic, one) for one in partitions]).values())

    def deleteGroup(self, group):
        answers = self.admin.delete_groups([group])
        refuse(answers.values() if isinstance(answers, dict) else answers)

    def loadStart(self, topic, partitions):
        self.loading, self.acknowledged, self.failed = True, [], []
        producer = self.producer(-1, True)

        def sent(index):
            return lambda found: self.acknowledged.append({"index": index, "partition": found.partition, "offset": found.offset})

        def run():
            index = 0
            while self.loading:
                future = producer.send(topic, value=f"load {index}".encode(), partition=index % partitions)
                future.add_callback(sent(index)).add_errback(lambda error: self.failed.append(str(error)))
                index += 1
                time.sleep(0.005)
            producer.flush(WAIT_SECONDS)
            producer.close()

        self.loader = threading.Thread(target=run, daemon=True)
        self.loader.start()

    def loadStatus(self):
        return {"acknowledged": len(self.acknowledged)}

    def loadStop(self):
        self.loading = False
        self.loader.join()
        return {"acknowledged": self.acknowledged, "failed": self.failed}


serve(Driver())

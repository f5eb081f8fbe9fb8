"""aiokafka: pure Python on asyncio. Its loop runs in a thread of its own; every operation is a coroutine on it."""

import asyncio
import threading

import aiokafka
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, ConsumerRebalanceListener, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewPartitions, NewTopic, RecordsToDelete
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from aiokafka.coordinator.assignors.range import RangePartitionAssignor
from aiokafka.coordinator.assignors.roundrobin import RoundRobinPartitionAssignor
from aiokafka.coordinator.assignors.sticky.sticky_assignor import StickyPartitionAssignor
from aiokafka.structs import OffsetAndMetadata

from driver_loop import Absent, behind, encoded, seen, serve

ASSIGNORS = {"range": RangePartitionAssignor, "roundrobin": RoundRobinPartitionAssignor, "sticky": StickyPartitionAssignor}


def record_of(one):
    return seen(one.partition, one.offset, one.key, one.value, one.headers, one.timestamp)


class Watch(ConsumerRebalanceListener):
    def __init__(self, view):
        self.view = view

    def on_partitions_revoked(self, revoked):
        self.view["revoked"].append([one.partition for one in revoked])
        self.view["assignment"] = []

    def on_partitions_assigned(self, assigned):
        self.view["assignments"] += 1
        self.view["assignment"] = sorted(one.partition for one in assigned)


def refuse(code, message):
    if code != 0:
        raise RuntimeError(f"error {code}: {message}")


class Operations:
    def __init__(self):
        self.members = {}

    async def open(self, bootstrap):
        self.bootstrap = bootstrap
        self.admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
        await self.admin.start()
        return {"version": aiokafka.__version__}

    async def metadata(self):
        brokers = [one["node_id"] for one in (await self.admin.describe_cluster())["brokers"]]
        return {"brokers": brokers, "topics": {one["topic"]: len(one["partitions"]) for one in await self.admin.describe_topics()}}

    async def describeCluster(self):
        found = await self.admin.describe_cluster()
        return {"clusterId": found["cluster_id"], "brokers": [one["node_id"] for one in found["brokers"]]}

    async def createTopic(self, topic, partitions, replicas, configs):
        answer = await self.admin.create_topics([NewTopic(topic, partitions, replicas, topic_configs=configs)])
        for _, code, *rest in answer.topic_errors:
            refuse(code, rest)

    async def producer(self, acks, idempotent, compression="none"):
        producer = AIOKafkaProducer(
            bootstrap_servers=self.bootstrap,
            acks="all" if acks == -1 else acks,
            enable_idempotence=idempotent,
            compression_type=None if compression == "none" else compression,
            linger_ms=5,
        )
        await producer.start()
        return producer

    async def produce(self, topic, acks, idempotent, compression, records):
        producer = await self.producer(acks, idempotent, compression)
        try:
            futures = [
                await producer.send(
                    topic,
                    value=encoded(one["value"]),
                    key=encoded(one["key"]),
                    headers=[(name, value.encode()) for name, value in one.get("headers", {}).items()],
                    partition=one["partition"],
                    timestamp_ms=one.get("timestamp"),
                )
                for one in records
            ]
            found = await asyncio.gather(*futures)
        finally:
            await producer.stop()
        return {"offsets": [-1 if one is None else one.offset for one in found]}

    async def consume(self, topic, partitions, offset, count, **where):
        consumer = AIOKafkaConsumer(bootstrap_servers=self.bootstrap, group_id=None)
        await consumer.start()
        wanted = [TopicPartition(topic, partition) for partition in partitions]
        consumer.assign(wanted)
        if where["from"] == "earliest":
            await consumer.seek_to_beginning(*wanted)
        elif where["from"] == "latest":
            await consumer.seek_to_end(*wanted)
        else:
            for one in wanted:
                consumer.seek(one, offset)
        records = []
        while len(records) < count:
            records.append(record_of(await consumer.getone()))
        await consumer.stop()
        return {"records": records}

    async def listOffsets(self, topic, partitions):
        consumer = AIOKafkaConsumer(bootstrap_servers=self.bootstrap, group_id=None)
        await consumer.start()
        wanted = [TopicPartition(topic, partition) for partition in partitions]
        found = [await consumer.beginning_offsets(wanted), await consumer.end_offsets(wanted)]
        await consumer.stop()
        earliest, latest = [{one.partition: offset for one, offset in part.items()} for part in found]
        return {"earliest": earliest, "latest": latest}

    async def join(self, member, group, topic, strategy, instanceId=None):
        if strategy == "cooperative-sticky":
            raise Absent("no cooperative assignor")
        view = {"assignment": [], "records": [], "revoked": [], "assignments": 0}
        consumer = AIOKafkaConsumer(
            bootstrap_servers=self.bootstrap,
            group_id=group,
            group_instance_id=instanceId,
            auto_offset_reset="earliest",
            enable_auto_commit=False,
            heartbeat_interval_ms=500,
            metadata_max_age_ms=5000,
            **({} if strategy == "any" else {"partition_assignment_strategy": [ASSIGNORS[strategy]]}),
        )
        consumer.subscribe([topic], listener=Watch(view))

        async def run():
            async for one in consumer:
                view["records"].append(record_of(one))

        # A start waits for the first assignment, and a second member's for the first one's polling.
        await consumer.start()
        self.members[member] = (consumer, topic, view, asyncio.create_task(run()))

    async def view(self, member):
        _, _, view, task = self.members[member]
        if task.done():
            task.result()
        return view

    async def commit(self, member, metadata=""):
        consumer, topic, view, _ = self.members[member]
        await consumer.commit({TopicPartition(topic, partition): OffsetAndMetadata(offset, metadata) for partition, offset in behind(view["records"]).items()})

    async def leave(self, member):
        consumer, _, _, task = self.members.pop(member)
        task.cancel()
        await consumer.stop()

    async def offsetForTime(self, topic, partition, timestamp):
        consumer = AIOKafkaConsumer(bootstrap_servers=self.bootstrap, group_id=None)
        await consumer.start()
        asked = TopicPartition(topic, partition)
        found = (await consumer.offsets_for_times({asked: timestamp}))[asked]
        await consumer.stop()
        return {"offset": -1 if found is None else found.offset}

    async def describeConfigs(self, topic):
        (answer,) = await self.admin.describe_configs([ConfigResource(ConfigResourceType.TOPIC, topic)])
        ((code, message, _, _, entries, *_),) = answer.resources
        refuse(code, message)
        return {"configs": {name: value for name, value, *_ in entries}}

    async def alterConfigs(self, topic, configs):
        (answer,) = await self.admin.alter_configs([ConfigResource(ConfigResourceType.TOPIC, topic, configs=configs)])
        for code, message, *_ in answer.resources:
            refuse(code, message)

    async def createPartitions(self, topic, total):
        answer = await self.admin.create_partitions({topic: NewPartitions(total)})
        for _, code, message, *_ in answer.topic_errors:
            refuse(code, message)

    async def deleteRecords(self, topic, partition, before):
        await self.admin.delete_records({TopicPartition(topic, partition): RecordsToDelete(before_offset=before)})

    async def deleteTopic(self, topic):
        answer = await self.admin.delete_topics([topic])
        for _, code, *rest in answer.topic_error_codes:
            refuse(code, rest)

    async def listGroups(self):
        return {"groups": [one[0] for one in await self.admin.list_consumer_groups()]}

    async def describeGroup(self, group):
        (answer,) = await self.admin.describe_consumer_groups([group])
        ((code, _, state, _, _, members, *_),) = answer.groups
        refuse(code, group)
        return {"state": state, "members": len(members)}

    async def committed(self, group, topic, partitions):
        found = await self.admin.list_consumer_group_offsets(group, partitions=[TopicPartition(topic, one) for one in partitions])
        return {"offsets": {one.partition: offset.offset for one, offset in found.items()}}

    async def resetOffsets(self, group, topic, offsets):
        """The admin client cannot; a consumer with its partitions assigned by hand commits for the group, as a simple consumer may."""
        consumer = AIOKafkaConsumer(bootstrap_servers=self.bootstrap, group_id=group, enable_auto_commit=False)
        await consumer.start()
        wanted = {TopicPartition(topic, int(partition)): offset for partition, offset in offsets.items()}
        consumer.assign([*wanted])
        await consumer.commit(wanted)
        await consumer.stop()

    async def loadStart(self, topic, partitions):
        self.loading, self.acknowledged, self.failed = True, [], []
        producer = await self.producer(-1, True)

        async def settle(index, future):
            try:
                found = await future
                self.acknowledged.append({"index": index, "partition": found.partition, "offset": found.offset})
            except Exception as error:  # told at the end
                self.failed.append(str(error))

        async def run():
            index, settling = 0, []
            while self.loading:
                future = await producer.send(topic, value=f"load {index}".encode(), partition=index % partitions)
                settling.append(asyncio.create_task(settle(index, future)))
                index += 1
                await asyncio.sleep(0.005)
            await asyncio.gather(*settling)
            await producer.stop()

        self.loader = asyncio.create_task(run())

    async def loadStatus(self):
        return {"acknowledged": len(self.acknowledged)}

    async def loadStop(self):
        self.loading = False
        await self.loader
        return {"acknowledged": self.acknowledged, "failed": self.failed}


class Driver:
    absent = {
        "describeLogDirs": "no describe log dirs in its admin client",
        "lag": "tells no lag of a group",
        "deleteOffsets": "no delete offsets in its admin client",
        "deleteGroup": "no delete groups in its admin client",
    }

    def __init__(self):
        self.operations = Operations()
        self.loop = asyncio.new_event_loop()
        threading.Thread(target=self.loop.run_forever, daemon=True).start()

    def __getattr__(self, name):
        operation = getattr(self.operations, name)
        return lambda **args: asyncio.run_coroutine_threadsafe(operation(**args), self.loop).result()


serve(Driver())

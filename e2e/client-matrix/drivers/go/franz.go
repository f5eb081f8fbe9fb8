package main

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"strings"
	"sync"
	"time"

	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/kmsg"
)

const pace = 5 * time.Millisecond

// franz is franz-go: its client with kgo, its admin client with kadm.
type franz struct {
	seeds   []string
	mutex   sync.Mutex
	members map[string]*franzMember
	load    *load
}

func franzOperations() map[string]operation {
	driver := &franz{members: map[string]*franzMember{}}
	all := map[string]operation{
		"produce":    driver.produce,
		"consume":    driver.consume,
		"join":       driver.join,
		"view":       func(args arguments) (any, error) { return driver.member(args).told() },
		"commit":     func(args arguments) (any, error) { return nil, driver.member(args).commit(args) },
		"leave":      func(args arguments) (any, error) { driver.member(args).close(); return nil, nil },
		"loadStart":  driver.loadStart,
		"loadStatus": func(arguments) (any, error) { return driver.load.status() },
		"loadStop":   func(arguments) (any, error) { return driver.load.stop() },
	}
	all["open"] = func(args arguments) (any, error) {
		driver.seeds = strings.Split(args.Bootstrap, ",")
		client, err := kgo.NewClient(kgo.SeedBrokers(driver.seeds...))
		if err != nil {
			return nil, err
		}
		maps.Copy(all, (&franzAdmin{client: kadm.NewClient(client)}).operations())
		return map[string]string{"version": moduleVersion("github.com/twmb/franz-go")}, nil
	}
	return all
}

func (driver *franz) client(more ...kgo.Opt) (*kgo.Client, error) {
	return kgo.NewClient(append([]kgo.Opt{kgo.SeedBrokers(driver.seeds...), kgo.RecordPartitioner(kgo.ManualPartitioner())}, more...)...)
}

func franzSeen(one *kgo.Record) seenRecord {
	headers := map[string]*string{}
	for _, header := range one.Headers {
		headers[header.Key] = textOf(header.Value)
	}
	return seenRecord{one.Partition, one.Offset, textOf(one.Key), textOf(one.Value), headers, one.Timestamp.UnixMilli()}
}

func (driver *franz) produce(args arguments) (any, error) {
	acks := map[int]kgo.Acks{-1: kgo.AllISRAcks(), 0: kgo.NoAck(), 1: kgo.LeaderAck()}[args.Acks]
	codecs := map[string]kgo.CompressionCodec{"none": kgo.NoCompression(), "gzip": kgo.GzipCompression(), "snappy": kgo.SnappyCompression(), "lz4": kgo.Lz4Compression(), "zstd": kgo.ZstdCompression()}
	options := []kgo.Opt{kgo.RequiredAcks(acks), kgo.ProducerBatchCompression(codecs[args.Compression])}
	if !args.Idempotent {
		options = append(options, kgo.DisableIdempotentWrite())
	}
	client, err := driver.client(options...)
	if err != nil {
		return nil, err
	}
	defer client.Close()
	records := []*kgo.Record{}
	for _, one := range args.Records {
		record := &kgo.Record{Topic: args.Topic, Partition: one.Partition, Key: bytesOf(one.Key), Value: bytesOf(one.Value)}
		for name, value := range one.Headers {
			record.Headers = append(record.Headers, kgo.RecordHeader{Key: name, Value: []byte(value)})
		}
		if one.Timestamp != nil {
			record.Timestamp = time.UnixMilli(*one.Timestamp)
		}
		records = append(records, record)
	}
	ctx, cancel := context.WithTimeout(context.Background(), within)
	defer cancel()
	results := client.ProduceSync(ctx, records...)
	offsets := make([]int64, len(records))
	for index, record := range records {
		offsets[index] = record.Offset
		if args.Acks == 0 {
			offsets[index] = -1
		}
	}
	return map[string]any{"offsets": offsets}, results.FirstErr()
}

func (driver *franz) consume(args arguments) (any, error) {
	start := map[string]kgo.Offset{"earliest": kgo.NewOffset().AtStart(), "latest": kgo.NewOffset().AtEnd(), "offset": kgo.NewOffset().At(args.Offset)}[args.From]
	from := map[int32]kgo.Offset{}
	for _, partition := range args.list() {
		from[partition] = start
	}
	client, err := driver.client(kgo.ConsumePartitions(map[string]map[int32]kgo.Offset{args.Topic: from}))
	if err != nil {
		return nil, err
	}
	defer client.Close()
	ctx, cancel := context.WithTimeout(context.Background(), within)
	defer cancel()
	records := []seenRecord{}
	for len(records) < args.Count {
		fetches := client.PollFetches(ctx)
		if err := fetches.Err(); err != nil {
			return nil, err
		}
		fetches.EachRecord(func(one *kgo.Record) { records = append(records, franzSeen(one)) })
	}
	return map[string]any{"records": records}, nil
}

func (driver *franz) member(args arguments) *franzMember {
	driver.mutex.Lock()
	defer driver.mutex.Unlock()
	return driver.members[args.Member]
}

// franzMember is a member of a group and what it has lived through.
type franzMember struct {
	mutex  sync.Mutex
	seen   view
	topic  string
	group  string
	client *kgo.Client
	ended  chan struct{}
	stop   context.CancelFunc
}

func (driver *franz) join(args arguments) (any, error) {
	member := &franzMember{seen: newView(), topic: args.Topic, group: args.Group, ended: make(chan struct{})}
	gave := func(_ context.Context, _ *kgo.Client, lost map[string][]int32) {
		member.mutex.Lock()
		defer member.mutex.Unlock()
		member.seen.lose(lost[args.Topic])
	}
	options := []kgo.Opt{
		kgo.ConsumerGroup(args.Group), kgo.ConsumeTopics(args.Topic), kgo.DisableAutoCommit(),
		kgo.ConsumeResetOffset(kgo.NewOffset().AtStart()), kgo.SessionTimeout(10 * time.Second), kgo.HeartbeatInterval(500 * time.Millisecond),
		kgo.OnPartitionsAssigned(func(_ context.Context, _ *kgo.Client, gained map[string][]int32) {
			member.mutex.Lock()
			defer member.mutex.Unlock()
			member.seen.gain(gained[args.Topic])
		}),
		kgo.OnPartitionsRevoked(gave), kgo.OnPartitionsLost(gave),
	}
	balancers := map[string]kgo.GroupBalancer{"range": kgo.RangeBalancer(), "roundrobin": kgo.RoundRobinBalancer(), "sticky": kgo.StickyBalancer(), "cooperative-sticky": kgo.CooperativeStickyBalancer()}
	if balancer, isNamed := balancers[args.Strategy]; isNamed {
		options = append(options, kgo.Balancers(balancer))
	}
	if args.InstanceID != "" {
		options = append(options, kgo.InstanceID(args.InstanceID))
	}
	client, err := driver.client(options...)
	if err != nil {
		return nil, err
	}
	ctx, stop := context.WithCancel(context.Background())
	member.client, member.stop = client, stop
	go member.poll(ctx)
	driver.mutex.Lock()
	defer driver.mutex.Unlock()
	driver.members[args.Member] = member
	return nil, nil
}

func (member *franzMember) poll(ctx context.Context) {
	defer close(member.ended)
	for ctx.Err() == nil {
		// What it recovers from is among its fetches as an error too; whether it did, its records say.
		fetches := member.client.PollFetches(ctx)
		member.mutex.Lock()
		fetches.EachRecord(func(one *kgo.Record) { member.seen.Records = append(member.seen.Records, franzSeen(one)) })
		member.mutex.Unlock()
	}
}

func (member *franzMember) told() (any, error) {
	member.mutex.Lock()
	defer member.mutex.Unlock()
	told := member.seen
	told.Assignment = append([]int32{}, told.Assignment...)
	told.Records = append([]seenRecord{}, told.Records...)
	return told, nil
}

func (member *franzMember) commit(args arguments) error {
	member.mutex.Lock()
	ends := member.seen.behind()
	member.mutex.Unlock()
	ctx, cancel := context.WithTimeout(context.Background(), within)
	defer cancel()
	if args.Metadata != nil {
		ctx = kgo.PreCommitFnContext(ctx, func(request *kmsg.OffsetCommitRequest) error {
			for topic := range request.Topics {
				for partition := range request.Topics[topic].Partitions {
					request.Topics[topic].Partitions[partition].Metadata = args.Metadata
				}
			}
			return nil
		})
	}
	offsets := map[int32]kgo.EpochOffset{}
	for partition, offset := range ends {
		offsets[partition] = kgo.EpochOffset{Epoch: -1, Offset: offset}
	}
	var failed error
	member.client.CommitOffsetsSync(ctx, map[string]map[int32]kgo.EpochOffset{member.topic: offsets}, func(_ *kgo.Client, _ *kmsg.OffsetCommitRequest, answer *kmsg.OffsetCommitResponse, err error) {
		failed = err
		if answer == nil {
			return
		}
		for _, topic := range answer.Topics {
			for _, partition := range topic.Partitions {
				failed = errors.Join(failed, kerr.ErrorForCode(partition.ErrorCode))
			}
		}
	})
	return failed
}

func (member *franzMember) close() {
	member.stop()
	<-member.ended
	member.client.Close()
}

func (driver *franz) loadStart(args arguments) (any, error) {
	// Its default is snappy; uncompressed, the values can be read off the brokers.
	client, err := driver.client(kgo.RequiredAcks(kgo.AllISRAcks()), kgo.ProducerBatchCompression(kgo.NoCompression()))
	if err != nil {
		return nil, err
	}
	current := newLoad()
	driver.load = current
	partitions := int(args.partitionCount())
	go func() {
		defer close(current.done)
		defer client.Close()
		for index := 0; current.isOn(); index++ {
			record := &kgo.Record{Topic: args.Topic, Partition: int32(index % partitions), Value: fmt.Appendf(nil, "load %d", index)}
			client.Produce(context.Background(), record, func(sent *kgo.Record, err error) { current.note(index, sent.Partition, sent.Offset, err) })
			time.Sleep(pace)
		}
		if err := client.Flush(context.Background()); err != nil {
			current.note(-1, -1, -1, err)
		}
	}()
	return nil, nil
}

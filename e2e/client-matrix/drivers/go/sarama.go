package main

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/IBM/sarama"
)

// saramaDriver is sarama: producers, partition consumers and consumer groups.
type saramaDriver struct {
	seeds   []string
	mutex   sync.Mutex
	members map[string]*saramaMember
	load    *load
}

func saramaOperations() map[string]operation {
	driver := &saramaDriver{members: map[string]*saramaMember{}}
	all := map[string]operation{
		"produce":    driver.produce,
		"consume":    driver.consume,
		"join":       driver.join,
		"view":       func(args arguments) (any, error) { return driver.member(args).told() },
		"commit":     func(args arguments) (any, error) { return nil, driver.member(args).commit(args) },
		"leave":      func(args arguments) (any, error) { return nil, driver.member(args).close() },
		"loadStart":  driver.loadStart,
		"loadStatus": func(arguments) (any, error) { return driver.load.status() },
		"loadStop":   func(arguments) (any, error) { return driver.load.stop() },
	}
	all["open"] = func(args arguments) (any, error) {
		driver.seeds = strings.Split(args.Bootstrap, ",")
		client, err := sarama.NewClient(driver.seeds, saramaConfig())
		if err != nil {
			return nil, err
		}
		admin, err := sarama.NewClusterAdminFromClient(client)
		if err != nil {
			return nil, err
		}
		maps.Copy(all, (&saramaAdmin{client: client, admin: admin}).operations())
		return map[string]string{"version": moduleVersion("github.com/IBM/sarama")}, nil
	}
	return all
}

func saramaConfig() *sarama.Config {
	config := sarama.NewConfig()
	config.Version = sarama.MaxVersion
	config.Producer.Partitioner = sarama.NewManualPartitioner
	config.Producer.Return.Successes = true
	// A crash takes longer than its three retries.
	config.Producer.Retry.Max = 300
	return config
}

func (driver *saramaDriver) idempotent(config *sarama.Config) {
	config.Producer.Idempotent = true
	config.Producer.RequiredAcks = sarama.WaitForAll
	config.Net.MaxOpenRequests = 1
}

func saramaSeen(one *sarama.ConsumerMessage) seenRecord {
	headers := map[string]*string{}
	for _, header := range one.Headers {
		headers[string(header.Key)] = textOf(header.Value)
	}
	return seenRecord{one.Partition, one.Offset, textOf(one.Key), textOf(one.Value), headers, one.Timestamp.UnixMilli()}
}

// encoder leaves null what is null.
func encoder(text *string) sarama.Encoder {
	if text == nil {
		return nil
	}
	return sarama.StringEncoder(*text)
}

func (driver *saramaDriver) produce(args arguments) (any, error) {
	config := saramaConfig()
	config.Producer.RequiredAcks = sarama.RequiredAcks(args.Acks)
	codecs := map[string]sarama.CompressionCodec{"none": sarama.CompressionNone, "gzip": sarama.CompressionGZIP, "snappy": sarama.CompressionSnappy, "lz4": sarama.CompressionLZ4, "zstd": sarama.CompressionZSTD}
	config.Producer.Compression = codecs[args.Compression]
	if args.Idempotent {
		driver.idempotent(config)
	}
	producer, err := sarama.NewSyncProducer(driver.seeds, config)
	if err != nil {
		return nil, err
	}
	defer producer.Close()
	messages := []*sarama.ProducerMessage{}
	for _, one := range args.Records {
		message := &sarama.ProducerMessage{Topic: args.Topic, Partition: one.Partition, Key: encoder(one.Key), Value: encoder(one.Value)}
		for name, value := range one.Headers {
			message.Headers = append(message.Headers, sarama.RecordHeader{Key: []byte(name), Value: []byte(value)})
		}
		if one.Timestamp != nil {
			message.Timestamp = time.UnixMilli(*one.Timestamp)
		}
		messages = append(messages, message)
	}
	err = producer.SendMessages(messages)
	var failures sarama.ProducerErrors
	if errors.As(err, &failures) && len(failures) > 0 {
		err = failures[0].Err
	}
	offsets := []int64{}
	for _, message := range messages {
		if args.Acks == 0 {
			offsets = append(offsets, -1)
		} else {
			offsets = append(offsets, message.Offset)
		}
	}
	return map[string]any{"offsets": offsets}, err
}

func (driver *saramaDriver) consume(args arguments) (any, error) {
	consumer, err := sarama.NewConsumer(driver.seeds, saramaConfig())
	if err != nil {
		return nil, err
	}
	defer consumer.Close()
	start := map[string]int64{"earliest": sarama.OffsetOldest, "latest": sarama.OffsetNewest, "offset": args.Offset}[args.From]
	messages := make(chan *sarama.ConsumerMessage)
	over := make(chan struct{})
	defer close(over)
	for _, partition := range args.list() {
		reader, err := consumer.ConsumePartition(args.Topic, partition, start)
		if err != nil {
			return nil, err
		}
		defer reader.AsyncClose()
		go func() {
			for message := range reader.Messages() {
				select {
				case messages <- message:
				case <-over:
				}
			}
		}()
	}
	records := []seenRecord{}
	late := time.After(within)
	for len(records) < args.Count {
		select {
		case message := <-messages:
			records = append(records, saramaSeen(message))
		case <-late:
			return nil, fmt.Errorf("%d of %d records came within %s", len(records), args.Count, within)
		}
	}
	return map[string]any{"records": records}, nil
}

func (driver *saramaDriver) member(args arguments) *saramaMember {
	driver.mutex.Lock()
	defer driver.mutex.Unlock()
	return driver.members[args.Member]
}

// saramaMember is the handler of a group's sessions: a claim is a partition that it reads.
type saramaMember struct {
	mutex   sync.Mutex
	seen    view
	topic   string
	group   sarama.ConsumerGroup
	session sarama.ConsumerGroupSession
	ended   chan struct{}
	stop    context.CancelFunc
	err     error
}

func (driver *saramaDriver) join(args arguments) (any, error) {
	config := saramaConfig()
	config.Consumer.Offsets.Initial = sarama.OffsetOldest
	config.Consumer.Offsets.AutoCommit.Enable = false
	config.Consumer.Group.Heartbeat.Interval = 500 * time.Millisecond
	config.Consumer.Group.InstanceId = args.InstanceID
	strategies := map[string]sarama.BalanceStrategy{"range": sarama.NewBalanceStrategyRange(), "roundrobin": sarama.NewBalanceStrategyRoundRobin(), "sticky": sarama.NewBalanceStrategySticky(), "cooperative-sticky": sarama.NewBalanceStrategyCooperativeSticky()}
	if strategy, isNamed := strategies[args.Strategy]; isNamed {
		config.Consumer.Group.Rebalance.GroupStrategies = []sarama.BalanceStrategy{strategy}
	}
	group, err := sarama.NewConsumerGroup(driver.seeds, args.Group, config)
	if err != nil {
		return nil, err
	}
	ctx, stop := context.WithCancel(context.Background())
	member := &saramaMember{seen: newView(), topic: args.Topic, group: group, ended: make(chan struct{}), stop: stop}
	go func() {
		defer close(member.ended)
		for ctx.Err() == nil {
			if err := group.Consume(ctx, []string{args.Topic}, member); err != nil {
				// It is to be called again, as after every rebalance; what lasts is told.
				member.mutex.Lock()
				member.err = err
				member.mutex.Unlock()
			}
		}
	}()
	driver.mutex.Lock()
	defer driver.mutex.Unlock()
	driver.members[args.Member] = member
	return nil, nil
}

// Setup begins a session.
func (member *saramaMember) Setup(session sarama.ConsumerGroupSession) error {
	member.mutex.Lock()
	defer member.mutex.Unlock()
	member.session, member.err = session, nil
	member.seen.Assignments++
	return nil
}

// Cleanup ends a session.
func (member *saramaMember) Cleanup(sarama.ConsumerGroupSession) error { return nil }

// ConsumeClaim reads a partition until it is revoked.
func (member *saramaMember) ConsumeClaim(_ sarama.ConsumerGroupSession, claim sarama.ConsumerGroupClaim) error {
	member.mutex.Lock()
	member.seen.Assignment = append(member.seen.Assignment, claim.Partition())
	member.mutex.Unlock()
	for message := range claim.Messages() {
		member.mutex.Lock()
		member.seen.Records = append(member.seen.Records, saramaSeen(message))
		member.mutex.Unlock()
	}
	member.mutex.Lock()
	defer member.mutex.Unlock()
	member.seen.lose([]int32{claim.Partition()})
	return nil
}

func (member *saramaMember) told() (any, error) {
	member.mutex.Lock()
	defer member.mutex.Unlock()
	told := member.seen
	told.Assignment = slices.Clone(told.Assignment)
	told.Records = slices.Clone(told.Records)
	return told, nil
}

func (member *saramaMember) commit(args arguments) error {
	member.mutex.Lock()
	defer member.mutex.Unlock()
	note := ""
	if args.Metadata != nil {
		note = *args.Metadata
	}
	for partition, offset := range member.seen.behind() {
		member.session.MarkOffset(member.topic, partition, offset, note)
	}
	member.session.Commit()
	return member.err
}

func (member *saramaMember) close() error {
	member.stop()
	<-member.ended
	return member.group.Close()
}

func (driver *saramaDriver) loadStart(args arguments) (any, error) {
	config := saramaConfig()
	driver.idempotent(config)
	producer, err := sarama.NewAsyncProducer(driver.seeds, config)
	if err != nil {
		return nil, err
	}
	current := newLoad()
	driver.load = current
	partitions := int(args.partitionCount())
	var answers sync.WaitGroup
	answers.Go(func() {
		for sent := range producer.Successes() {
			current.note(sent.Metadata.(int), sent.Partition, sent.Offset, nil)
		}
	})
	answers.Go(func() {
		for failed := range producer.Errors() {
			current.note(-1, -1, -1, failed.Err)
		}
	})
	go func() {
		defer close(current.done)
		for index := 0; current.isOn(); index++ {
			producer.Input() <- &sarama.ProducerMessage{Topic: args.Topic, Partition: int32(index % partitions), Value: sarama.StringEncoder(fmt.Sprintf("load %d", index)), Metadata: index}
			time.Sleep(pace)
		}
		producer.AsyncClose()
		answers.Wait()
	}()
	return nil, nil
}

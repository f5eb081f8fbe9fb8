package main

import (
	"errors"

	"github.com/IBM/sarama"
)

// saramaAdmin is sarama's ClusterAdmin, with its client for what that lacks.
type saramaAdmin struct {
	client sarama.Client
	admin  sarama.ClusterAdmin
}

func (one *saramaAdmin) operations() map[string]operation {
	missing := func(why string) operation {
		return func(arguments) (any, error) { return nil, absent(why) }
	}
	return map[string]operation{
		"metadata":        one.metadata,
		"describeCluster": missing("tells no cluster id"),
		"describeLogDirs": one.describeLogDirs,
		"createTopic":     one.createTopic,
		"createPartitions": func(args arguments) (any, error) {
			return nil, one.admin.CreatePartitions(args.Topic, int32(args.Total), nil, false)
		},
		"deleteTopic":     func(args arguments) (any, error) { return nil, one.admin.DeleteTopic(args.Topic) },
		"describeConfigs": one.describeConfigs,
		"alterConfigs":    one.alterConfigs,
		"listOffsets":     one.listOffsets,
		"offsetForTime":   one.offsetForTime,
		"deleteRecords": func(args arguments) (any, error) {
			return nil, one.admin.DeleteRecords(args.Topic, map[int32]int64{args.Partition: args.Before})
		},
		"listGroups":    one.listGroups,
		"describeGroup": one.describeGroup,
		"committed":     one.committed,
		"lag":           missing("tells no lag of a group"),
		"resetOffsets":  one.resetOffsets,
		"deleteOffsets": one.deleteOffsets,
		"deleteGroup":   func(args arguments) (any, error) { return nil, one.admin.DeleteConsumerGroup(args.Group) },
	}
}

func (one *saramaAdmin) brokers() ([]int32, error) {
	found, _, err := one.admin.DescribeCluster()
	ids := []int32{}
	for _, broker := range found {
		ids = append(ids, broker.ID())
	}
	return ids, err
}

func (one *saramaAdmin) metadata(arguments) (any, error) {
	brokers, err := one.brokers()
	found, err2 := one.admin.ListTopics()
	topics := map[string]int32{}
	for name, topic := range found {
		topics[name] = topic.NumPartitions
	}
	return map[string]any{"brokers": brokers, "topics": topics}, errors.Join(err, err2)
}

func (one *saramaAdmin) describeLogDirs(args arguments) (any, error) {
	brokers, err := one.brokers()
	if err != nil {
		return nil, err
	}
	found, err := one.admin.DescribeLogDirs(brokers)
	sizes := map[int32]int64{}
	for broker, folders := range found {
		for _, folder := range folders {
			for _, topic := range folder.Topics {
				for _, partition := range topic.Partitions {
					if topic.Topic == args.Topic {
						sizes[broker] += partition.Size
					}
				}
			}
		}
	}
	return map[string]any{"bytes": sizes}, err
}

func (one *saramaAdmin) createTopic(args arguments) (any, error) {
	configs := map[string]*string{}
	for name, value := range args.Configs {
		configs[name] = &value
	}
	return nil, one.admin.CreateTopic(args.Topic, &sarama.TopicDetail{NumPartitions: args.partitionCount(), ReplicationFactor: args.Replicas, ConfigEntries: configs}, false)
}

func (one *saramaAdmin) describeConfigs(args arguments) (any, error) {
	found, err := one.admin.DescribeConfig(sarama.ConfigResource{Type: sarama.TopicResource, Name: args.Topic})
	configs := map[string]string{}
	for _, entry := range found {
		configs[entry.Name] = entry.Value
	}
	return map[string]any{"configs": configs}, err
}

func (one *saramaAdmin) alterConfigs(args arguments) (any, error) {
	changes := map[string]sarama.IncrementalAlterConfigsEntry{}
	for name, value := range args.Configs {
		changes[name] = sarama.IncrementalAlterConfigsEntry{Operation: sarama.IncrementalAlterConfigsOperationSet, Value: &value}
	}
	return nil, one.admin.IncrementalAlterConfig(sarama.TopicResource, args.Topic, changes, false)
}

func (one *saramaAdmin) at(topic string, partitions []int32, time int64) (map[int32]int64, error) {
	offsets := map[int32]int64{}
	for _, partition := range partitions {
		offset, err := one.client.GetOffset(topic, partition, time)
		if err != nil {
			return nil, err
		}
		offsets[partition] = offset
	}
	return offsets, nil
}

func (one *saramaAdmin) listOffsets(args arguments) (any, error) {
	earliest, err := one.at(args.Topic, args.list(), sarama.OffsetOldest)
	latest, err2 := one.at(args.Topic, args.list(), sarama.OffsetNewest)
	return map[string]any{"earliest": earliest, "latest": latest}, errors.Join(err, err2)
}

func (one *saramaAdmin) offsetForTime(args arguments) (any, error) {
	found, err := one.at(args.Topic, []int32{args.Partition}, args.Timestamp)
	return map[string]int64{"offset": found[args.Partition]}, err
}

func (one *saramaAdmin) listGroups(arguments) (any, error) {
	found, err := one.admin.ListConsumerGroups()
	groups := []string{}
	for name := range found {
		groups = append(groups, name)
	}
	return map[string]any{"groups": groups}, err
}

func (one *saramaAdmin) describeGroup(args arguments) (any, error) {
	found, err := one.admin.DescribeConsumerGroups([]string{args.Group})
	if err != nil {
		return nil, err
	}
	return map[string]any{"state": found[0].State, "members": len(found[0].Members)}, nil
}

func (one *saramaAdmin) committed(args arguments) (any, error) {
	found, err := one.admin.ListConsumerGroupOffsets(args.Group, map[string][]int32{args.Topic: args.list()})
	if err != nil {
		return nil, err
	}
	offsets := map[int32]int64{}
	for partition, block := range found.Blocks[args.Topic] {
		offsets[partition] = block.Offset
	}
	return map[string]any{"offsets": offsets}, nil
}

func (one *saramaAdmin) resetOffsets(args arguments) (any, error) {
	wanted := map[int32]sarama.OffsetAndMetadata{}
	for partition, offset := range args.Offsets {
		wanted[partition] = sarama.OffsetAndMetadata{Offset: offset, LeaderEpoch: -1}
	}
	_, err := one.admin.AlterConsumerGroupOffsets(args.Group, map[string]map[int32]sarama.OffsetAndMetadata{args.Topic: wanted}, nil)
	return nil, err
}

func (one *saramaAdmin) deleteOffsets(args arguments) (any, error) {
	var err error
	for _, partition := range args.list() {
		err = errors.Join(err, one.admin.DeleteConsumerGroupOffset(args.Group, args.Topic, partition))
	}
	return nil, err
}

package main

import (
	"context"
	"errors"
	"strconv"
	"time"

	"github.com/twmb/franz-go/pkg/kadm"
)

const within = 25 * time.Second

// asked gives an operation of the admin client its bound.
func asked(run func(ctx context.Context, args arguments) (any, error)) operation {
	return func(args arguments) (any, error) {
		ctx, cancel := context.WithTimeout(context.Background(), within)
		defer cancel()
		return run(ctx, args)
	}
}

// franzAdmin is franz-go's admin client, kadm.
type franzAdmin struct{ client *kadm.Client }

func (admin *franzAdmin) operations() map[string]operation {
	return map[string]operation{
		"metadata":         asked(admin.metadata),
		"describeCluster":  asked(admin.describeCluster),
		"describeLogDirs":  asked(admin.describeLogDirs),
		"createTopic":      asked(admin.createTopic),
		"createPartitions": asked(admin.createPartitions),
		"deleteTopic":      asked(admin.deleteTopic),
		"describeConfigs":  asked(admin.describeConfigs),
		"alterConfigs":     asked(admin.alterConfigs),
		"listOffsets":      asked(admin.listOffsets),
		"offsetForTime":    asked(admin.offsetForTime),
		"deleteRecords":    asked(admin.deleteRecords),
		"listGroups":       asked(admin.listGroups),
		"describeGroup":    asked(admin.describeGroup),
		"committed":        asked(admin.committed),
		"lag":              asked(admin.lag),
		"resetOffsets":     asked(admin.resetOffsets),
		"deleteOffsets":    asked(admin.deleteOffsets),
		"deleteGroup":      asked(admin.deleteGroup),
	}
}

func (admin *franzAdmin) metadata(ctx context.Context, _ arguments) (any, error) {
	found, err := admin.client.Metadata(ctx)
	topics := map[string]int{}
	for name, topic := range found.Topics {
		topics[name] = len(topic.Partitions)
	}
	return map[string]any{"brokers": found.Brokers.NodeIDs(), "topics": topics}, err
}

func (admin *franzAdmin) describeCluster(ctx context.Context, _ arguments) (any, error) {
	found, err := admin.client.BrokerMetadata(ctx)
	return map[string]any{"clusterId": found.Cluster, "brokers": found.Brokers.NodeIDs()}, err
}

func (admin *franzAdmin) describeLogDirs(ctx context.Context, args arguments) (any, error) {
	found, err := admin.client.DescribeAllLogDirs(ctx, nil)
	sizes := map[string]int64{}
	found.Each(func(folder kadm.DescribedLogDir) {
		folder.Topics.Each(func(one kadm.DescribedLogDirPartition) {
			if one.Topic == args.Topic {
				sizes[strconv.Itoa(int(one.Broker))] += one.Size
			}
		})
	})
	return map[string]any{"bytes": sizes}, err
}

func (admin *franzAdmin) createTopic(ctx context.Context, args arguments) (any, error) {
	configs := map[string]*string{}
	for name, value := range args.Configs {
		configs[name] = &value
	}
	answer, err := admin.client.CreateTopic(ctx, args.partitionCount(), args.Replicas, configs, args.Topic)
	return nil, errors.Join(err, answer.Err)
}

func (admin *franzAdmin) createPartitions(ctx context.Context, args arguments) (any, error) {
	answers, err := admin.client.UpdatePartitions(ctx, args.Total, args.Topic)
	return nil, errors.Join(err, answers.Error())
}

func (admin *franzAdmin) deleteTopic(ctx context.Context, args arguments) (any, error) {
	answer, err := admin.client.DeleteTopic(ctx, args.Topic)
	return nil, errors.Join(err, answer.Err)
}

func (admin *franzAdmin) describeConfigs(ctx context.Context, args arguments) (any, error) {
	found, err := admin.client.DescribeTopicConfigs(ctx, args.Topic)
	if err != nil {
		return nil, err
	}
	topic, err := found.On(args.Topic, nil)
	configs := map[string]string{}
	for _, one := range topic.Configs {
		configs[one.Key] = one.MaybeValue()
	}
	return map[string]any{"configs": configs}, errors.Join(err, topic.Err)
}

func (admin *franzAdmin) alterConfigs(ctx context.Context, args arguments) (any, error) {
	changes := []kadm.AlterConfig{}
	for name, value := range args.Configs {
		changes = append(changes, kadm.AlterConfig{Op: kadm.SetConfig, Name: name, Value: &value})
	}
	answers, err := admin.client.AlterTopicConfigs(ctx, changes, args.Topic)
	for _, one := range answers {
		err = errors.Join(err, one.Err)
	}
	return nil, err
}

func byPartition(found kadm.ListedOffsets) map[int32]int64 {
	offsets := map[int32]int64{}
	found.Each(func(one kadm.ListedOffset) { offsets[one.Partition] = one.Offset })
	return offsets
}

func (admin *franzAdmin) listOffsets(ctx context.Context, args arguments) (any, error) {
	earliest, err := admin.client.ListStartOffsets(ctx, args.Topic)
	latest, err2 := admin.client.ListEndOffsets(ctx, args.Topic)
	return map[string]any{"earliest": byPartition(earliest), "latest": byPartition(latest)}, errors.Join(err, err2, earliest.Error(), latest.Error())
}

func (admin *franzAdmin) offsetForTime(ctx context.Context, args arguments) (any, error) {
	found, err := admin.client.ListOffsetsAfterMilli(ctx, args.Timestamp, args.Topic)
	return map[string]int64{"offset": byPartition(found)[args.Partition]}, errors.Join(err, found.Error())
}

func (admin *franzAdmin) deleteRecords(ctx context.Context, args arguments) (any, error) {
	wanted := kadm.Offsets{}
	wanted.AddOffset(args.Topic, args.Partition, args.Before, -1)
	answers, err := admin.client.DeleteRecords(ctx, wanted)
	return nil, errors.Join(err, answers.Error())
}

func (admin *franzAdmin) listGroups(ctx context.Context, _ arguments) (any, error) {
	found, err := admin.client.ListGroups(ctx)
	return map[string]any{"groups": found.Groups()}, err
}

func (admin *franzAdmin) describeGroup(ctx context.Context, args arguments) (any, error) {
	found, err := admin.client.DescribeGroups(ctx, args.Group)
	group := found[args.Group]
	return map[string]any{"state": group.State, "members": len(group.Members)}, errors.Join(err, group.Err)
}

func (admin *franzAdmin) committed(ctx context.Context, args arguments) (any, error) {
	found, err := admin.client.FetchOffsets(ctx, args.Group)
	offsets := map[int32]int64{}
	for partition, one := range found[args.Topic] {
		offsets[partition] = one.At
	}
	return map[string]any{"offsets": offsets}, errors.Join(err, found.Error())
}

func (admin *franzAdmin) lag(ctx context.Context, args arguments) (any, error) {
	found, err := admin.client.Lag(ctx, args.Group)
	group := found[args.Group]
	lag := map[int32]int64{}
	for partition, one := range group.Lag[args.Topic] {
		lag[partition] = one.Lag
	}
	return map[string]any{"lag": lag}, errors.Join(err, group.Error())
}

func (admin *franzAdmin) resetOffsets(ctx context.Context, args arguments) (any, error) {
	wanted := kadm.Offsets{}
	for partition, offset := range args.Offsets {
		wanted.AddOffset(args.Topic, partition, offset, -1)
	}
	return nil, admin.client.CommitAllOffsets(ctx, args.Group, wanted)
}

func (admin *franzAdmin) deleteOffsets(ctx context.Context, args arguments) (any, error) {
	wanted := kadm.TopicsSet{}
	wanted.Add(args.Topic, args.list()...)
	answers, err := admin.client.DeleteOffsets(ctx, args.Group, wanted)
	return nil, errors.Join(err, answers.Error())
}

func (admin *franzAdmin) deleteGroup(ctx context.Context, args arguments) (any, error) {
	answer, err := admin.client.DeleteGroup(ctx, args.Group)
	return nil, errors.Join(err, answer.Err)
}

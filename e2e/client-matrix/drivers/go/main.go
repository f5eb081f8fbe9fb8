// The Go clients' drivers: `driver franz-go` and `driver sarama` read one JSON request a line, let each run in a goroutine of its own, and
// write one JSON answer a line.
package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"runtime/debug"
	"sync"
)

// absent says that the client offers no such thing.
type absent string

func (why absent) Error() string { return string(why) }

// arguments are those of all operations in one.
type arguments struct {
	Bootstrap   string            `json:"bootstrap"`
	Topic       string            `json:"topic"`
	Partition   int32             `json:"partition"`
	Partitions  json.RawMessage   `json:"partitions"`
	Total       int               `json:"total"`
	Replicas    int16             `json:"replicas"`
	Configs     map[string]string `json:"configs"`
	Acks        int               `json:"acks"`
	Idempotent  bool              `json:"idempotent"`
	Compression string            `json:"compression"`
	Records     []sentRecord      `json:"records"`
	From        string            `json:"from"`
	Offset      int64             `json:"offset"`
	Count       int               `json:"count"`
	Timestamp   int64             `json:"timestamp"`
	Before      int64             `json:"before"`
	Member      string            `json:"member"`
	Group       string            `json:"group"`
	Strategy    string            `json:"strategy"`
	InstanceID  string            `json:"instanceId"`
	Metadata    *string           `json:"metadata"`
	Offsets     map[int32]int64   `json:"offsets"`
}

// list is the argument where it names partitions, count where it tells how many.
func (args arguments) list() (partitions []int32) {
	if err := json.Unmarshal(args.Partitions, &partitions); err != nil {
		return nil
	}
	return partitions
}

func (args arguments) partitionCount() (count int32) {
	if err := json.Unmarshal(args.Partitions, &count); err != nil {
		return 0
	}
	return count
}

type sentRecord struct {
	Partition int32             `json:"partition"`
	Key       *string           `json:"key"`
	Value     *string           `json:"value"`
	Headers   map[string]string `json:"headers"`
	Timestamp *int64            `json:"timestamp"`
}

func bytesOf(text *string) []byte {
	if text == nil {
		return nil
	}
	return []byte(*text)
}

type seenRecord struct {
	Partition int32              `json:"partition"`
	Offset    int64              `json:"offset"`
	Key       *string            `json:"key"`
	Value     *string            `json:"value"`
	Headers   map[string]*string `json:"headers"`
	Timestamp int64              `json:"timestamp"`
}

func textOf(bytes []byte) *string {
	if bytes == nil {
		return nil
	}
	text := string(bytes)
	return &text
}

// view is what a member of a group has lived through.
type view struct {
	Assignment  []int32      `json:"assignment"`
	Records     []seenRecord `json:"records"`
	Revoked     [][]int32    `json:"revoked"`
	Assignments int          `json:"assignments"`
}

func newView() view {
	return view{Assignment: []int32{}, Records: []seenRecord{}, Revoked: [][]int32{}}
}

// behind is, by partition, the offset behind the last record that was seen.
func (seen *view) behind() map[int32]int64 {
	ends := map[int32]int64{}
	for _, one := range seen.Records {
		ends[one.Partition] = max(ends[one.Partition], one.Offset+1)
	}
	return ends
}

// gain and lose keep the assignment of a member whose rebalances tell what changed.
func (seen *view) gain(partitions []int32) {
	seen.Assignments++
	seen.Assignment = append(seen.Assignment, partitions...)
}

func (seen *view) lose(partitions []int32) {
	if len(partitions) == 0 {
		return
	}
	seen.Revoked = append(seen.Revoked, partitions)
	kept := []int32{}
	for _, one := range seen.Assignment {
		isLost := false
		for _, lost := range partitions {
			isLost = isLost || lost == one
		}
		if !isLost {
			kept = append(kept, one)
		}
	}
	seen.Assignment = kept
}

// load is what a producer was told while it sent "load 0", "load 1" …
type load struct {
	mutex        sync.Mutex
	isOver       bool
	done         chan struct{}
	acknowledged []map[string]int64
	failed       []string
}

func newLoad() *load {
	return &load{done: make(chan struct{}), acknowledged: []map[string]int64{}, failed: []string{}}
}

func (one *load) isOn() bool {
	one.mutex.Lock()
	defer one.mutex.Unlock()
	return !one.isOver
}

func (one *load) note(index int, partition int32, offset int64, err error) {
	one.mutex.Lock()
	defer one.mutex.Unlock()
	if err != nil {
		one.failed = append(one.failed, err.Error())
		return
	}
	one.acknowledged = append(one.acknowledged, map[string]int64{"index": int64(index), "partition": int64(partition), "offset": offset})
}

func (one *load) status() (any, error) {
	one.mutex.Lock()
	defer one.mutex.Unlock()
	return map[string]int{"acknowledged": len(one.acknowledged)}, nil
}

func (one *load) stop() (any, error) {
	one.mutex.Lock()
	one.isOver = true
	one.mutex.Unlock()
	<-one.done
	return map[string]any{"acknowledged": one.acknowledged, "failed": one.failed}, nil
}

type operation func(args arguments) (any, error)

func moduleVersion(path string) string {
	info, _ := debug.ReadBuildInfo()
	for _, module := range info.Deps {
		if module.Path == path {
			return module.Version
		}
	}
	return "unknown"
}

func answer(run operation, args arguments) (told map[string]any) {
	defer func() {
		if problem := recover(); problem != nil {
			told = map[string]any{"error": fmt.Sprintf("panic: %v", problem)}
		}
	}()
	result, err := run(args)
	var missing absent
	switch {
	case errors.As(err, &missing):
		return map[string]any{"absent": err.Error()}
	case err != nil:
		return map[string]any{"error": err.Error()}
	case result == nil:
		return map[string]any{"ok": map[string]any{}}
	}
	return map[string]any{"ok": result}
}

func main() {
	drivers := map[string]func() map[string]operation{"franz-go": franzOperations, "sarama": saramaOperations}
	operations := drivers[os.Args[1]]()
	var writing sync.Mutex
	requests := bufio.NewReader(os.Stdin)
	for {
		line, err := requests.ReadBytes('\n')
		if err != nil {
			return
		}
		var request struct {
			ID   int       `json:"id"`
			Op   string    `json:"op"`
			Args arguments `json:"args"`
		}
		if err := json.Unmarshal(line, &request); err != nil {
			panic(err)
		}
		go func() {
			told := answer(operations[request.Op], request.Args)
			told["id"] = request.ID
			text, err := json.Marshal(told)
			if err != nil {
				panic(err)
			}
			writing.Lock()
			defer writing.Unlock()
			os.Stdout.Write(append(text, '\n'))
		}()
	}
}

// Command porcupine judges histories of Quorate (docs/testing.md#histories) by Porcupine, a checker
// that is not ours, and by a model that shares no line with ours.
//
//	go run . [-timeout 10m] FILE...
//
// Exit code: 0 if all files are linearizable, 1 if one is not, 2 if one cannot be read, 3 if the
// search was given up.
package main

import (
	"bufio"
	"encoding/json"
	"flag"
	"fmt"
	"math"
	"os"
	"time"

	"github.com/anishathalye/porcupine"
)

const (
	notLinearizable = 1
	unreadable      = 2
	undecided       = 3
)

// call is one line of a file.
type call struct {
	Key    string  `json:"key"`
	Call   int64   `json:"call"`
	Return *int64  `json:"return"`
	Input  input   `json:"input"`
	Output *output `json:"output"`
}

// history has the calls that may have taken effect, by key.
type history struct {
	byKey                   map[string][]porcupine.Operation
	calls, unknown, refused int
}

func read(path string) (*history, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	read := &history{byKey: map[string][]porcupine.Operation{}}
	lines := bufio.NewScanner(file)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var one call
		if err := json.Unmarshal(lines.Bytes(), &one); err != nil {
			return nil, fmt.Errorf("line %d: %w", read.calls+1, err)
		}
		read.add(one)
	}
	return read, lines.Err()
}

func (h *history) add(one call) {
	h.calls++
	if one.Output != nil && one.Output.Refused != nil {
		h.refused++
		return
	}
	// A call of unknown outcome may take effect at any time after it was made.
	returned := int64(math.MaxInt64)
	if one.Return != nil {
		returned = *one.Return
	} else {
		h.unknown++
	}
	h.byKey[one.Key] = append(h.byKey[one.Key], porcupine.Operation{
		Input: one.Input, Output: one.Output, Call: one.Call, Return: returned,
	})
}

// judge looks at each key by itself, so that it can say which one is wrong.
func judge(path string, timeout time.Duration) int {
	history, err := read(path)
	if err != nil {
		fmt.Fprintf(os.Stderr, "%s is no history: %v\n", path, err)
		return unreadable
	}
	fmt.Printf("%s: %d calls on %d keys, %d of unknown outcome, %d without effect\n",
		path, history.calls, len(history.byKey), history.unknown, history.refused)
	worst := 0
	for key, operations := range history.byKey {
		switch porcupine.CheckOperationsTimeout(model, operations, timeout) {
		case porcupine.Illegal:
			fmt.Printf("key %s is NOT LINEARIZABLE\n", key)
			worst = notLinearizable
		case porcupine.Unknown:
			fmt.Printf("key %s: given up after %s\n", key, timeout)
			if worst == 0 {
				worst = undecided
			}
		}
	}
	if worst == 0 {
		fmt.Println("linearizable")
	}
	return worst
}

func main() {
	timeout := flag.Duration("timeout", 10*time.Minute, "time after which a key is given up")
	flag.Parse()
	worst := 0
	for _, path := range flag.Args() {
		if code := judge(path, *timeout); worst == 0 || code == notLinearizable {
			worst = code
		}
	}
	os.Exit(worst)
}

package main

import (
	"sort"
	"strconv"
	"strings"

	"github.com/anishathalye/porcupine"
)

type input struct {
	Op     string     `json:"op"`
	Value  string     `json:"value"`
	Expect expected   `json:"expect"`
	By     int64      `json:"by"`
	Min    int64      `json:"min"`
	Set    fieldEdits `json:"set"`
}

type output struct {
	Value   *string `json:"value"`
	Done    bool    `json:"done"`
	Unmet   string  `json:"unmet"`
	Sum     *int64  `json:"sum"`
	Refused *string `json:"refused"`
}

// register is what a key has: a value, or none.
type register struct {
	present bool
	value   string
}

var none = register{}

func some(value string) register { return register{true, value} }

var model = porcupine.Model{
	Init: func() interface{} { return none },
	Step: func(state, in, out interface{}) (bool, interface{}) {
		return step(state.(register), in.(input), out.(*output))
	},
}

// step says whether a register may give that answer, and what it has afterwards. Nil is the answer
// of a call whose outcome is unknown.
func step(before register, in input, out *output) (bool, register) {
	switch in.Op {
	case "get":
		return out == nil || before == fromJSON(out.Value), before
	case "put":
		return true, some(in.Value)
	case "delete":
		return true, none
	case "cas":
		done := before == fromJSON(in.Expect.value)
		return out == nil || out.Done == done, either(done, some(in.Value), before)
	case "add":
		sum, done := added(before, in)
		legal := out == nil || (done == (out.Sum != nil) && (!done || *out.Sum == sum))
		return legal, either(done, some(strconv.FormatInt(sum, 10)), before)
	case "update":
		done, unmet, after := updated(before, in)
		return out == nil || (out.Done == done && out.Unmet == unmet), either(done, after, before)
	}
	return false, before
}

func fromJSON(value *string) register {
	if value == nil {
		return none
	}
	return some(*value)
}

func either(done bool, after, before register) register {
	if done {
		return after
	}
	return before
}

func added(before register, in input) (sum int64, done bool) {
	number := int64(0)
	if before.present {
		parsed, err := strconv.ParseInt(before.value, 10, 64)
		if err != nil {
			return 0, false
		}
		number = parsed
	}
	sum = number + in.By
	return sum, sum >= in.Min
}

func updated(before register, in input) (done bool, unmet string, after register) {
	fields, isMap := fieldsOf(before)
	if !isMap {
		return false, "", before
	}
	for _, each := range in.Expect.fields {
		has, present := fields[each.name]
		if present != (each.value != nil) || (present && has != *each.value) {
			return false, each.name, before
		}
	}
	for _, each := range in.Set {
		if each.value == nil {
			delete(fields, each.name)
		} else {
			fields[each.name] = *each.value
		}
	}
	return true, "", some(text(fields))
}

// fieldsOf reads {a=V,b=W}; no value is a map without fields.
func fieldsOf(before register) (map[string]string, bool) {
	fields := map[string]string{}
	if !before.present {
		return fields, true
	}
	if !strings.HasPrefix(before.value, "{") || !strings.HasSuffix(before.value, "}") {
		return nil, false
	}
	inner := before.value[1 : len(before.value)-1]
	if inner == "" {
		return fields, true
	}
	for _, each := range strings.Split(inner, ",") {
		name, value, found := strings.Cut(each, "=")
		if !found {
			return nil, false
		}
		fields[name] = value
	}
	return fields, true
}

func text(fields map[string]string) string {
	var each []string
	for name, value := range fields {
		each = append(each, name+"="+value)
	}
	sort.Strings(each)
	return "{" + strings.Join(each, ",") + "}"
}

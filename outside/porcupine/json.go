package main

import (
	"bytes"
	"encoding/json"
)

// field is one of a map; its value is nil for one that is absent.
type field struct {
	name  string
	value *string
}

// fieldEdits is a JSON object whose order counts: the first field that is not as expected is told.
type fieldEdits []field

func (f *fieldEdits) UnmarshalJSON(text []byte) error {
	values := map[string]*string{}
	if err := json.Unmarshal(text, &values); err != nil {
		return err
	}
	tokens := json.NewDecoder(bytes.NewReader(text))
	if _, err := tokens.Token(); err != nil { // the opening brace
		return err
	}
	for tokens.More() {
		name, err := tokens.Token()
		if err != nil {
			return err
		}
		*f = append(*f, field{name.(string), values[name.(string)]})
		if _, err := tokens.Token(); err != nil { // the value
			return err
		}
	}
	return nil
}

// expected is the value of a compare-and-set, or the fields of an update.
type expected struct {
	value  *string
	fields fieldEdits
}

func (e *expected) UnmarshalJSON(text []byte) error {
	if bytes.HasPrefix(text, []byte("{")) {
		return e.fields.UnmarshalJSON(text)
	}
	return json.Unmarshal(text, &e.value)
}

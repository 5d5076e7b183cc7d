package journal

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
)

// ErrNewer says that a newer version wrote something that this one does not understand. Nothing is done about it: it waits for the newer version, in the queue or its dead-letter
// queue.
var ErrNewer = errors.New("a newer version wrote it: deploy that version again, and then redrive the dead-letter queue")

// ErrUnread says that a list lacks what could not be read; all else is there.
var ErrUnread = errors.New("an entry cannot be read")

// later are the fields of a document that this version does not know, by name. After a release is taken back, the older version reads what the newer one wrote; what it does not
// know it keeps, and writes again with the next revision, so that the newer version finds it again.
type later map[string]json.RawMessage

// Fields of what is kept, as JSON names them.
var (
	entryFields   = fieldsOf(reflect.TypeFor[Entry]())
	claimFields   = fieldsOf(reflect.TypeFor[Claim]())
	counterFields = fieldsOf(reflect.TypeFor[Counter]())
)

// fieldsOf are the names of a type's fields in JSON.
func fieldsOf(t reflect.Type) map[string]bool {
	names := map[string]bool{}
	for field := range t.Fields() {
		if name, _, _ := strings.Cut(field.Tag.Get("json"), ","); name != "" && name != "-" {
			names[name] = true
		}
	}
	return names
}

// laterOf are the members of a JSON object that are not among the known ones; nil for none.
func laterOf(data []byte, known map[string]bool) (later, error) {
	var all later
	if err := json.Unmarshal(data, &all); err != nil {
		return nil, err
	}
	maps.DeleteFunc(all, func(name string, _ json.RawMessage) bool { return known[name] })
	if len(all) == 0 {
		return nil, nil
	}
	return all, nil
}

// with is a JSON object and the later fields behind its own, in the order of their names.
func (l later) with(object []byte) ([]byte, error) {
	if len(l) == 0 {
		return object, nil
	}
	var b bytes.Buffer
	b.Write(object[:len(object)-1])
	for _, name := range slices.Sorted(maps.Keys(l)) {
		quoted, err := encode(name)
		if err != nil {
			return nil, err
		}
		b.WriteByte(',')
		b.Write(quoted)
		b.WriteByte(':')
		if err := json.Compact(&b, l[name]); err != nil {
			return nil, err
		}
	}
	b.WriteByte('}')
	return b.Bytes(), nil
}

// understood is an error for an entry in a state that this version does not know: what it would do about it, nobody knows.
func understood(e Entry) error {
	if e.State != "" && stages[e.State] == unknown {
		return fmt.Errorf("entry %s is %q, a state that this version does not know: %w", e.ID, e.State, ErrNewer)
	}
	return nil
}

package local

import (
	"bytes"
	"encoding/json"
	"fmt"

	"github.com/tagwarden/tagwarden/internal/recorded"
)

// A deed is what a person does within a wave, where a text is no event: the place that it was read from, and when it is done.
type deed struct {
	place string
	wave  int
	text  []byte // with names of the seed
}

// deed keeps a text that is what a person does: an edit or an asking. It is false for an event, and for all that is nothing of the three.
func (m *machine) deed(text recorded.Text, wave int) (bool, error) {
	var is struct{ Operator, Edit json.RawMessage }
	if text.Err != nil || json.Unmarshal(text.Data, &is) != nil {
		return false, nil
	}
	d := deed{text.Place, wave, text.Data}
	switch {
	case is.Operator != nil:
		m.askings = append(m.askings, asking{deed: d})
		return true, d.decode(text.Data, &asking{})
	case is.Edit != nil:
		m.edits = append(m.edits, edit{deed: d})
		return true, d.decode(text.Data, &edit{})
	}
	return false, nil
}

// decode reads a deed, strictly.
func (d deed) decode(text []byte, to any) error {
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(to); err != nil {
		return fmt.Errorf("%s: this is neither an event, nor {\"edit\": ARN, \"tags\": {...}}, nor {\"operator\": ARN, \"do\": {...}}: %w", d.place, err)
	}
	return nil
}

// fill reads a deed with what its names stand for by now.
func (d deed) fill(p places, to any) error {
	text, err := p.fill(d.place, d.text)
	if err != nil {
		return err
	}
	return d.decode(text, to)
}

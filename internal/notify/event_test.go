package notify

import (
	"encoding/json"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/tagwarden/tagwarden/internal/journal"
)

// TestAnEventHoldsNoValue holds that what was on the resource, or is now, stands in no event, nor a sentence that could quote it.
func TestAnEventHoldsNoValue(t *testing.T) {
	e := with(func(e *journal.Entry) { e.Reason, e.Err, e.Resource.Name = "hunter2 is no value", "hunter2", "hunter2" })
	text, err := EventOf(e, "tagwarden").JSON()
	if err != nil {
		t.Fatal(err)
	}
	values := []string{"hunter2"}
	for _, touch := range e.Change.Touched {
		values = append(values, string(touch.Before), string(touch.After))
	}
	if len(values) < 3 {
		t.Fatalf("the entry changes %d values: nothing is tried", len(values)-1)
	}
	for _, value := range values {
		if len(value) > 0 && strings.Contains(text, value) {
			t.Errorf("%s stands in %s", value, text)
		}
	}
	for _, want := range []string{e.ID, e.Rule, e.Remedy, e.Resource.ARN, `"outcome":"fixed"`, `"deployment":"tagwarden"`} {
		if !strings.Contains(text, want) {
			t.Errorf("%s does not stand in %s", want, text)
		}
	}
}

// TestOutcomeSchema holds the published schema to the events that are made.
func TestOutcomeSchema(t *testing.T) {
	text, err := os.ReadFile("../../docs/outcome.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	var schema struct {
		Required   []string
		Properties map[string]struct {
			Properties map[string]any
			Enum       []string
		}
	}
	if err := json.Unmarshal(text, &schema); err != nil {
		t.Fatal(err)
	}
	checkFields(t, "detail", reflect.TypeFor[Event](), schema.Properties, schema.Required)
	for _, field := range fieldsOf(reflect.TypeFor[resource]()) {
		_, told := schema.Properties["resource"].Properties[field.name]
		if secret := field.name == "name" || field.name == "console"; told == secret {
			t.Errorf("the schema knows resource.%s: %v", field.name, told)
		}
	}
	for _, state := range []journal.State{journal.Fixed, journal.Proposed, journal.Told, journal.Waiting, journal.Refused, journal.Failed, journal.Lapsed, journal.Gone, journal.Compliant, journal.Exempted, journal.Observed, journal.Undone} {
		if outcome := Outcome(journal.Entry{State: state}); !slices.Contains(schema.Properties["outcome"].Enum, outcome) {
			t.Errorf("the schema does not know the outcome %s", outcome)
		}
	}
}

func checkFields[P any](t *testing.T, what string, typ reflect.Type, properties map[string]P, required []string) {
	t.Helper()
	fields := fieldsOf(typ)
	if len(fields) != len(properties) {
		t.Errorf("%s has %d fields, the schema %d", what, len(fields), len(properties))
	}
	for _, f := range fields {
		if _, ok := properties[f.name]; !ok {
			t.Errorf("the schema does not know %s.%s", what, f.name)
		}
		if always := slices.Contains(required, f.name); always == f.optional {
			t.Errorf("%s.%s: the schema says required is %v", what, f.name, always)
		}
	}
}

type jsonField struct {
	name     string
	optional bool
}

func fieldsOf(typ reflect.Type) []jsonField {
	var list []jsonField
	for i := range typ.NumField() {
		name, rest, _ := strings.Cut(typ.Field(i).Tag.Get("json"), ",")
		list = append(list, jsonField{name, rest == "omitempty"})
	}
	return list
}

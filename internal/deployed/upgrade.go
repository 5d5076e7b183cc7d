package deployed

import (
	"fmt"
	"slices"
)

// A Loss is what an update from one template to another would lose of what the stack holds.
type Loss struct {
	Faults []string // what must not be: a table or a queue of work that goes, or is made anew
	Drain  []string // names of dead-letter queues that go: what lies in them is to be taken off before
}

// LossOf holds one template against the one that it is to take the place of, by CloudFormation's rules of what an update replaces. Pure.
//
// Source: AWS CloudFormation template reference, AWS::DynamoDB::Table (TableName, KeySchema: "Update requires: Replacement") and AWS::SQS::Queue (QueueName, FifoQueue); user
// guide, "Update behaviors of stack resources".
func LossOf(before, after *Template) Loss {
	var loss Loss
	for _, id := range before.ids() {
		old, now := before.Resources[id], after.Resources[id]
		if immutable[old.Type] == nil {
			continue
		}
		why := ""
		switch {
		case now == nil:
			why = "it is not in the new template"
		case now.Type != old.Type:
			why = "it is a " + now.Type + " now"
		default:
			why = replaced(old, now)
		}
		switch {
		case why != "" && old.Type == "AWS::SQS::Queue" && before.deadLetters(id):
			loss.Drain = append(loss.Drain, text(old.Properties["QueueName"]))
		case why != "":
			loss.Faults = append(loss.Faults, fmt.Sprintf("%s (%s): the update loses what it holds: %s", id, old.Type, why))
		case old.Type == "AWS::DynamoDB::Table":
			loss.Faults = append(loss.Faults, tableFaults(id, old, now)...)
		}
	}
	return loss
}

// immutable are the types that hold state, with the properties whose change makes the resource anew.
var immutable = map[string][]string{
	"AWS::DynamoDB::Table":        {"TableName", "KeySchema", "ImportSourceSpecification"},
	"AWS::SQS::Queue":             {"QueueName", "FifoQueue"},
	"AWS::SecretsManager::Secret": {"Name"},
}

// replaced says which property makes an update replace a resource; "" for none.
func replaced(old, now *Resource) string {
	for _, name := range immutable[old.Type] {
		if d := difference(old.Properties[name], exact{now.Properties[name]}); d != "" {
			return name + " changes, which replaces it"
		}
	}
	return ""
}

// tableFaults are what the table's own protection lacks, and what DynamoDB does not do in one update.
//
// Source: AWS CloudFormation template reference, AWS::DynamoDB::Table (GlobalSecondaryIndexes: one index can be created or deleted without interruption, two or more fail).
func tableFaults(id string, old, now *Resource) []string {
	var faults []string
	if now.DeletionPolicy != "Retain" || now.UpdateReplacePolicy != "Retain" || now.Properties["DeletionProtectionEnabled"] != true {
		faults = append(faults, id+" (AWS::DynamoDB::Table): it is not retained and protected: DeletionPolicy, UpdateReplacePolicy and DeletionProtectionEnabled")
	}
	indexes, before := indexesOf(now), indexesOf(old)
	changed := 0
	for _, index := range slices.Concat(indexes, before) {
		if !slices.Contains(indexes, index) || !slices.Contains(before, index) {
			changed++
		}
	}
	if changed > 1 {
		faults = append(faults, fmt.Sprintf("%s (AWS::DynamoDB::Table): %d indexes come or go, and one update makes one", id, changed))
	}
	return faults
}

func indexesOf(table *Resource) []string {
	var names []string
	for _, index := range list(table.Properties["GlobalSecondaryIndexes"]) {
		if properties, is := index.(map[string]any); is {
			names = append(names, text(properties["IndexName"])+" "+brief(properties["KeySchema"]))
		}
	}
	return names
}

// deadLetters tells whether a queue is the dead-letter queue of another.
func (t *Template) deadLetters(id string) bool {
	return slices.ContainsFunc(t.of("AWS::SQS::Queue"), func(other string) bool {
		return refersTo(t.Resources[other].Properties["RedrivePolicy"], func(named string) bool { return named == id })
	})
}

// Table is the name of the template's one table, the journal's.
func (t *Template) Table() (string, error) {
	tables := t.of("AWS::DynamoDB::Table")
	if len(tables) != 1 {
		return "", fmt.Errorf("%s has %d tables, and should have the journal's alone", t.File, len(tables))
	}
	return text(t.Resources[tables[0]].Properties["TableName"]), nil
}

// New are the logical ids that a template has beyond an earlier one, sorted.
func New(before, after *Template) []string {
	return slices.DeleteFunc(after.ids(), func(id string) bool { return before.Resources[id] != nil })
}

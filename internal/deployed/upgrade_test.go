package deployed

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// TestUpdateLosesNothing holds that the update from the last release's template to today's replaces nothing that holds state, and names the queues that are to be drained.
func TestUpdateLosesNothing(t *testing.T) {
	before, after := stacks(t)
	got := LossOf(before, after)
	for _, fault := range got.Faults {
		t.Error(fault)
	}
	want := []string{"tagwarden-clock-dead", "tagwarden-config-dead", "tagwarden-tags-dead"} // docs/deploy-local.md says how
	if !slices.Equal(got.Drain, want) {
		t.Errorf("to drain: %q, want %q", got.Drain, want)
	}
}

func stacks(t *testing.T) (before, after *Template) {
	t.Helper()
	var both [2]*Template
	for i, file := range []string{"released/fix.template.json", "fix.template.json"} {
		made, err := Read(filepath.Join("..", "..", "testdata", "stack", filepath.FromSlash(file)))
		if err != nil {
			t.Fatal(err)
		}
		both[i] = made
	}
	return both[0], both[1]
}

// TestLoss puts each fault in.
func TestLoss(t *testing.T) {
	const table, queue = "JournalAE8C44B2", "TagsQueue377BBFDB"
	for _, c := range []struct {
		name  string
		spoil func(now *Template)
		want  string
	}{
		{"the table is gone", func(now *Template) { delete(now.Resources, table) }, "it is not in the new template"},
		{"the table has another name", func(now *Template) { now.Resources[table].Properties["TableName"] = "x" }, "TableName changes"},
		{"the table has other keys", func(now *Template) { now.Resources[table].Properties["KeySchema"] = []any{} }, "KeySchema changes"},
		{"the table is not retained", func(now *Template) { now.Resources[table].DeletionPolicy = "Delete" }, "not retained and protected"},
		{"the table may be deleted", func(now *Template) { delete(now.Resources[table].Properties, "DeletionProtectionEnabled") }, "not retained and protected"},
		{"two indexes go", func(now *Template) { delete(now.Resources[table].Properties, "GlobalSecondaryIndexes") }, "2 indexes come or go"},
		{"a queue of work has another name", func(now *Template) { now.Resources[queue].Properties["QueueName"] = "x" }, "QueueName changes"},
		{"a queue of work is something else", func(now *Template) { now.Resources[queue].Type = "AWS::SNS::Topic" }, "it is a AWS::SNS::Topic now"},
	} {
		t.Run(c.name, func(t *testing.T) {
			before, now := stacks(t)
			c.spoil(now)
			got := LossOf(before, now).Faults
			if len(got) != 1 || !strings.Contains(got[0], c.want) {
				t.Errorf("got %q, want one with %q", got, c.want)
			}
		})
	}
}

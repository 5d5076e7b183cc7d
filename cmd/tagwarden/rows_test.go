package main

import (
	"bytes"
	"testing"

	"github.com/tagwarden/tagwarden/internal/policy"
	"github.com/tagwarden/tagwarden/internal/report"
)

// TestRows holds that rows of several events can be told apart, and that a press that takes a change back is counted as such.
func TestRows(t *testing.T) {
	row := func(remedy string, undo bool) report.Row {
		return report.Row{Resource: report.Resource{ARN: "arn:aws:s3:::b"}, Verdict: policy.Fix, Rule: "r", Remedy: remedy, Reason: "Why.", Undo: undo}
	}
	for _, c := range []struct {
		name   string
		places []string
		rows   []report.Row
		want   string
	}{
		{
			"several remedies of one event",
			[]string{"a/e.json", "a/e.json"},
			[]report.Row{row("x", false), row("y", false)},
			"VERDICT  RESOURCE        RULE  REMEDY  BEFORE  AFTER  REASON\n" +
				"fix      arn:aws:s3:::b  r     x       -       -      Why.\n" +
				"fix      arn:aws:s3:::b  r     y       -       -      Why.\n2 fix\n",
		},
		{
			"several events",
			[]string{"a/b/e.json", "a/f.jsonl:2"},
			[]report.Row{row("x", false), row("x", true)},
			"EVENT      VERDICT  RESOURCE        RULE  REMEDY  BEFORE  AFTER  REASON\n" +
				"b/e.json   fix      arn:aws:s3:::b  r     x       -       -      Why.\n" +
				"f.jsonl:2  undo     arn:aws:s3:::b  r     x       -       -      Why.\n1 fix, 1 undo\n",
		},
		{"none", nil, nil, "VERDICT  RESOURCE  RULE  REMEDY  BEFORE  AFTER  REASON\nnothing\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			var out bytes.Buffer
			r := newRows(&out, false)
			for i, row := range c.rows {
				r.place = c.places[i]
				if err := r.add(row); err != nil {
					t.Fatal(err)
				}
			}
			if err := r.flush(); err != nil || out.String() != c.want {
				t.Errorf("got %v\n%swant\n%s", err, out.String(), c.want)
			}
		})
	}
}

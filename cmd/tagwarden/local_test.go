package main

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/tagwarden/tagwarden/internal/local"
	"github.com/tagwarden/tagwarden/internal/report"
)

func TestRootOf(t *testing.T) {
	root := t.TempDir()
	deep := filepath.Join(root, "a", "b")
	if err := os.MkdirAll(deep, 0o700); err != nil {
		t.Fatal(err)
	}
	write := func(folder, text string) {
		t.Helper()
		if err := os.WriteFile(filepath.Join(folder, "go.mod"), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if got := rootOf(deep); got != "" {
		t.Errorf("without a repository: got %q, want none", got)
	}
	write(deep, "module example.com/other\n")
	write(root, "module github.com/tagwarden/tagwarden\n\ngo 1.26\n")
	if got := rootOf(deep); got != root {
		t.Errorf("within the repository: got %q, want %q", got, root)
	}
}

func TestShortName(t *testing.T) {
	for _, c := range []struct {
		name     string
		resource report.Resource
		want     string
	}{
		{"after a slash", report.Resource{Type: "AWS::EC2::Instance", ID: "i-1", ARN: "arn:aws:ec2:us-east-1:111122223333:instance/i-1"}, "EC2::Instance i-1"},
		{"after a colon", report.Resource{Type: "AWS::RDS::DBInstance", ID: "db-X", ARN: "arn:aws:rds:us-east-1:111122223333:db:orders"}, "RDS::DBInstance orders"},
		{"the whole", report.Resource{Type: "AWS::S3::Bucket", ID: "b", ARN: "arn:aws:s3:::b"}, "S3::Bucket b"},
		{"no ARN", report.Resource{Type: "AWS::S3::Bucket", ID: "b"}, "S3::Bucket b"},
		{"no type", report.Resource{ARN: "arn:aws:x:::y"}, "y"},
		{"nothing", report.Resource{}, "-"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := shortName(c.resource); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

func TestSideOf(t *testing.T) {
	for _, c := range []struct {
		name   string
		values map[string]string
		want   string
	}{
		{"tags", map[string]string{"Owner": "a.b", "Env": "Prod"}, "Env=Prod Owner=a.b"},
		{"paths", map[string]string{"Interfaces.eni-1.quarantine": "true"}, "quarantine=true"},
		{"paths that end alike", map[string]string{"A.x": "1", "B.x": "2"}, "A.x=1 B.x=2"},
		{"nothing", nil, "-"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := sideOf(c.values); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

func TestShowLocal(t *testing.T) {
	fixed := report.Result{
		Row: report.Row{
			Kind: "tags", Resource: report.Resource{Type: "AWS::S3::Bucket", ARN: "arn:aws:s3:::b"}, Rule: "r", Remedy: "tags",
			Before: map[string]string{"owner": "x"}, After: map[string]string{"Owner": "x"},
		},
		Outcome: "fixed", Calls: []string{}, Entry: "tw-1", Message: "Fixed: 2 tags of b",
	}
	ignored := report.Result{Row: report.Ignored("e", "", "111122223333", "us-east-1", "Why."), Outcome: "ignored"}
	forged := report.Result{Row: report.Row{Kind: "securityhub", Reason: "Refused as forged."}, Outcome: "refused", Entry: "tw-2", Message: "HIGH Cannot fix: S3.8 of b"}
	failed := report.Result{Row: report.Row{Kind: "tags", Reason: "Why."}, Outcome: "failed", Entry: "tw-3", Message: "Failed", Error: "it broke"}
	pressed := fixed
	pressed.Press, pressed.Wave, pressed.Outcome, pressed.Message, pressed.Before = "Undo", 1, "undone", "Undone: 2 tags of b", map[string]string{"Owner": strings.Repeat("x", 99)}
	asked := report.Result{
		Row:     report.Row{Kind: "operator", Resource: fixed.Resource, Rule: "r", Remedy: "tags", Reason: "Owner changed since."},
		Outcome: "refused", Entry: "tw-4", Message: "Cannot undo: b", Asked: "undo", By: "arn:aws:sts::111122223333:assumed-role/ops/ann", Notes: []string{"Or:\n  --force"},
	}
	againAsked := asked
	notice := report.Result{Row: report.Row{Kind: "notice", Resource: report.Resource{ID: "rule/r"}, Rule: "r", Reason: "Spent."}, Outcome: "told", Entry: "tw-5", Message: "Budget reached", Wave: 1}
	const head = "RESOURCE  EVENT  RULE  REMEDY  BEFORE  AFTER  OUTCOME  MESSAGE\n"
	const zero = `{"summary":{"events":0,"fixed":0,"told":0,"proposed":0,"observed":0,"compliant":0,"exempt":0,"ignored":0,"waiting":0,"gone":0,"refused":0,"failed":0,"lapsed":0,"undone":0,"lost":0}`
	for _, c := range []struct {
		name      string
		became    local.Report
		json, all bool
		want      string
		err       error
	}{
		{
			"a table says once what answers two reports, and leaves out what no rule wants",
			local.Report{Results: []report.Result{fixed, ignored, fixed}, Waves: [][]string{{"a"}}, Summary: report.Summary{Events: 2, Fixed: 2}},
			false, false,
			"RESOURCE      EVENT  RULE  REMEDY  BEFORE   AFTER    OUTCOME  MESSAGE\n" +
				"S3::Bucket b  tags   r     tags    owner=x  Owner=x  fixed    Fixed: 2 tags of b\n" +
				"S3::Bucket b  tags   r     tags    owner=x  Owner=x  fixed    (answered above)\n\n" +
				"1 events or resources that no rule wants are left out: --all shows them\n\n2 events, 2 fixed, 0 lost\n", nil,
		},
		{
			"all",
			local.Report{Results: []report.Result{ignored}},
			false, true,
			head + "-         -      -     -       -       -      ignored  (none) Why.\n\n0 events, 0 lost\n", nil,
		},
		{
			"waves, a press, and what is too long",
			local.Report{Results: []report.Result{fixed, pressed}, Waves: [][]string{{"a", "-"}, {"b/c.json"}}},
			false, false,
			"RESOURCE      EVENT          RULE  REMEDY  BEFORE              AFTER    OUTCOME  MESSAGE\n\nFirst: a, standard input\n" +
				"S3::Bucket b  tags           r     tags    owner=x             Owner=x  fixed    Fixed: 2 tags of b\n\nWhen those were answered: b/c.json\n" +
				"S3::Bucket b  press of Undo  r     tags    Owner=xxxxxxxxxxx…  Owner=x  undone   Undone: 2 tags of b\n\n0 events, 0 lost\n", nil,
		},
		{
			"edits, what people asked for, notices, and what their messages say to do",
			local.Report{
				Results: []report.Result{asked, againAsked, notice}, Waves: [][]string{{"a"}}, Later: 2 * time.Minute,
				Edits: []local.Edit{{Wave: 0, Type: "AWS::S3::Bucket", ARN: "arn:aws:s3:::b", Tags: map[string]string{"Owner": "y"}}},
			},
			false, false,
			"RESOURCE      EVENT         RULE  REMEDY  BEFORE  AFTER    OUTCOME  MESSAGE\n\nFirst: a\n" +
				"S3::Bucket b  edit by hand  -     -       -       Owner=y  -        (somebody sets tags)\n" +
				"S3::Bucket b  undo by ann   r     tags    -       -        refused  Cannot undo: b\n" +
				"      Owner changed since.\n      Or:\n        --force\n" +
				"S3::Bucket b  undo by ann   r     tags    -       -        refused  Cannot undo: b\n" +
				"      Owner changed since.\n      Or:\n        --force\n" +
				"\nAs if it were 2m later\n" +
				"rule/r        notice        r     -       -       -        told     Budget reached\n      Spent.\n\n0 events, 0 lost\n", nil,
		},
		{
			"what is refused or failed says why",
			local.Report{Results: []report.Result{forged, failed}},
			false, false,
			"RESOURCE  EVENT        RULE  REMEDY  BEFORE  AFTER  OUTCOME  MESSAGE\n" +
				"-         securityhub  -     -       -       -      refused  Refused as forged.\n" +
				"-         tags         -     -       -       -      failed   it broke\n\n0 events, 0 lost\n", nil,
		},
		{
			"what the findings of Security Hub say stands below",
			local.Report{Findings: []local.Noted{{ID: "a", Product: "p", Workflow: "NOTIFIED", Note: "Done."}, {ID: strings.Repeat("x", 60) + "/finding/b", Product: "p", Workflow: "NEW"}}},
			false, false,
			head + "\n0 events, 0 lost\n\n" +
				"FINDING IN SECURITY HUB                                       WORKFLOW  NOTE\n" +
				"a                                                             NOTIFIED  Done.\n" +
				"…" + strings.Repeat("x", 49) + "/finding/b  NEW       -\n", nil,
		},
		{
			"what the findings of Security Hub say stands in the last line",
			local.Report{Findings: []local.Noted{{ID: "a", Product: "p", Workflow: "NOTIFIED", Note: "Done."}}},
			true, false,
			zero + `,"findings":[{"id":"a","product":"p","workflow":"NOTIFIED","note":"Done."}]}` + "\n", nil,
		},
		{
			"the emulator that goes on stands in the last line",
			local.Report{Endpoint: "http://127.0.0.1:1", Process: 7, Folder: "f"},
			true, false,
			zero + `,"endpoint":"http://127.0.0.1:1","process":7,"folder":"f"}` + "\n", nil,
		},
		{
			"how to take a change back, by the same policy",
			local.Report{Endpoint: "http://127.0.0.1:1", Process: 7, Folder: "f", Policy: "p.yaml"},
			false, false,
			head + "\n0 events, 0 lost\n\nThe emulator goes on; `kill 7` ends it, and its logs are in f. Take a change back with: " +
				"tagwarden undo ENTRY --policy p.yaml --endpoint http://127.0.0.1:1\nhttp://127.0.0.1:1\n", nil,
		},
		{"lost", local.Report{Summary: report.Summary{Lost: 1}, Faulty: true}, false, false, head + "\n0 events, 1 lost\n", errWrong},
		{"no event", local.Report{Faulty: true}, false, false, head + "\n0 events, 0 lost\n", errFault},
	} {
		t.Run(c.name, func(t *testing.T) {
			var out bytes.Buffer
			if err := showLocal(&out, c.became, c.json, c.all); !errors.Is(err, c.err) {
				t.Errorf("got error %v, want %v", err, c.err)
			}
			if out.String() != c.want {
				t.Errorf("got\n%swant\n%s", out.String(), c.want)
			}
		})
	}
}

// TestInset holds that a note is whole, and no wider than a screen.
func TestInset(t *testing.T) {
	var b strings.Builder
	long := strings.Repeat("word ", 50) + "end"
	inset(&b, long+"\n"+strings.Repeat("x", 400))
	joined := ""
	for line := range strings.Lines(b.String()) {
		line = strings.TrimSuffix(line, "\n")
		if len(line) > sheetWidth || !strings.HasPrefix(line, strings.Repeat(" ", sheetInset)) {
			t.Errorf("a line of %d characters: %q", len(line), line)
		}
		joined += line[sheetInset:]
	}
	if want := strings.ReplaceAll(long, " ", "") + strings.Repeat("x", 400); strings.ReplaceAll(joined, " ", "") != want {
		t.Errorf("got %q, want %q", joined, want)
	}
}

func TestSpanOf(t *testing.T) {
	for d, want := range map[time.Duration]string{2 * time.Minute: "2m", 72 * time.Hour: "72h", 90 * time.Minute: "1h30m", 10 * time.Second: "10s", time.Hour + time.Second: "1h0m1s", 10 * time.Hour: "10h"} {
		if got := spanOf(d); got != want {
			t.Errorf("%s: got %q, want %q", d, got, want)
		}
	}
}

func TestSpanFlag(t *testing.T) {
	for text, want := range map[string]time.Duration{"3d": 72 * time.Hour, "90s": 90 * time.Second, "1h30m": 90 * time.Minute, "0s": 0, "-1h": -1, "3w": -1, "": -1} {
		var s span
		if err := s.Set(text); (err != nil) != (want < 0) || err == nil && time.Duration(s) != want {
			t.Errorf("%q: got %v, %v; want %v", text, time.Duration(s), err, want)
		}
	}
}

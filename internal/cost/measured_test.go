package cost_test

import (
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"log/slog"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sns"

	"github.com/tagwarden/tagwarden/internal/awssns"
	"github.com/tagwarden/tagwarden/internal/catalog"
	"github.com/tagwarden/tagwarden/internal/clock"
	"github.com/tagwarden/tagwarden/internal/cost"
	"github.com/tagwarden/tagwarden/internal/meter"
	"github.com/tagwarden/tagwarden/internal/policy"
	"github.com/tagwarden/tagwarden/internal/rig"
	"github.com/tagwarden/tagwarden/internal/standin"
)

var update = flag.Bool("update", false, "write measured.json anew")

// command is what measures anew.
const command = "go test ./internal/cost -run TestMeasured -update"

// at is when everything happens.
var at = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

// TestMeasured counts on the wire what the line uses of AWS, and holds measured.json to it: what the code does more often than before shows here, and in the estimate.
func TestMeasured(t *testing.T) {
	got := cost.Measurement{Command: command, Paths: map[string]cost.Usage{}}
	for path, measure := range map[string]func(*testing.T) cost.Usage{
		cost.PathConfig: func(t *testing.T) cost.Usage { return judged(t, "notify", right, item) },
		cost.PathTags:   func(t *testing.T) cost.Usage { return judged(t, "notify", right, tagged) },
		cost.PathTold:   func(t *testing.T) cost.Usage { return judged(t, "notify", wrong, item) },
		cost.PathJudged: func(t *testing.T) cost.Usage { return judged(t, "fix", wrong, item) },
		cost.PathActed:  acted,
		cost.PathTick:   ticked,
	} {
		t.Run(path, func(t *testing.T) { got.Paths[path] = measure(t) })
	}
	text, err := json.MarshalIndent(got, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	text = append(text, '\n')
	if *update {
		if err := os.WriteFile("measured.json", text, 0o600); err != nil {
			t.Fatal(err)
		}
		return
	}
	had, err := os.ReadFile("measured.json")
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(had, text) {
		t.Errorf("the line uses other things of AWS than measured.json says: run %s, and then make docs\ngot\n%s\nwant\n%s", command, text, had)
	}
}

// TestCompliantEventsAreSilent holds that an event of a resource that complies writes no line of log: of a million such events, that would cost a third of what judging them does.
func TestCompliantEventsAreSilent(t *testing.T) {
	for name, event := range map[string]func(arn string, tags map[string]string) string{"item": item, "tag change": tagged} {
		if used := judged(t, "notify", right, event); used.LogBytes != 0 {
			t.Errorf("a compliant %s writes %d bytes of log, want none", name, used.LogBytes)
		}
	}
	if used := judged(t, "notify", right, item); len(used.Calls) != 0 {
		t.Errorf("a compliant item makes the calls %v, want none", used.Calls)
	}
	if used := judged(t, "notify", wrong, item); used.LogBytes == 0 || len(used.Calls) == 0 {
		t.Error("a violation writes no line, or makes no call: this test counts nothing")
	}
}

// A bench is a deployment on the stand-in whose calls are weighed.
type bench struct {
	*rig.Rig
	scale  *scale
	log    bytes.Buffer
	events *standin.Queue
}

// newBench deploys the policy of the project in a mode, as it stands there for everything else.
func newBench(t *testing.T, mode string) *bench {
	t.Helper()
	text, err := os.ReadFile("../../policy.yaml")
	if err != nil {
		t.Fatal(err)
	}
	p, err := policy.Parse("policy.yaml", bytes.Replace(text, []byte("\nmode: notify "), []byte("\nmode: "+mode+" "), 1), catalog.Known())
	if err != nil {
		t.Fatal(err)
	}
	r, err := rig.New(t.Context(), standin.NewClock(at), p, func(standin.Published) {})
	if err != nil {
		t.Fatal(err)
	}
	b := &bench{Rig: r, scale: newScale(), events: r.NewEvents("config")}
	r.Log = slog.New(slog.NewJSONHandler(&b.log, &slog.HandlerOptions{ReplaceAttr: func(groups []string, a slog.Attr) slog.Attr {
		if a.Key == slog.TimeKey && len(groups) == 0 {
			return slog.Time(slog.TimeKey, at.Add(123456789*time.Nanosecond)) // as wide as most
		}
		return a
	}})).With("function", "securityhub") // the longest name but one
	r.Metrics = &b.log
	r.Tune = func(cfg *aws.Config) { cfg.HTTPClient = b.weighed(cfg.HTTPClient) }
	return b
}

// weighed puts the scale before who answers. One scale weighs all clients, and each call once.
func (b *bench) weighed(answers aws.HTTPClient) aws.HTTPClient {
	return &scaleFor{b.scale, answers}
}

// resource is an instance by its number.
func resource(n int) string {
	return fmt.Sprintf("arn:aws:ec2:us-east-1:%s:instance/i-0123456789abcde%02x", standin.Account, n)
}

// Tags that comply, and tags of which two keys do not.
var (
	right = map[string]string{
		"Owner": "team-payments@example.com", "BusinessUnitId": "BU-4711", "Environment": "Dev", "CostCenter": "FIN-1200", "FinancialOwner": "finance@example.com", "Name": "web-1",
	}
	wrong = map[string]string{
		"owner": "team-payments@example.com", "BusinessUnitId": "BU-4711", "Environment": "development", "CostCenter": "FIN-1200", "FinancialOwner": "finance@example.com",
		"Name": "web-1",
	}
)

// judged is what a judge uses for one event, of a function that has judged one of another resource before.
func judged(t *testing.T, mode string, tags map[string]string, event func(arn string, tags map[string]string) string) cost.Usage {
	t.Helper()
	b := newBench(t, mode)
	f := b.Judge(standin.NewProcess(nil), b.events)
	for n := range 2 {
		b.scale.reset()
		b.log.Reset()
		b.events.Send(event(resource(n), tags))
		b.invoke(t, f, b.events)
	}
	return b.used()
}

// acted is what act uses for one fix, of a function that made another one before.
func acted(t *testing.T) cost.Usage {
	b := newBench(t, "fix")
	judge, act := b.Judge(standin.NewProcess(nil), b.events), b.Act(standin.NewProcess(nil))
	for n := range 2 {
		b.Cloud.Tags.Put(resource(n), wrong, 1)
		b.events.Send(item(resource(n), wrong))
		b.invoke(t, judge, b.events)
		b.scale.reset()
		b.log.Reset()
		b.invoke(t, act, b.HandOver)
		if r, ok := b.Cloud.Tags.Get(resource(n)); !ok || r.Tags["Environment"] != "Dev" {
			t.Fatalf("the resource was not put right: %v", r.Tags)
		}
	}
	return b.used()
}

// ticked is what the clock uses where nothing is due.
func ticked(t *testing.T) cost.Usage {
	b := newBench(t, "fix")
	p, m := standin.NewProcess(nil), &meter.Meter{Function: "clock"}
	cfg := standin.Config(b.weighed(p.To(b.Cloud)), rig.Region)
	c := &clock.Clock{
		Policy: b.Policy, Journal: b.Journal(p), Queue: b.Sender(p), Topic: awssns.New(sns.NewFromConfig(cfg), "arn:aws:sns:us-east-1:111122223333:tagwarden"),
		Log: b.Log, Meter: m, Now: b.Cloud.Clock.Now,
	}
	for range 2 {
		b.scale.reset()
		b.log.Reset()
		if err := c.Do(t.Context(), t.Context(), clock.Delivery{Body: []byte(`{"do":"tick"}`), Holder: "m-1"}); err != nil {
			t.Fatal(err)
		}
		if err := m.Flush(&b.log, at); err != nil {
			t.Fatal(err)
		}
	}
	return b.used()
}

func (b *bench) invoke(t *testing.T, f *rig.Function, q *standin.Queue) {
	t.Helper()
	messages := q.Receive(10)
	if len(messages) != 1 {
		t.Fatalf("%d messages are on the queue, want 1", len(messages))
	}
	if err := f.Invoke(context.Background(), messages); err != nil {
		t.Fatal(err)
	}
}

func (b *bench) used() cost.Usage {
	used := b.scale.read()
	used.LogBytes = b.log.Len()
	return used
}

// item is AWS Config's item of a resource.
func item(arn string, tags map[string]string) string {
	return envelope("aws.config", "Config Configuration Item Change", arn, map[string]any{
		"messageType": "ConfigurationItemChangeNotification",
		"configurationItem": map[string]any{
			"tags": tags, "configurationItemCaptureTime": at.Format(time.RFC3339), "awsAccountId": standin.Account, "resourceType": "AWS::EC2::Instance",
			"resourceId": arn[strings.LastIndex(arn, "/")+1:], "ARN": arn, "awsRegion": "us-east-1", "configuration": map[string]any{}, "configurationItemStatus": "OK",
		},
		"configurationItemDiff": map[string]any{"changeType": "UPDATE", "changedProperties": map[string]any{"Configuration.State": map[string]any{"changeType": "UPDATE"}}},
	})
}

// tagged is the tag event of a resource.
func tagged(arn string, tags map[string]string) string {
	return envelope("aws.tag", "Tag Change on Resource", arn, map[string]any{
		"changed-tag-keys": []string{"Name"}, "service": "ec2", "resource-type": "instance", "version": 7, "tags": tags,
	})
}

func envelope(source, detailType, arn string, detail any) string {
	text, _ := json.Marshal(map[string]any{ // maps, strings and numbers only
		"version": "0", "id": "7bf73129-1428-4cd3-a780-95db273d1602", "source": source, "detail-type": detailType, "account": standin.Account, "region": "us-east-1",
		"time": at.Format(time.RFC3339), "resources": []string{arn}, "detail": detail,
	})
	return string(text)
}

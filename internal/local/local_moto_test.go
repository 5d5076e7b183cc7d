//go:build moto

package local

import (
	"errors"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/tagwarden/tagwarden/internal/emulator"
	"github.com/tagwarden/tagwarden/internal/journal"
	"github.com/tagwarden/tagwarden/internal/policy"
	"github.com/tagwarden/tagwarden/internal/remedy"
	"github.com/tagwarden/tagwarden/internal/report"
)

// repository is the module's folder.
func repository(t *testing.T) string {
	t.Helper()
	root, err := filepath.Abs(filepath.Join("..", ".."))
	if err != nil {
		t.Fatal(err)
	}
	return root
}

// options are a run of the demonstration's policy over some events. The emulator is kept until the test ends.
func options(t *testing.T, paths ...string) Options {
	root := repository(t)
	return Options{
		Policy: filepath.Join(root, "testdata", "demo", "policy.yaml"), Seed: filepath.Join(root, "testdata", "demo", "seed.yaml"), Paths: paths, Keep: true,
		Root: root, Beside: filepath.Join(root, "bin", "functions"), Environ: os.Environ(), Stderr: t.Output(),
	}
}

func run(t *testing.T, o Options) Report {
	t.Helper()
	got, err := Run(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := syscall.Kill(-got.Process, syscall.SIGKILL); err != nil {
			t.Errorf("end the emulator: %v", err)
		}
		if err := os.RemoveAll(got.Folder); err != nil {
			t.Error(err)
		}
	})
	return got
}

func resultOf(t *testing.T, r Report, event string) report.Result {
	t.Helper()
	i := slices.IndexFunc(r.Results, func(r report.Result) bool { return strings.HasSuffix(r.Event, event) })
	if i < 0 {
		t.Fatalf("no result of event %s", event)
	}
	return r.Results[i]
}

// instance is the demonstration's instance, in the emulator.
type instance struct {
	*testing.T
	client *ec2.Client
	id     string
}

func (i instance) want(want map[string]string) {
	i.Helper()
	out, err := i.client.DescribeTags(i.Context(), &ec2.DescribeTagsInput{Filters: []types.Filter{{Name: aws.String("resource-id"), Values: []string{i.id}}}})
	if err != nil {
		i.Fatal(err)
	}
	got := map[string]string{}
	for _, tag := range out.Tags {
		got[*tag.Key] = *tag.Value
	}
	if !maps.Equal(got, want) {
		i.Errorf("tags: got %v, want %v", got, want)
	}
}

func (i instance) set(key, value string) {
	i.Helper()
	_, err := i.client.CreateTags(i.Context(), &ec2.CreateTagsInput{Resources: []string{i.id}, Tags: []types.Tag{{Key: &key, Value: &value}}})
	if err != nil {
		i.Fatal(err)
	}
}

var (
	wrong = map[string]string{"owner": "team-web", "environment": "production", "CostCenter": "FIN-42", "ComplianceRequirement": "NIST", "Name": "web"}
	right = map[string]string{"Owner": "team-web", "Environment": "Prod", "CostCenter": "FIN-42", "ComplianceRequirement": "NIST", "Name": "web"}
)

func with(tags map[string]string, key, value string) map[string]string {
	more := maps.Clone(tags)
	more[key] = value
	return more
}

// TestDemonstration runs all of it: every event has its outcome, and what was fixed can be seen, undone exactly and not undone over somebody's change.
func TestDemonstration(t *testing.T) {
	root := repository(t)
	o := options(t, filepath.Join(root, "testdata", "events"), filepath.Join(root, "testdata", "demo", "events"))
	got := run(t, o)
	// Two sources report the instance. Whichever is judged first has it fixed; the other finds it on its way, or right already.
	want := report.Summary{Events: 25, Fixed: 12, Told: 1, Compliant: 2, Exempt: 1, Ignored: 5, Gone: 4}
	first, again := resultOf(t, got, "021"), resultOf(t, got, "022")
	if first.Outcome == "compliant" {
		first, again = again, first
	}
	if again.Outcome == "compliant" {
		want.Fixed, want.Compliant = want.Fixed-1, want.Compliant+1
	}
	if got.Summary != want {
		t.Errorf("got %+v, want %+v", got.Summary, want)
	}
	if first.Entry == "" || first.Entry != again.Entry && again.Outcome != "compliant" {
		t.Errorf("two reports of one violation: got the entries %q and %q", first.Entry, again.Entry)
	}
	if first.Message == "" || first.Outcome != "fixed" || !slices.Contains(first.Calls, "ec2:CreateTags") {
		t.Errorf("got %+v, want a fix that was told and its calls", first)
	}
	i := instance{t, ec2.NewFromConfig(config(got.Endpoint, Region)), first.Resource.ID}
	i.want(right)

	p := parsed(t, o.Policy)
	undo := func(want journal.State) {
		t.Helper()
		entry, err := Open(got.Endpoint).Undo(t.Context(), first.Entry, "somebody", p)
		if err != nil {
			t.Fatal(err)
		}
		if entry.State != want || entry.Actor != "somebody" {
			t.Errorf("undo: got %s by %s (%s), want %s by somebody", entry.State, entry.Actor, entry.Reason, want)
		}
	}
	i.set("Owner", "somebody-else")
	undo(journal.Refused)
	i.want(with(right, "Owner", "somebody-else"))
	i.set("Owner", "team-web")
	i.set("Unrelated", "yes")
	undo(journal.Fixed)
	i.want(with(wrong, "Unrelated", "yes"))
	before, err := Open(got.Endpoint).Entries(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var refused *remedy.RefusedError
	for _, id := range []string{first.Entry, resultOf(t, got, "016").Entry} { // undone already, and only told
		if _, err := Open(got.Endpoint).Undo(t.Context(), id, "somebody", p); !errors.As(err, &refused) {
			t.Errorf("undo of %s: got %v, want a refusal", id, err)
		}
	}
	if after, err := Open(got.Endpoint).Entries(t.Context()); err != nil || len(after) != len(before) {
		t.Errorf("the refused undos left %d entries, %v; want %d as before", len(after), err, len(before))
	}
	if _, err := Open(got.Endpoint).Undo(t.Context(), "tw-none", "somebody", p); err == nil {
		t.Error("undo of an unknown entry: got no error")
	}
}

func parsed(t *testing.T, file string) *policy.Policy {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	p, err := policy.Parse(file, data, catalogOf())
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// TestKilled ends act's process in the middle of a change, between its two writes: it is carried through by the next process, once, and told once.
func TestKilled(t *testing.T) {
	o := options(t, filepath.Join(repository(t), "testdata", "demo", "events", "instance_tags.json"))
	var once sync.Once
	o.watch = func(m *machine, c emulator.Call) {
		if c == (emulator.Call{Service: "ec2", Operation: "DeleteTags"}) {
			once.Do(func() {
				for _, f := range m.functions {
					if f.name == actName {
						f.kill()
					}
				}
			})
		}
	}
	got := run(t, o)
	if want := (report.Summary{Events: 1, Fixed: 1}); got.Summary != want {
		t.Errorf("got %+v, want %+v", got.Summary, want)
	}
	if got.Invocations[actName] < 2 {
		t.Errorf("act was invoked %d times: it was not killed", got.Invocations[actName])
	}
	result := got.Results[0]
	if result.Message == "" {
		t.Error("nobody was told")
	}
	if want := map[string]string{"environment": "production", "owner": "team-web"}; !maps.Equal(result.Before, want) {
		t.Errorf("before: got %v, want %v", result.Before, want)
	}
	instance{t, ec2.NewFromConfig(config(got.Endpoint, Region)), result.Resource.ID}.want(right)
}

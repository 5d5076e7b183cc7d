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
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/aws/aws-sdk-go-v2/service/rds"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/tagwarden/tagwarden/internal/emulator"
	"github.com/tagwarden/tagwarden/internal/journal"
	"github.com/tagwarden/tagwarden/internal/operator"
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

// toldPublic holds that of a database of the seed it is told whether it is public, as RDS always does: remedies read it.
func toldPublic(t *testing.T, r Report) {
	t.Helper()
	i := slices.IndexFunc(r.Results, func(r report.Result) bool { return r.Resource.Type == "AWS::RDS::DBInstance" })
	if i < 0 {
		t.Fatal("no event is about a database")
	}
	out, err := rds.NewFromConfig(config(r.Endpoint, r.Results[i].Resource.Region)).DescribeDBInstances(t.Context(), &rds.DescribeDBInstancesInput{})
	if err != nil || len(out.DBInstances) != 1 || out.DBInstances[0].PubliclyAccessible == nil {
		t.Errorf("got %v, %+v; want one database of which it is told whether it is public", err, out)
	}
}

// TestDemonstration runs all of it: every event has its outcome, and what was fixed can be seen, undone exactly and not undone over somebody's change.
func TestDemonstration(t *testing.T) {
	root := repository(t)
	o := options(t, filepath.Join(root, "testdata", "events"), filepath.Join(root, "testdata", "demo", "events"))
	for _, wave := range []string{"later", "again", "last"} {
		o.Then = append(o.Then, filepath.Join(root, "testdata", "demo", wave))
	}
	o.Later = 2 * time.Minute
	got := run(t, o)
	// Two sources report the instance. Whichever is judged first has it fixed; the other finds it on its way, or right already.
	want := report.Summary{Events: 85, Fixed: 21, Told: 3, Proposed: 6, Compliant: 2, Exempt: 2, Ignored: 49, Gone: 4, Refused: 3, Undone: 2}
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
	released(t, got)
	pressed(t, got)
	toldPublic(t, got)
	guarded(t, got)
	i := instance{t, ec2.NewFromConfig(config(got.Endpoint, Region)), first.Resource.ID}
	i.want(right)

	desk, done, err := Open(got.Endpoint).Operator(parsed(t, o.Policy))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = done() }()
	desk.May = func(string, string) bool { return true }
	undo := func(want journal.State) {
		t.Helper()
		begun, err := desk.Do(t.Context(), "somebody", operator.Request{Undo: &operator.Undo{Entry: first.Entry}})
		if err != nil {
			t.Fatal(err)
		}
		now, err := desk.Do(t.Context(), "somebody", operator.Request{Get: &operator.Get{Entry: begun.Entry.Entry}})
		if err != nil {
			t.Fatal(err)
		}
		if e := now.Entry; e.State != string(want) || e.Actor != "somebody" {
			t.Errorf("undo: got %s by %s (%s), want %s by somebody", e.State, e.Actor, e.Reason, want)
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
	for id, want := range map[string]operator.Code{first.Entry: operator.Refused, resultOf(t, got, "016").Entry: operator.Refused, "tw-none": operator.Unknown} { // undone already, only told, none
		var refused *operator.Error
		if _, err := desk.Do(t.Context(), "somebody", operator.Request{Undo: &operator.Undo{Entry: id}}); !errors.As(err, &refused) || refused.Code != want {
			t.Errorf("undo of %s: got %v, want %v", id, err, want)
		}
	}
	if after, err := Open(got.Endpoint).Entries(t.Context()); err != nil || len(after) != len(before) {
		t.Errorf("the refused undos left %d entries, %v; want %d as before", len(after), err, len(before))
	}
}

// released holds that the threatened instance was isolated, and that the button gave it its security groups back.
func released(t *testing.T, got Report) {
	t.Helper()
	isolated, back := resultOf(t, got, "025"), resultOf(t, got, "031")
	if isolated.Outcome != "fixed" || isolated.Message == "" || !slices.Contains(isolated.Calls, "ec2:ModifyNetworkInterfaceAttribute") {
		t.Errorf("the finding of GuardDuty: got %+v, want it fixed and told", isolated)
	}
	if back.Outcome != "undone" || back.Message == "" || !maps.Equal(back.Before, isolated.After) || !maps.Equal(back.After, isolated.Before) {
		t.Errorf("the release: got %+v, want %+v undone and told", back, isolated)
	}
	out, err := ec2.NewFromConfig(config(got.Endpoint, Region)).DescribeNetworkInterfaces(t.Context(), &ec2.DescribeNetworkInterfacesInput{
		Filters: []types.Filter{{Name: aws.String("attachment.instance-id"), Values: []string{isolated.Resource.ID}}},
	})
	if err != nil || len(out.NetworkInterfaces) != 1 {
		t.Fatalf("got %+v, %v; want the interface of %s", out, err, isolated.Resource.ID)
	}
	if groups := out.NetworkInterfaces[0].Groups; len(groups) != 1 || *groups[0].GroupName != "compromised" {
		t.Errorf("after the release: got the groups %+v, want compromised alone", groups)
	}
	const finding = "/finding/0000a1b2c3d4e5f60718293a4b5c6d25"
	if n := notedOf(t, got, finding); n.Workflow != "NEW" || !strings.Contains(n.Note, back.Entry) {
		t.Errorf("the finding says %+v, want it NEW again and a note of entry %s", n, back.Entry)
	}
}

// pressed holds that the button on two findings made what had been proposed, and that their findings say so; and that nothing was done about the forged one.
func pressed(t *testing.T, got Report) {
	t.Helper()
	for _, c := range []struct{ event, press, bucket, finding string }{
		{"026", "029", "example-backups", "/finding/11111111-2222-3333-4444-000000000026"},
		{"027", "030", "example-uploads", "/finding/11111111-2222-3333-4444-000000000027"},
	} {
		shown, made := resultOf(t, got, c.event), resultOf(t, got, c.press)
		if shown.Outcome != "proposed" || shown.Message == "" || made.Outcome != "fixed" || made.Message == "" || made.Entry != shown.Entry {
			t.Errorf("%s: got %+v, then %+v; want what was proposed to be made by the press", c.bucket, shown, made)
		}
		if !blocked(t, got, c.bucket) {
			t.Errorf("%s is not blocked for the public", c.bucket)
		}
		if n := notedOf(t, got, c.finding); n.Workflow != "NOTIFIED" || !strings.Contains(n.Note, made.Entry) {
			t.Errorf("%s: its finding says %+v, want it NOTIFIED and a note of entry %s", c.bucket, n, made.Entry)
		}
	}
	forged := resultOf(t, got, "028")
	if forged.Outcome != "refused" || forged.Message == "" || !strings.Contains(forged.Reason, "forged") || blocked(t, got, "example-site") {
		t.Errorf("the forged finding: got %+v, want it refused, told, and nothing done", forged)
	}
	if n := notedOf(t, got, "somebody/28"); n.Workflow != "NEW" || n.Note != "" {
		t.Errorf("the forged finding says %+v, want it as it was", n)
	}
}

// notedOf is what the finding says whose id ends so.
func notedOf(t *testing.T, got Report, id string) Noted {
	t.Helper()
	i := slices.IndexFunc(got.Findings, func(n Noted) bool { return strings.HasSuffix(n.ID, id) })
	if i < 0 {
		t.Fatalf("Security Hub has no finding %s; it has %+v", id, got.Findings)
	}
	return got.Findings[i]
}

// blocked tells whether all public access to a bucket is blocked.
func blocked(t *testing.T, got Report, bucket string) bool {
	t.Helper()
	client := s3.NewFromConfig(config(got.Endpoint, Region), func(o *s3.Options) { o.UsePathStyle = true })
	out, err := client.GetPublicAccessBlock(t.Context(), &s3.GetPublicAccessBlockInput{Bucket: &bucket})
	if remedy.Is(err, "NoSuchPublicAccessBlockConfiguration") {
		return false
	}
	if err != nil {
		t.Fatal(err)
	}
	c := out.PublicAccessBlockConfiguration
	return *c.BlockPublicAcls && *c.BlockPublicPolicy && *c.IgnorePublicAcls && *c.RestrictPublicBuckets
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

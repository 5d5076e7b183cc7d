package events

import (
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/tagwarden/tagwarden/internal/arn"
	"github.com/tagwarden/tagwarden/internal/catalog"
	"github.com/tagwarden/tagwarden/internal/finding"
)

const head = `"version":"0","account":"111122223333","region":"eu-west-1","time":"2026-11-23T12:00:00Z"`

// TestShapeShowsNothing holds that what is wrong with a text is said without any of it.
func TestShapeShowsNothing(t *testing.T) {
	var v struct{ N int }
	if got, want := shape(json.Unmarshal([]byte(`{"N":4711.5}`), &v)), "N is a JSON number"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func tagEvent(resources, detail string) string {
	return `{"id":"t1","source":"aws.tag","detail-type":"Tag Change on Resource",` + head + `,"resources":` + resources + `,"detail":` + detail + `}`
}

func itemEvent(diff, item string) string {
	return `{"id":"c1","source":"aws.config","detail-type":"Config Configuration Item Change",` + head + `,"resources":[],"detail":{"messageType":"ConfigurationItemChangeNotification",
		"configurationItemDiff":` + diff + `,"configurationItem":` + item + `}}`
}

const vol = `"resourceType":"AWS::EC2::Volume","resourceId":"vol-1","ARN":"arn:aws:ec2:eu-west-1:111122223333:volume/vol-1","awsAccountId":"111122223333","awsRegion":"eu-west-1",
	"configurationItemCaptureTime":"2026-11-23T11:59:00.123Z"`

var (
	clock  = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	volume = finding.Resource{
		Partition: "aws", Account: "111122223333", Region: "eu-west-1", Type: "AWS::EC2::Volume", ID: "vol-1", ARN: "arn:aws:ec2:eu-west-1:111122223333:volume/vol-1",
	}
)

func TestDecode(t *testing.T) {
	config := finding.Finding{Event: "c1", Kind: "config", Control: "tags", Time: clock, Resource: volume, Seen: finding.Version{Source: "config", Number: 1795435140123, Time: time.UnixMilli(1795435140123).UTC()}}
	tags := finding.Finding{Event: "t1", Kind: "tags", Control: "tags", Time: clock, Resource: volume, Seen: finding.Version{Source: "tags", Number: 3, Time: clock}, Changed: true}
	with := func(f finding.Finding, change func(*finding.Finding)) finding.Finding {
		change(&f)
		return f
	}
	tests := []struct {
		name, event string
		want        finding.Finding
	}{
		{
			"an item whose tags did not change", itemEvent(`{"changeType":"UPDATE","changedProperties":{"Configuration.Size":{}}}`, `{`+vol+`,"configurationItemStatus":"OK","tags":{"a":"1"}}`),
			with(config, func(f *finding.Finding) { f.Resource.Tags = map[string]string{"a": "1"} }),
		},
		{
			"an item whose tags changed", itemEvent(`{"changeType":"UPDATE","changedProperties":{"SupplementaryConfiguration.TagSet.0":{}}}`, `{`+vol+`,"configurationItemStatus":"OK","tags":{}}`),
			with(config, func(f *finding.Finding) { f.Resource.Tags, f.Changed = map[string]string{}, true }),
		},
		{
			"without a diff the tags may have changed", itemEvent(`null`, `{`+vol+`,"configurationItemStatus":"OK","tags":{}}`),
			with(config, func(f *finding.Finding) { f.Resource.Tags, f.Changed = map[string]string{}, true }),
		},
		{
			"an item without tags does not say that there are none", itemEvent(`{"changeType":"CREATE","changedProperties":{}}`, `{`+vol+`,"configurationItemStatus":"ResourceDiscovered"}`),
			with(config, func(f *finding.Finding) { f.Unread = "the configuration item carries no tags" }),
		},
		{
			"a deleted resource", itemEvent(`{"changeType":"DELETE","changedProperties":{}}`, `{`+vol+`,"configurationItemStatus":"ResourceDeleted","tags":{},"configuration":null}`),
			with(config, func(f *finding.Finding) { f.Gone, f.Changed = true, true }),
		},
		{
			"an item that leaves out ARN, account and region", itemEvent(`{"changeType":"UPDATE","changedProperties":{}}`,
				`{"resourceType":"AWS::EC2::Volume","resourceId":"vol-1","ARN":null,"configurationItemStatus":"OK","configurationItemCaptureTime":"2026-11-23T11:59:00.123Z","tags":{}}`),
			with(config, func(f *finding.Finding) { f.Resource.Tags = map[string]string{} }),
		},
		{
			"a global resource", itemEvent(`{"changeType":"UPDATE","changedProperties":{}}`, `{"resourceType":"AWS::IAM::Role","resourceId":"AROAEXAMPLE","resourceName":"r",
				"ARN":"arn:aws:iam::111122223333:role/r","awsAccountId":"111122223333","awsRegion":"global","configurationItemStatus":"OK","configurationItemCaptureTime":"2026-11-23T11:59:00.123Z","tags":{}}`),
			with(config, func(f *finding.Finding) {
				f.Resource = finding.Resource{
					Partition: "aws", Account: "111122223333", Region: "us-east-1", Type: "AWS::IAM::Role", ID: "AROAEXAMPLE", Name: "r", ARN: "arn:aws:iam::111122223333:role/r",
					Tags: map[string]string{},
				}
			}),
		},
		{
			"a bucket whose item has no region", itemEvent(`{"changeType":"UPDATE","changedProperties":{}}`, `{"resourceType":"AWS::S3::Bucket","resourceId":"b",
				"ARN":"arn:aws:s3:::b","awsAccountId":"111122223333","awsRegion":"Not Applicable","configurationItemStatus":"OK","configurationItemCaptureTime":"2026-11-23T11:59:00.123Z","tags":{}}`),
			with(config, func(f *finding.Finding) {
				f.Resource = finding.Resource{
					Partition: "aws", Account: "111122223333", Region: "eu-west-1", Type: "AWS::S3::Bucket", ID: "b", ARN: "arn:aws:s3:::b", Tags: map[string]string{},
				}
			}),
		},
		{
			"types whose tags Config does not record", itemEvent(`{"changeType":"UPDATE","changedProperties":{}}`,
				strings.ReplaceAll(strings.ReplaceAll(`{`+vol+`,"configurationItemStatus":"OK","tags":{}}`, "EC2::Volume", "CloudTrail::Trail"), "ec2:eu-west-1:111122223333:volume/vol-1", "cloudtrail:eu-west-1:111122223333:trail/vol-1")),
			with(config, func(f *finding.Finding) {
				f.Resource.Type, f.Resource.ARN = "AWS::CloudTrail::Trail", "arn:aws:cloudtrail:eu-west-1:111122223333:trail/vol-1"
				f.Unread = "AWS Config does not record the tags of AWS::CloudTrail::Trail"
			}),
		},
		{
			"an oversized item", strings.ReplaceAll(strings.ReplaceAll(itemEvent(`null`, `{`+vol+`,"configurationItemStatus":"OK"}`), "ConfigurationItemChangeNotification", "OversizedConfigurationItemChangeNotification"), `"configurationItem":`, `"configurationItemSummary":`),
			with(config, func(f *finding.Finding) {
				f.Changed, f.Unread = true, "the configuration item was too large for the event and carries no tags"
			}),
		},
		{
			"a tag change", tagEvent(`["arn:aws:ec2:eu-west-1:111122223333:volume/vol-1"]`, `{"changed-tag-keys":["a"],"version":3.0,"tags":{"a":"","aws:x":"y"}}`),
			with(tags, func(f *finding.Finding) { f.Resource.Tags = map[string]string{"a": "", "aws:x": "y"} }),
		},
		{
			"a tag change that carries no tags", tagEvent(`["arn:aws:ec2:eu-west-1:111122223333:volume/vol-1"]`, `{"version":3}`),
			with(tags, func(f *finding.Finding) { f.Unread = "the event carries no tags" }),
		},
		{
			"a bucket's ARN has neither account nor region", tagEvent(`["arn:aws-cn:s3:::b"]`, `{"version":3,"tags":{}}`),
			with(tags, func(f *finding.Finding) {
				f.Resource = finding.Resource{Partition: "aws-cn", Account: "111122223333", Region: "eu-west-1", Type: "AWS::S3::Bucket", ID: "b", ARN: "arn:aws-cn:s3:::b", Tags: map[string]string{}}
			}),
		},
		{
			"an unknown service", tagEvent(`["arn:aws:brandnew:eu-west-1:111122223333:thing/1"]`, `{"version":3,"tags":{}}`),
			with(tags, func(f *finding.Finding) {
				f.Resource.Type, f.Resource.ID, f.Resource.ARN, f.Resource.Tags = "", "thing/1", "arn:aws:brandnew:eu-west-1:111122223333:thing/1", map[string]string{}
			}),
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			envelope, kind, ok, err := Open([]byte(test.event))
			if err != nil || !ok {
				t.Fatal(ok, err)
			}
			got, err := kind.Decode(envelope)
			if err != nil {
				t.Fatal(err)
			}
			for i := range got { // they are the event's own text
				got[i].Detail, got[i].Resource.Attributes = nil, nil
			}
			if want := []finding.Finding{test.want}; !reflect.DeepEqual(got, want) {
				t.Errorf("got\n%+v\nwant\n%+v", got, want)
			}
		})
	}
}

func TestWhatIsNoEvent(t *testing.T) {
	tests := []struct{ name, event, want string }{
		{"nothing", ``, `event is not an EventBridge event: it ends too early`},
		{"a truncated body", `{"id":"1",`, `event is not an EventBridge event: it ends too early`},
		{"text", `hello`, `event is not an EventBridge event: broken JSON at byte 1`},
		{"a list", `[]`, `event is not an EventBridge event:  is a JSON array`},
		{"two", `{"source":"a","detail-type":"b","detail":{}} {}`, `event has text behind its end`},
		{"no source", `{"id":"1","detail-type":"b","detail":{}}`, `source is missing: this is no EventBridge event`},
		{"no detail-type", `{"id":"1","source":"b","detail":{}}`, `detail-type is missing: this is no EventBridge event`},
		{"a detail that is text", `{"id":"1","source":"b","detail-type":"c","detail":"{}"}`, `detail is missing or no object: this is no EventBridge event`},
		{"a time that is none", strings.Replace(tagEvent("[]", "{}"), "2026-11-23T12:00:00Z", "secret", 1), `event is not an EventBridge event: a time is not as RFC 3339 has it`},
		{"no account", strings.Replace(tagEvent("[]", "{}"), "111122223333", "", 1), `account is missing`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, _, ok, err := Open([]byte(test.event))
			if ok || err == nil || err.Error() != test.want {
				t.Errorf("got %v, %v; want %s", ok, err, test.want)
			}
		})
	}
}

func TestAnEventWithoutAnIDIsNamedByItsContent(t *testing.T) {
	event := strings.Replace(tagEvent(`["arn:aws:s3:::b"]`, "{}"), `"t1"`, `""`, 1)
	first, _, ok, err := Open([]byte(event))
	second, _, _, _ := Open([]byte(event))
	if !ok || err != nil || !strings.HasPrefix(first.ID, "sha256:") || first.ID != second.ID {
		t.Errorf("got %q and %q, %v; want one sha256:...", first.ID, second.ID, err)
	}
}

// TestPatternsAndSamples holds each sample to its own kind: the file's name begins with the kind's id, or with none.
func TestPatternsAndSamples(t *testing.T) {
	for _, path := range samples(t) {
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		want, _, _ := strings.Cut(filepath.Base(path), "_")
		for _, kind := range All() {
			got, err := kind.Pattern.Match(data)
			if err != nil || got != (kind.ID == want) {
				t.Errorf("%s: the pattern of %s gives %v, %v", path, kind.ID, got, err)
			}
		}
	}
}

// samples are the paths of all samples.
func samples(t testing.TB) []string {
	t.Helper()
	paths, err := filepath.Glob("../testdata/events/*.json")
	if err != nil || len(paths) == 0 {
		t.Fatalf("no samples: %v", err)
	}
	return paths
}

func FuzzDecode(f *testing.F) {
	for _, seed := range []string{
		tagEvent(`["arn:aws:s3:::b"]`, `{"version":3,"tags":{"a":"b"}}`), itemEvent(`null`, `{`+vol+`,"tags":{}}`), `{"source":"aws.tag"}`, `[]`, "",
		threat("A:B/C", `{"resourceType":"Instance",`+instanceDetails+`}`, `"additionalInfo":{"sample":true}`), threat("A:S3/C", `{"resourceType":"AccessKey",`+userKey+`}`, `"archived":true`),
		hubEvent(asff(f, "")), hubEvent(asff(f, `"Id":"1"`), asff(f, `"Id":"2"`)), pressEvent(hubAction, asff(f, `"ProductFields":{"ControlId":"1.2"}`)),
		ocsfEvent(ocsf(f, "")), ocsfEvent(ocsf(f, `"compliance":null`), ocsf(f, `"status_id":5`)),
	} {
		f.Add([]byte(seed))
	}
	for _, path := range samples(f) {
		data, err := os.ReadFile(path)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	f.Fuzz(func(t *testing.T, event []byte) {
		envelope, kind, ok, err := Open(event)
		if !ok {
			return
		}
		if err != nil {
			t.Fatalf("an event that is known has the error %v", err)
		}
		findings, err := kind.Decode(envelope)
		if err != nil {
			return
		}
		for _, found := range findings {
			if found.Event == "" || found.Kind != kind.Name() || found.Control == "" || found.Resource.Account == "" || found.Resource.Region == "" {
				t.Fatalf("a finding without what every finding has: %+v", found)
			}
			if (found.Seen.Source == kind.ID) == (found.Report.ID != "") {
				t.Fatalf("a finding is either seen or reported: %+v", found)
			}
			if found.Report.ID == "" && found.Resource.Tags == nil && found.Unread == "" && !found.Gone {
				t.Fatalf("tags are not known, and the finding does not say why: %+v", found)
			}
		}
	})
}

func BenchmarkOpenAndDecode(b *testing.B) {
	event := []byte(tagEvent(`["arn:aws:ec2:eu-west-1:111122223333:volume/vol-1"]`, `{"version":3,"tags":{"Owner":"me","Environment":"Prod"}}`))
	b.ReportAllocs()
	for b.Loop() {
		envelope, kind, _, err := Open(event)
		if err != nil {
			b.Fatal(err)
		}
		if _, err := kind.Decode(envelope); err != nil {
			b.Fatal(err)
		}
	}
}

// TestContainmentDoesNotWait holds that no kind whose events may ask for containment, or by which a person waits for an answer, is gathered into batches.
func TestContainmentDoesNotWait(t *testing.T) {
	for _, k := range All() {
		gathered := k.Window > 0
		if want := slices.Contains([]string{"config", "config-rule", "create", "inspector"}, k.ID); gathered != want {
			t.Errorf("%s is gathered for %v, want gathered: %v", k.ID, k.Window, want)
		}
		if k.Window%time.Second != 0 || k.Window > 300*time.Second {
			t.Errorf("%s is gathered for %v: AWS takes whole seconds, at most 300", k.ID, k.Window)
		}
	}
}

// TestRecordsAreNotHeard holds that AWS Config's items that are no resources start nothing, that nothing could be done about any of them, and that what cannot be told to be one is
// heard: an item that is too large for its event, and one that is not as AWS documents it.
func TestRecordsAreNotHeard(t *testing.T) {
	event := func(detail string) []byte {
		return []byte(`{"id":"c1","source":"aws.config","detail-type":"Config Configuration Item Change",` + head + `,"resources":[],"detail":` + detail + `}`)
	}
	heard := func(detail string) bool {
		_, _, known, err := Open(event(detail))
		if err != nil {
			t.Fatal(err)
		}
		return known
	}
	for _, typ := range records {
		if heard(`{"messageType":"ConfigurationItemChangeNotification","configurationItem":{"resourceType":"` + typ + `"}}`) {
			t.Errorf("an item of %s is heard", typ)
		}
		if arn.Taggable(typ) != arn.No {
			t.Errorf("%s is left out, and can be tagged, or may be", typ)
		}
		for _, m := range catalog.Known().Remedies {
			if m.Resource == typ {
				t.Errorf("%s is left out, and %s is for it", typ, m.ID)
			}
		}
	}
	for _, detail := range []string{
		`{"messageType":"ConfigurationItemChangeNotification","configurationItem":{"resourceType":"AWS::Config::ConfigRule"}}`,
		`{"messageType":"OversizedConfigurationItemChangeNotification","configurationItemSummary":{"resourceType":"AWS::EC2::Instance"}}`,
		`{"messageType":"ConfigurationItemChangeNotification"}`,
		`{"messageType":"ConfigurationItemChangeNotification","configurationItem":null}`,
	} {
		if !heard(detail) {
			t.Errorf("%s is not heard", detail)
		}
	}
}

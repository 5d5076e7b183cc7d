package local

import (
	"errors"
	"fmt"
	"io"
	"os"
	"reflect"
	"strings"
	"testing"

	"github.com/aws/smithy-go"

	"github.com/tagwarden/tagwarden/internal/recorded"
)

func TestParseSeed(t *testing.T) {
	bucket := planting{Type: "AWS::S3::Bucket", Name: "b", Tags: map[string]string{"owner": "1"}}
	for _, c := range []struct {
		name, text string
		want       []planting
		err        string
	}{
		{"YAML", "- {type: AWS::S3::Bucket, name: b, tags: {owner: 1}}", []planting{bucket}, ""},
		{"JSON", `[{"type":"AWS::S3::Bucket","name":"b","tags":{"owner":"1"}}]`, []planting{bucket}, ""},
		{"nothing", "", nil, ""},
		{"an unknown field", "- {type: AWS::S3::Bucket, name: b, tag: {}}", nil, "s.yaml: the seed is no list of {type, name, tags, region}, with texts as tags: line 1: field tag not found"},
		{"no list", "buckets", nil, "s.yaml: the seed is no list of {type, name, tags, region}, with texts as tags: line 1: something else stands there"},
		{"no YAML", "- {name: b", nil, "s.yaml: the seed is no list of {type, name, tags, region}, with texts as tags: line 1: did not find"},
		{"no name", "- {type: AWS::S3::Bucket}", nil, "s.yaml: entry 1 has no name"},
		{"the name of the time", "- {type: AWS::S3::Bucket, name: now}", nil, "s.yaml: entry 1: the name now stands for the time"},
		{"one name twice", "- {type: AWS::S3::Bucket, name: b}\n- {type: AWS::SQS::Queue, name: b}", nil, "s.yaml: entry 2: the name b stands twice"},
		{"a type that cannot be made", "- {type: AWS::S3::Buckets, name: b}", nil, `s.yaml: entry 1 (b): resources of the type "AWS::S3::Buckets" cannot be made here`},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := parseSeed("s.yaml", []byte(c.text))
			if !strings.HasPrefix(errText(err), c.err) || strings.Contains(errText(err), "local.") || (err == nil) != (c.err == "") {
				t.Fatalf("got error %q, want %q", errText(err), c.err)
			}
			if !reflect.DeepEqual(got, c.want) {
				t.Errorf("got %+v, want %+v", got, c.want)
			}
		})
	}
}

// TestAnswered holds that what the emulator answers stands there without the SDK's words.
func TestAnswered(t *testing.T) {
	broken := errors.New("broken")
	api := fmt.Errorf("operation error S3: CreateBucket: %w", &smithy.GenericAPIError{Code: "InvalidBucketName", Message: "It is no name."})
	if got := answered(api); got.Error() != "the emulator answered InvalidBucketName: It is no name." {
		t.Errorf("got %v", got)
	}
	if got := answered(broken); got != broken {
		t.Errorf("got %v, want it as it was", got)
	}
}

func TestHome(t *testing.T) {
	m := &machine{Options: Options{Stderr: io.Discard}, sources: []source{
		{Text: recorded.Text{Data: []byte(`{"account":"444455556666","region":"eu-west-1","resources":["{{web.arn}}"]}`)}},
		{Text: recorded.Text{Data: []byte(`{"account":"777788889999","region":"eu-central-1","detail":"{{web}}"}`)}},
	}}
	for _, c := range []struct {
		name     string
		planting planting
		want     string
	}{
		{"where the first event has it", planting{Name: "web"}, "eu-west-1"},
		{"named by no event", planting{Name: "other"}, Region},
		{"named by the seed", planting{Name: "web", Region: "us-west-2"}, "us-west-2"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := m.home(c.planting); got != c.want {
				t.Errorf("got %s, want %s", got, c.want)
			}
		})
	}
}

// TestSeedTypesAreDocumented holds that docs/cli.md names every type that can be seeded.
func TestSeedTypesAreDocumented(t *testing.T) {
	text, err := os.ReadFile("../../docs/cli.md")
	if err != nil {
		t.Fatal(err)
	}
	for typ := range planters {
		if !strings.Contains(string(text), "`"+typ+"`") {
			t.Errorf("docs/cli.md does not name %s, which can be seeded", typ)
		}
	}
}

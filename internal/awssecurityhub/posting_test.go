package awssecurityhub

import (
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/tagwarden/tagwarden/internal/finding"
	"github.com/tagwarden/tagwarden/internal/notify"
	"github.com/tagwarden/tagwarden/internal/remedy"
)

var posting = notify.Posting{
	ID: "tagwarden/tw-1", Generator: "tagwarden/bucket", Title: "T", Description: "D", Severity: "high", Fields: map[string]string{"tagwarden/entry": "tw-1"},
	Resource: finding.Resource{Partition: "aws", Account: "444455556666", Region: "eu-west-1", Type: "AWS::S3::Bucket", ARN: "arn:aws:s3:::b", Tags: map[string]string{"Secret": "x"}},
	Since:    time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC), Updated: time.Date(2026, 11, 23, 12, 0, 1, 500_000_000, time.UTC),
}

// A wall answers each path with a status, a code and a body, and remembers the calls.
type wall struct {
	calls    []string
	imported map[string]any
	updated  map[string]any
	code     string // of the call to the path at
	at       string
	failed   string // the code of the finding that is not imported
}

func (w *wall) ServeHTTP(out http.ResponseWriter, r *http.Request) {
	w.calls = append(w.calls, r.URL.Path)
	var in map[string]any
	if json.NewDecoder(r.Body).Decode(&in) != nil {
		out.WriteHeader(http.StatusTeapot)
		return
	}
	if w.code != "" && r.URL.Path == w.at {
		out.Header().Set("X-Amzn-Errortype", w.code)
		out.WriteHeader(http.StatusBadRequest)
		return
	}
	answer := map[string]any{"ProcessedFindings": []any{}, "UnprocessedFindings": []any{}}
	switch r.URL.Path {
	case "/findings":
		answer = map[string]any{"Findings": []any{map[string]any{"Id": posting.ID, "ProductArn": own}}}
	case "/findings/import":
		w.imported = in["Findings"].([]any)[0].(map[string]any)
		answer = map[string]any{"SuccessCount": 1, "FailedCount": 0, "FailedFindings": []any{}}
		if w.failed != "" {
			answer["FailedFindings"] = []any{map[string]any{"Id": posting.ID, "ErrorCode": w.failed, "ErrorMessage": "m"}}
		}
	case "/findings/batchupdate":
		w.updated = in
	}
	if json.NewEncoder(out).Encode(answer) != nil {
		out.WriteHeader(http.StatusTeapot)
	}
}

func (w *wall) hub(t *testing.T, product string) *Hub {
	t.Helper()
	server := httptest.NewServer(w)
	t.Cleanup(server.Close)
	cfg := aws.Config{Region: "us-east-1", BaseEndpoint: &server.URL, Retryer: func() aws.Retryer { return aws.NopRetryer{} }, Credentials: aws.AnonymousCredentials{}}
	return New(cfg, product)
}

// TestPost holds what is imported and updated for a proposal, and in which order.
func TestPost(t *testing.T) {
	noted, over := posting, posting
	noted.Note = "N"
	over.Note, over.Over = "N", true
	for name, test := range map[string]struct {
		posting notify.Posting
		calls   []string
		record  string
	}{
		"a proposal":           {posting, []string{"/findings/import"}, "ACTIVE"},
		"with a note":          {noted, []string{"/findings/import", "/findings", "/findings/batchupdate"}, "ACTIVE"},
		"one that is answered": {over, []string{"/findings", "/findings/batchupdate", "/findings/import"}, "ARCHIVED"},
	} {
		t.Run(name, func(t *testing.T) {
			w := &wall{}
			if err := w.hub(t, own).Post(t.Context(), test.posting); err != nil {
				t.Fatal(err)
			}
			want := map[string]any{
				"SchemaVersion": "2018-10-08", "AwsAccountId": "111122223333", "ProductArn": own, "Id": "tagwarden/tw-1", "GeneratorId": "tagwarden/bucket", "Title": "T", "Description": "D",
				"CreatedAt": "2026-11-23T12:00:00.000Z", "UpdatedAt": "2026-11-23T12:00:01.500Z", "ProductFields": map[string]any{"tagwarden/entry": "tw-1"}, "RecordState": test.record,
				"FindingProviderFields": map[string]any{"Severity": map[string]any{"Label": "HIGH"}, "Types": []any{"Software and Configuration Checks/Tagwarden"}},
				"Resources":             []any{map[string]any{"Type": "AwsS3Bucket", "Id": "arn:aws:s3:::b", "Partition": "aws", "Region": "eu-west-1"}},
			}
			if !reflect.DeepEqual(w.imported, want) || !slices.Equal(w.calls, test.calls) {
				t.Errorf("after %q, imported\n%v\nwant\n%v", w.calls, w.imported, want)
			}
			if resolved := reflect.DeepEqual(w.updated["Workflow"], map[string]any{"Status": "RESOLVED"}); resolved != test.posting.Over {
				t.Errorf("updated %v", w.updated)
			}
		})
	}
}

// TestPostFails holds which failures a retry may help, and that what is over is not archived before its note is written.
func TestPostFails(t *testing.T) {
	over := posting
	over.Note, over.Over = "N", true
	for name, test := range map[string]struct {
		wall    wall
		product string
		posting notify.Posting
		refused bool
	}{
		"not enabled":             {wall{at: "/findings/import", code: "InvalidAccessException"}, own, posting, true},
		"denied":                  {wall{at: "/findings/import", code: "AccessDeniedException"}, own, posting, true},
		"throttled":               {wall{at: "/findings/import", code: "TooManyRequestsException"}, own, posting, false},
		"the finding is refused":  {wall{failed: "InvalidInput"}, own, posting, true},
		"the product is not ours": {wall{failed: "InvalidAccess"}, own, posting, true},
		"the finding failed":      {wall{failed: "InternalFailure"}, own, posting, false},
		"its note failed":         {wall{at: "/findings/batchupdate", code: "InternalException"}, own, over, false},
	} {
		t.Run(name, func(t *testing.T) {
			err := test.wall.hub(t, test.product).Post(t.Context(), test.posting)
			if refused := (*remedy.RefusedError)(nil); err == nil || errors.As(err, &refused) != test.refused {
				t.Errorf("got %v, want one that a retry cannot help: %v", err, test.refused)
			}
			if test.posting.Over && slices.Contains(test.wall.calls, "/findings/import") {
				t.Error("it was archived without its note")
			}
		})
	}
	if err := (&wall{}).hub(t, "").Post(t.Context(), posting); err == nil || !strings.Contains(err.Error(), "product") {
		t.Errorf("without a product: %v", err)
	}
}

package awssecurityhub

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/tagwarden/tagwarden/internal/finding"
	"github.com/tagwarden/tagwarden/internal/notify"
	"github.com/tagwarden/tagwarden/internal/remedy"
)

const (
	product = "arn:aws:securityhub:us-east-1::product/aws/securityhub"
	own     = "arn:aws:securityhub:us-east-1:111122223333:product/111122223333/default"
)

// A canned hub answers as Security Hub does, and remembers what it was asked.
type canned struct {
	t          *testing.T
	suppressed []string // ids of findings that are
	others     []string // ids that another product has findings of, too
	unknown    []string // ids of findings that are not there
	codes      []string // the same, of one update after the other
	code       string   // of findings that are not updated; "" updates all
	refuse     string   // the code that every update gets; "" for none
	unreadable string   // the code that every read gets; "" for none
	read       []int    // ids that each read asked for, pages counted apart
	written    [][]string
	last       map[string]any // the last update
}

type id struct{ Id, ProductArn string } //nolint:revive // as AWS spells it

func (c *canned) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	switch r.Method + " " + r.URL.Path {
	case "POST /findings":
		c.findings(w, r)
	case "PATCH /findings/batchupdate":
		c.update(w, r)
	default:
		c.t.Errorf("got %s %s", r.Method, r.URL.Path)
	}
}

// findings gives two findings a page.
func (c *canned) findings(w http.ResponseWriter, r *http.Request) {
	var in struct {
		Filters struct {
			Id, ProductArn []struct{ Comparison, Value string }
		} //nolint:revive // as AWS spells it
		NextToken string
	}
	if err := json.NewDecoder(r.Body).Decode(&in); err != nil {
		c.t.Error(err)
	}
	if c.unreadable != "" {
		c.fail(w, c.unreadable)
		return
	}
	if len(in.Filters.ProductArn) != 1 || in.Filters.ProductArn[0].Value != product {
		c.t.Errorf("got the products %v", in.Filters.ProductArn)
	}
	var from int
	if in.NextToken == "" {
		c.read = append(c.read, len(in.Filters.Id))
	} else if _, err := fmt.Sscan(in.NextToken, &from); err != nil {
		c.t.Error(err)
	}
	var found []map[string]any
	for _, f := range in.Filters.Id {
		if f.Comparison != "EQUALS" {
			c.t.Errorf("got the comparison %s", f.Comparison)
		}
		status := "NEW"
		if slices.Contains(c.suppressed, f.Value) {
			status = "SUPPRESSED"
		}
		if !slices.Contains(c.unknown, f.Value) {
			found = append(found, map[string]any{"Id": f.Value, "ProductArn": product, "Workflow": map[string]string{"Status": status}})
		}
		if slices.Contains(c.others, f.Value) {
			found = append(found, map[string]any{"Id": f.Value, "ProductArn": product + "-other"})
		}
	}
	to := min(from+2, len(found))
	out := map[string]any{"Findings": append([]map[string]any{}, found[from:to]...)}
	if to < len(found) {
		out["NextToken"] = fmt.Sprint(to)
	}
	c.answer(w, out)
}

func (c *canned) update(w http.ResponseWriter, r *http.Request) {
	var in struct{ FindingIdentifiers []id }
	c.last = map[string]any{}
	if len(c.codes) > 0 {
		c.code, c.codes = c.codes[0], c.codes[1:]
	}
	var body json.RawMessage
	if err := errors.Join(json.NewDecoder(r.Body).Decode(&body), json.Unmarshal(body, &in), json.Unmarshal(body, &c.last)); err != nil {
		c.t.Error(err)
	}
	delete(c.last, "FindingIdentifiers")
	var ids []string
	var unprocessed []map[string]any
	for _, i := range in.FindingIdentifiers {
		ids = append(ids, i.Id)
		if c.code != "" {
			unprocessed = append(unprocessed, map[string]any{"FindingIdentifier": i, "ErrorCode": c.code, "ErrorMessage": "m"})
		}
	}
	c.written = append(c.written, ids)
	if c.refuse != "" {
		c.fail(w, c.refuse)
		return
	}
	c.answer(w, map[string]any{"ProcessedFindings": []id{}, "UnprocessedFindings": unprocessed})
}

func (c *canned) answer(w http.ResponseWriter, out any) {
	if err := json.NewEncoder(w).Encode(out); err != nil {
		c.t.Error(err)
	}
}

func (c *canned) fail(w http.ResponseWriter, code string) {
	w.Header().Set("X-Amzn-Errortype", code)
	w.WriteHeader(http.StatusBadRequest)
	c.answer(w, map[string]string{"Message": "m"})
}

// hub is a hub whose Security Hub is canned.
func (c *canned) hub(t *testing.T) *Hub {
	t.Helper()
	t.Setenv("AWS_CA_BUNDLE", "")
	c.t = t
	server := httptest.NewServer(c)
	t.Cleanup(server.Close)
	return New(aws.Config{
		Region: "us-east-1", BaseEndpoint: &server.URL, Retryer: func() aws.Retryer { return aws.NopRetryer{} },
		Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			return aws.Credentials{AccessKeyID: "AKIDEXAMPLE", SecretAccessKey: "example"}, nil
		}),
	}, own)
}

// reports are the findings 0 to n-1.
func reports(n int) (list []finding.Report, ids []string) {
	for i := range n {
		ids = append(ids, fmt.Sprintf("finding/%d", i))
		list = append(list, finding.Report{Service: "securityhub", ID: ids[i], Product: product})
	}
	return list, ids
}

// TestNote holds which findings are written into, in which batches, over all pages.
func TestNote(t *testing.T) {
	for _, c := range []struct {
		name    string
		hub     canned
		count   int
		read    []int
		written []int
		without []string
	}{
		{name: "none", count: 0},
		{name: "one", count: 1, read: []int{1}, written: []int{1}},
		{name: "250 of them", count: 250, read: []int{20, 20, 20, 20, 20, 20, 20, 20, 20, 20, 20, 20, 10}, written: []int{100, 100, 50}},
		{
			name: "those that somebody suppressed are left alone", hub: canned{suppressed: []string{"finding/0", "finding/21"}}, count: 22,
			read: []int{20, 2}, written: []int{20}, without: []string{"finding/0", "finding/21"},
		},
		{name: "all are suppressed", hub: canned{suppressed: []string{"finding/0"}}, count: 1, read: []int{1}},
		{
			name: "those that are unknown are left out", hub: canned{unknown: []string{"finding/1"}}, count: 4, read: []int{4}, written: []int{3},
			without: []string{"finding/1"},
		},
		{name: "the same id of another product was not asked for", hub: canned{others: []string{"finding/1"}}, count: 3, read: []int{3}, written: []int{3}},
	} {
		t.Run(c.name, func(t *testing.T) {
			findings, ids := reports(c.count)
			n := notify.Note{Findings: findings, Workflow: "NOTIFIED", Text: "Done.", Fields: map[string]string{"k": "v"}}
			if err := c.hub.hub(t).Note(t.Context(), n); err != nil {
				t.Fatal(err)
			}
			var sizes []int
			for _, batch := range c.hub.written {
				sizes = append(sizes, len(batch))
			}
			want := slices.DeleteFunc(ids, func(id string) bool { return slices.Contains(c.without, id) })
			if !reflect.DeepEqual(c.hub.read, c.read) || !reflect.DeepEqual(sizes, c.written) {
				t.Errorf("read %v and wrote %v, want %v and %v", c.hub.read, sizes, c.read, c.written)
			}
			if got := slices.Concat(c.hub.written...); len(sizes) > 0 && !slices.Equal(got, want) {
				t.Errorf("wrote %q, want %q", got, want)
			}
		})
	}
}

// TestNoteText holds what is written into a finding.
func TestNoteText(t *testing.T) {
	findings, _ := reports(1)
	for _, c := range []struct {
		name string
		note notify.Note
		want map[string]any
	}{
		{
			"all of it",
			notify.Note{Findings: findings, Workflow: "NOTIFIED", Text: "Done.", Fields: map[string]string{"k": "v"}},
			map[string]any{
				"Note": map[string]any{"Text": "Done.", "UpdatedBy": "tagwarden"}, "Workflow": map[string]any{"Status": "NOTIFIED"},
				"UserDefinedFields": map[string]any{"k": "v"},
			},
		},
		{"the workflow stays", notify.Note{Findings: findings, Text: "Not done."}, map[string]any{"Note": map[string]any{"Text": "Not done.", "UpdatedBy": "tagwarden"}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			var hub canned
			if err := hub.hub(t).Note(t.Context(), c.note); err != nil {
				t.Fatal(err)
			}
			if !reflect.DeepEqual(hub.last, c.want) {
				t.Errorf("got %v, want %v", hub.last, c.want)
			}
		})
	}
}

// TestNoteFails holds which errors are tried again, and which are final.
func TestNoteFails(t *testing.T) {
	findings, _ := reports(3)
	for _, c := range []struct {
		name  string
		hub   canned
		final bool
		says  string
	}{
		{"somebody else updates them", canned{code: "ConcurrentUpdateError"}, false, "3 were not updated: ConcurrentUpdateError"},
		{"a fault of the service", canned{code: "InternalFailure"}, false, "InternalFailure"},
		{"an update that is not taken", canned{code: "InvalidInput"}, true, "3 were not updated: InvalidInput"},
		{"updates are denied", canned{refuse: "AccessDeniedException"}, true, "update findings of Security Hub"},
		{"reads are denied", canned{unreadable: "AccessDeniedException"}, true, "read findings of Security Hub"},
		{"Security Hub is off", canned{unreadable: "InvalidAccessException"}, true, "read findings of Security Hub"},
		{"too many calls", canned{refuse: "LimitExceededException"}, false, "LimitExceededException"},
		{"too many reads", canned{unreadable: "TooManyRequestsException"}, false, "TooManyRequestsException"},
	} {
		t.Run(c.name, func(t *testing.T) {
			err := c.hub.hub(t).Note(t.Context(), notify.Note{Findings: findings, Text: "Done."})
			if err == nil {
				t.Fatal("got no error")
			}
			var refused *remedy.RefusedError
			if final := errors.As(err, &refused); final != c.final {
				t.Errorf("got final %v, want %v: %v", final, c.final, err)
			}
			whole := err.Error()
			if refused != nil && refused.Err != nil {
				whole += refused.Err.Error()
			}
			if !strings.Contains(whole, c.says) {
				t.Errorf("got %q, want it to say %q", whole, c.says)
			}
		})
	}
}

// TestOneBatchThatMayPassIsTriedAgain holds that a final fault of one batch does not hide that another one is worth a retry, whichever comes first.
func TestOneBatchThatMayPassIsTriedAgain(t *testing.T) {
	findings, _ := reports(mostWritten + 1)
	for _, codes := range [][]string{{"InvalidInput", "InternalFailure"}, {"InternalFailure", "InvalidInput"}} {
		err := (&canned{codes: codes}).hub(t).Note(t.Context(), notify.Note{Findings: findings, Text: "Done."})
		if refused := (*remedy.RefusedError)(nil); err == nil || errors.As(err, &refused) {
			t.Errorf("%v: got %v, want what a retry may help", codes, err)
		}
	}
}

// TestAFindingThatIsGoneIsNoFault holds that nobody is told of a finding that went between the read and the update.
func TestAFindingThatIsGoneIsNoFault(t *testing.T) {
	findings, _ := reports(3)
	if err := (&canned{code: "FindingNotFound"}).hub(t).Note(t.Context(), notify.Note{Findings: findings, Text: "Done."}); err != nil {
		t.Errorf("got %v", err)
	}
}

package buttons

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/cfn"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/securityhub"

	"github.com/tagwarden/tagwarden/internal/rights"
)

// A stack, its button, and what the button's action is called.
const (
	stack  = "arn:aws:cloudformation:eu-west-1:111122223333:stack/Tagwarden/6a1c2d30-aaaa-bbbb-cccc-0123456789ab"
	action = "arn:aws:securityhub:eu-west-1:111122223333:action/custom/tagwardenUndo"
	other  = "arn:aws:securityhub:eu-west-1:111122223333:action/custom/tagwardenRedo"
)

// A cloud is Security Hub and CloudFormation's pre-signed address at once.
type cloud struct {
	t     *testing.T
	calls []string                              // what Security Hub was asked
	hub   func(call string) (status int, r any) // how it answers; nil: as if all went well

	statuses []int // how the address answers, one after the other; then 200
	answers  []cfn.Response
	log      bytes.Buffer
}

func (c *cloud) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		c.t.Error(err)
	}
	if strings.HasPrefix(r.URL.Path, "/answer") {
		c.answer(w, r, body)
		return
	}
	path, err := url.PathUnescape(r.URL.EscapedPath())
	if err != nil {
		c.t.Error(err)
	}
	call := strings.TrimSpace(r.Method + " " + path + " " + string(body))
	c.calls = append(c.calls, call)
	status, answer := 200, any(map[string]any{})
	switch {
	case c.hub != nil:
		status, answer = c.hub(call)
	case path == "/actionTargets":
		var in struct{ Id string } //nolint:revive // as AWS spells it
		if err := json.Unmarshal(body, &in); err != nil {
			c.t.Error(err)
		}
		answer = map[string]string{"ActionTargetArn": "arn:aws:securityhub:eu-west-1:111122223333:action/custom/" + in.Id}
	}
	if code, refused := answer.(string); refused {
		w.Header().Set("X-Amzn-ErrorType", code)
		answer = map[string]string{"Code": code, "Message": "no"}
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	if err := json.NewEncoder(w).Encode(answer); err != nil {
		c.t.Error(err)
	}
}

func (c *cloud) answer(w http.ResponseWriter, r *http.Request, body []byte) {
	if r.Method != http.MethodPut || r.Header.Get("Content-Type") != "" || r.URL.RawQuery != "X-Amz-Signature=secret" || len(body) > 4096 {
		c.t.Errorf("the answer is a %s of %q with %d bytes to %s", r.Method, r.Header.Get("Content-Type"), len(body), r.URL)
	}
	if len(c.statuses) > 0 {
		status := c.statuses[0]
		c.statuses = c.statuses[1:]
		w.WriteHeader(status)
		return
	}
	var a cfn.Response
	if err := json.Unmarshal(body, &a); err != nil {
		c.t.Error(err)
	}
	c.answers = append(c.answers, a)
}

// provider gives the provider of the deployment "tagwarden", and where it answers to.
func provider(t *testing.T, c *cloud) (*Provider, string) {
	t.Helper()
	t.Setenv("AWS_CA_BUNDLE", "")
	c.t = t
	server := httptest.NewTLSServer(c)
	t.Cleanup(server.Close)
	hub := securityhub.NewFromConfig(aws.Config{
		Region: "eu-west-1", BaseEndpoint: aws.String(server.URL), HTTPClient: server.Client(), Retryer: func() aws.Retryer { return aws.NopRetryer{} },
		Credentials: credentials.NewStaticCredentialsProvider("a", "b", ""),
	})
	return &Provider{
		Hub: hub, Client: server.Client(), Log: slog.New(slog.NewJSONHandler(&c.log, nil)),
		Own: rights.Names{Prefix: "tagwarden"}.OwnAction, Wait: func(context.Context, time.Duration) {},
	}, server.URL + "/answer?X-Amz-Signature=secret"
}

// request is what CloudFormation sends. Source: AWS CloudFormation user guide, "Custom resource request types".
func request(typ, physical string, properties map[string]any) map[string]any {
	r := map[string]any{
		"RequestType": typ, "RequestId": "r-1", "StackId": stack, "ResourceType": ResourceType, "LogicalResourceId": "ButtontagwardenUndo", "ResourceProperties": properties,
	}
	if physical != "" {
		r["PhysicalResourceId"] = physical
	}
	return r
}

func undo(name string) map[string]any {
	return map[string]any{"ServiceToken": "arn:aws:lambda:...", "Id": "tagwardenUndo", "Name": name, "Description": "Takes it back."}
}

// says answers every call with a code.
func says(status int, code string) func(string) (int, any) {
	return func(string) (int, any) { return status, code }
}

const create = `POST /actionTargets {"Description":"Takes it back.","Id":"tagwardenUndo","Name":"Undo"}`

// there answers that there is such an action already, with a description.
func there(description string) func(string) (int, any) {
	return func(call string) (int, any) {
		switch {
		case strings.HasPrefix(call, "POST /actionTargets {"):
			return 409, "ResourceConflictException"
		case strings.HasPrefix(call, "POST /actionTargets/get"):
			return 200, map[string]any{"ActionTargets": []map[string]string{{"ActionTargetArn": action, "Name": "Undo", "Description": description}}}
		}
		return 200, map[string]any{}
	}
}

func TestServe(t *testing.T) {
	update := func(name string) string {
		return `PATCH /actionTargets/` + action + ` {"Description":"Takes it back.","Name":"` + name + `"}`
	}
	look := `POST /actionTargets/get {"ActionTargetArns":["` + action + `"]}`
	for _, test := range []struct {
		name    string
		request map[string]any
		hub     func(string) (int, any)
		calls   []string
		status  cfn.StatusType
		id      string
		reason  string // in the reason
	}{
		{"created", request("Create", "", undo("Undo")), nil, []string{create}, cfn.StatusSuccess, action, ""},
		{"created again, for the first answer was lost", request("Create", "", undo("Undo")), there("Takes it back."), []string{create, look, update("Undo")}, cfn.StatusSuccess, action, ""},
		{"there is one of somebody else", request("Create", "", undo("Undo")), there("Mine."), []string{create, look}, cfn.StatusFailed, "none-r-1", "delete-action-target --action-target-arn " + action},
		{"Security Hub is off", request("Create", "", undo("Undo")), says(401, "InvalidAccessException"), []string{create}, cfn.StatusFailed, "none-r-1", "turn it on (aws securityhub enable-security-hub)"},
		{"too many", request("Create", "", undo("Undo")), says(429, "LimitExceededException"), []string{create}, cfn.StatusFailed, "none-r-1", "50 a region"},
		{"denied", request("Create", "", undo("Undo")), says(403, "AccessDeniedException"), []string{create}, cfn.StatusFailed, "none-r-1", "allow securityhub:CreateActionTarget"},
		{"an error of AWS", request("Create", "", undo("Undo")), says(500, "InternalException"), []string{create}, cfn.StatusFailed, "none-r-1", "InternalException: deploy again"},
		{"no name", request("Create", "", undo("")), nil, nil, cfn.StatusFailed, "none-r-1", "Id, Name and Description"},
		{"an id of somebody else", request("Create", "", map[string]any{"Id": "Delete", "Name": "x", "Description": "y"}), nil, nil, cfn.StatusFailed, "none-r-1", `"Delete" is no id`},
		{"an unknown request", request("Look", "", undo("Undo")), nil, nil, cfn.StatusFailed, "none-r-1", `"Look"`},
		{"a property of another type", request("Create", "", map[string]any{"Id": 1}), nil, nil, cfn.StatusFailed, "none-r-1", "must be texts"},

		{"renamed in place", request("Update", action, undo("Take back")), nil, []string{update("Take back")}, cfn.StatusSuccess, action, ""},
		{
			"renamed, but somebody deleted it", request("Update", action, undo("Undo")),
			func(call string) (int, any) {
				if strings.HasPrefix(call, "PATCH") {
					return 404, "ResourceNotFoundException"
				}
				return 200, map[string]string{"ActionTargetArn": action}
			},
			[]string{update("Undo"), create},
			cfn.StatusSuccess, action, "",
		},
		{"another id: replaced", request("Update", other, undo("Undo")), nil, []string{create}, cfn.StatusSuccess, action, ""},
		{"a replacement that fails keeps the former", request("Update", other, undo("Undo")), says(429, "LimitExceededException"), []string{create}, cfn.StatusFailed, other, "50 a region"},
		{"a replacement is rolled back to what is still there", request("Update", other, undo("Undo")), there("Takes it back."), []string{create, look, update("Undo")}, cfn.StatusSuccess, action, ""},
		{"a change is denied", request("Update", action, undo("Undo")), says(403, "AccessDeniedException"), []string{update("Undo")}, cfn.StatusFailed, action, "service control policy"},

		{"deleted", request("Delete", action, undo("Undo")), nil, []string{"DELETE /actionTargets/" + action}, cfn.StatusSuccess, action, ""},
		{"deleted by hand before", request("Delete", action, undo("Undo")), says(404, "ResourceNotFoundException"), []string{"DELETE /actionTargets/" + action}, cfn.StatusSuccess, action, "gone already"},
		{"deleted where Security Hub is off", request("Delete", action, undo("Undo")), says(401, "InvalidAccessException"), []string{"DELETE /actionTargets/" + action}, cfn.StatusSuccess, action, "is off here"},
		{"a deletion is denied", request("Delete", action, undo("Undo")), says(403, "AccessDeniedException"), []string{"DELETE /actionTargets/" + action}, cfn.StatusFailed, action, "allow securityhub:"},
		{"a deletion of what was never made", request("Delete", "none-r-0", undo("Undo")), nil, nil, cfn.StatusSuccess, "none-r-0", "Nothing was deleted"},
		{"a deletion in another account", request("Delete", strings.Replace(action, "111122223333", "444455556666", 1), undo("Undo")), nil, nil, cfn.StatusSuccess, strings.Replace(action, "111122223333", "444455556666", 1), "Nothing"},
		{"a deletion of another deployment's", request("Delete", strings.Replace(action, "tagwarden", "acme", 1), undo("Undo")), nil, nil, cfn.StatusSuccess, strings.Replace(action, "tagwarden", "acme", 1), "Nothing"},
	} {
		t.Run(test.name, func(t *testing.T) {
			c := &cloud{hub: test.hub}
			p, to := provider(t, c)
			test.request["ResponseURL"] = to
			payload, err := json.Marshal(test.request)
			if err != nil {
				t.Fatal(err)
			}
			if err := p.Serve(t.Context(), payload); err != nil {
				t.Fatal(err)
			}
			c.answered(test.status, test.id, test.reason)
			if !slices.Equal(c.calls, test.calls) {
				t.Errorf("Security Hub was asked\n%s\nwant\n%s", strings.Join(c.calls, "\n"), strings.Join(test.calls, "\n"))
			}
		})
	}
}

// answered checks that CloudFormation has one answer, and which.
func (c *cloud) answered(status cfn.StatusType, id, reason string) {
	c.t.Helper()
	if len(c.answers) != 1 {
		c.t.Fatalf("got %d answers, want one", len(c.answers))
	}
	a := c.answers[0]
	if a.Status != status || a.PhysicalResourceID != id || !strings.Contains(a.Reason, reason) || status == cfn.StatusFailed && a.Reason == "" {
		c.t.Errorf("got %s of %q because of %q; want %s of %q, %q", a.Status, a.PhysicalResourceID, a.Reason, status, id, reason)
	}
	if a.RequestID != "r-1" || a.StackID != stack || a.LogicalResourceID != "ButtontagwardenUndo" {
		c.t.Errorf("the answer is to %s, %s, %s", a.RequestID, a.StackID, a.LogicalResourceID)
	}
	if strings.Contains(c.log.String(), "secret") {
		c.t.Errorf("the log has the address: %s", c.log.String())
	}
}

// TestOddRequests holds that a request which cannot be read is answered, as long as it says where.
func TestOddRequests(t *testing.T) {
	c := &cloud{}
	p, to := provider(t, c)
	addressed := `{"RequestType":"Create","RequestId":"r-1","StackId":"` + stack + `","LogicalResourceId":"ButtontagwardenUndo","ResourceProperties":"none","ResponseURL":"` + to + `"}`
	if err := p.Serve(t.Context(), []byte(addressed)); err != nil {
		t.Error(err)
	}
	c.answered(cfn.StatusFailed, "none-r-1", "cannot be read")
	for _, payload := range []string{"", "[]", `{"RequestType":"Create"}`, `{"ResponseURL":1}`, `{`} {
		if err := p.Serve(t.Context(), []byte(payload)); err == nil || !strings.Contains(err.Error(), "nowhere to answer to") {
			t.Errorf("%q: got %v, want that it names nowhere to answer to", payload, err)
		}
	}
	plain := strings.Replace(addressed, "https://", "http://", 1)
	if err := p.Serve(t.Context(), []byte(plain)); err == nil || strings.Contains(err.Error(), "secret") {
		t.Errorf("an address without TLS: got %v", err)
	}
	if len(c.calls) != 0 {
		t.Errorf("Security Hub was asked %q", c.calls)
	}
}

// TestAPanicIsAnswered holds that a mistake of ours keeps no stack waiting.
func TestAPanicIsAnswered(t *testing.T) {
	c := &cloud{}
	p, to := provider(t, c)
	p.Own = func(string) bool { panic("no") }
	if err := p.Serve(t.Context(), with(t, request("Create", "", undo("Undo")), to)); err != nil {
		t.Fatal(err)
	}
	c.answered(cfn.StatusFailed, "none-r-1", "stands in its log")
}

// TestAnsweredBeforeTheDeadline holds that Security Hub is not waited for until the function ends.
func TestAnsweredBeforeTheDeadline(t *testing.T) {
	c := &cloud{}
	p, to := provider(t, c)
	ctx, cancel := context.WithTimeout(t.Context(), reserve) // nothing is left but for the answer
	defer cancel()
	if err := p.Serve(ctx, with(t, request("Delete", action, undo("Undo")), to)); err != nil {
		t.Fatal(err)
	}
	c.answered(cfn.StatusFailed, action, "did not answer in time")
}

// TestAnAnswerIsTriedAgain holds that an answer is put again, and that Lambda hears of one that never arrived.
func TestAnAnswerIsTriedAgain(t *testing.T) {
	c := &cloud{statuses: []int{503, 500}}
	p, to := provider(t, c)
	if err := p.Serve(t.Context(), with(t, request("Create", "", undo("Undo")), to)); err != nil {
		t.Fatal(err)
	}
	c.answered(cfn.StatusSuccess, action, "")
	c.statuses = []int{403, 403, 403, 403, 403}
	if err := p.Serve(t.Context(), with(t, request("Create", "", undo("Undo")), to)); err == nil || !strings.Contains(err.Error(), "status 403") {
		t.Errorf("got %v, want that no answer arrived", err)
	}
	p.Client = &http.Client{Transport: unreachable{}}
	if err := p.Serve(t.Context(), with(t, request("Create", "", undo("Undo")), to)); err == nil || strings.Contains(err.Error(), "secret") || !strings.Contains(err.Error(), "no route") {
		t.Errorf("got %v, want that there is no route, and not where to", err)
	}
}

type unreachable struct{}

func (unreachable) RoundTrip(*http.Request) (*http.Response, error) {
	return nil, errors.New("no route")
}

func TestCut(t *testing.T) {
	for _, test := range []struct {
		text string
		most int
		want string
	}{{"short", 10, "short"}, {strings.Repeat("a", 20), 10, "aaaa (cut)"}, {strings.Repeat("ü", 20), 11, "üü (cut)"}} {
		if got := cut(test.text, test.most); got != test.want {
			t.Errorf("got %q, want %q", got, test.want)
		}
	}
}

// with is a request as it arrives, answered to an address.
func with(t *testing.T, r map[string]any, to string) []byte {
	t.Helper()
	r["ResponseURL"] = to
	payload, err := json.Marshal(r)
	if err != nil {
		t.Fatal(err)
	}
	return payload
}

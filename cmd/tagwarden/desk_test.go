package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"time"

	lambdaevents "github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
	"github.com/spf13/cobra"

	"github.com/tagwarden/tagwarden/internal/change"
	"github.com/tagwarden/tagwarden/internal/finding"
	"github.com/tagwarden/tagwarden/internal/handover"
	"github.com/tagwarden/tagwarden/internal/journal"
	"github.com/tagwarden/tagwarden/internal/meter"
	"github.com/tagwarden/tagwarden/internal/operator"
	"github.com/tagwarden/tagwarden/internal/policy"
)

// A deployed is a deployment: the operator function behind a URL, with a journal, and an act that does at once what is handed over.
type deployed struct {
	*testing.T
	*journal.Memory
	o       *operator.Operator
	url     string
	key     aws.Credentials
	caller  string
	answers map[string]journal.State // what becomes of an undo, by the entry that it takes back; Fixed where nothing is said
	stalls  bool                     // act never comes to it
	started time.Time
}

func newDeployed(t *testing.T) *deployed {
	t.Helper()
	p, err := policy.Parse("policy.yaml", []byte(`
version: 1
mode: propose
tags: [{key: Owner, required: true}]
rules: [{name: tags, on: [config], do: [tags]}]
operators: {approve: ["arn:aws:iam::111122223333:user/ann"], undo: ["arn:aws:iam::111122223333:user/ann"], exempt: ["arn:aws:iam::111122223333:user/ann"], brake: ["arn:aws:iam::111122223333:user/ann"]}
`), policy.Catalog{Kinds: []string{"config"}, Remedies: []policy.CatalogRemedy{{ID: "tags", Setting: "tags", Answers: []string{"tags"}, Resource: "*", Undo: "exact"}}})
	if err != nil {
		t.Fatal(err)
	}
	d := &deployed{
		T: t, Memory: journal.NewMemory(), caller: "arn:aws:iam::111122223333:user/ann", answers: map[string]journal.State{}, started: time.Now(),
		key: aws.Credentials{AccessKeyID: "AKIDEXAMPLE", SecretAccessKey: "example", SessionToken: "token"},
	}
	d.o = &operator.Operator{Policy: p, Journal: d, Queue: d, Log: slog.New(slog.DiscardHandler), Meter: &meter.Meter{Function: "operator"}, Now: time.Now}
	s := httptest.NewServer(http.HandlerFunc(d.serve))
	t.Cleanup(s.Close)
	d.url = s.URL + "/"
	for name, value := range map[string]string{
		"AWS_ACCESS_KEY_ID": d.key.AccessKeyID, "AWS_SECRET_ACCESS_KEY": d.key.SecretAccessKey, "AWS_SESSION_TOKEN": d.key.SessionToken, "AWS_REGION": "eu-west-1",
		"AWS_CONFIG_FILE": os.DevNull, "AWS_SHARED_CREDENTIALS_FILE": os.DevNull, "AWS_EC2_METADATA_DISABLED": "true", "AWS_CA_BUNDLE": "", "AWS_PROFILE": "",
		"AWS_ENDPOINT_URL": "", "TAGWARDEN_URL": d.url,
	} {
		t.Setenv(name, value)
	}
	return d
}

// serve is what AWS Lambda does before the function: it checks the signature, and says who calls.
func (d *deployed) serve(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		d.Error(err)
	}
	if !d.genuine(r, body) {
		w.WriteHeader(http.StatusForbidden)
		_, _ = io.WriteString(w, `{"Message":"Forbidden"}`)
		return
	}
	ask := lambdaevents.LambdaFunctionURLRequest{Body: string(body)}
	ask.RequestContext.HTTP.Method = r.Method
	ask.RequestContext.Authorizer = &lambdaevents.LambdaFunctionURLRequestContextAuthorizerDescription{
		IAM: &lambdaevents.LambdaFunctionURLRequestContextAuthorizerIAMDescription{UserARN: d.caller},
	}
	answer := d.o.URL(r.Context(), ask)
	w.WriteHeader(answer.StatusCode)
	_, _ = io.WriteString(w, answer.Body)
}

// genuine signs the request once more, and compares.
func (d *deployed) genuine(r *http.Request, body []byte) bool {
	at, err := time.Parse("20060102T150405Z", r.Header.Get("X-Amz-Date"))
	if err != nil {
		return false
	}
	again, err := http.NewRequest(r.Method, "http://"+r.Host+r.URL.Path, bytes.NewReader(body))
	if err != nil {
		d.Fatal(err)
	}
	again.Header.Set("Content-Type", r.Header.Get("Content-Type"))
	sum := sha256.Sum256(body)
	if err := v4.NewSigner().SignHTTP(r.Context(), d.key, again, hex.EncodeToString(sum[:]), "lambda", "eu-west-1", at); err != nil {
		d.Fatal(err)
	}
	return r.Header.Get("Authorization") == again.Header.Get("Authorization")
}

// Send plays act: an approval is made, an undo ends as is said.
func (d *deployed) Send(ctx context.Context, h handover.Handover) error {
	e, err := d.Get(ctx, h.Entry)
	if err != nil || d.stalls || e.State.Answered() {
		return err
	}
	e.State, e.Told, e.Reason = journal.Fixed, true, "Done."
	if want, said := d.answers[e.Undoes]; said {
		e.State, e.Reason = want, "It was not undone: Owner changed since."
	} else if e.Undoes != "" {
		e.Change = change.Change{Remedy: "tags", Touched: []change.Touch{{Path: "Owner", Before: json.RawMessage(`"nobody"`)}}}
	}
	e.Updated = time.Now()
	if _, err = d.Record(ctx, e); err != nil || e.Undoes == "" || e.State != journal.Fixed {
		return err
	}
	original, err := d.Get(ctx, e.Undoes)
	if err == nil {
		original.State = journal.Undone
		_, err = d.Record(ctx, original)
	}
	return err
}

// plant puts an entry about a bucket into the journal, so many minutes old.
func (d *deployed) plant(name string, s journal.State, minutes int) string {
	d.Helper()
	arn := "arn:aws:s3:::" + name
	r := finding.Resource{Partition: "aws", Account: "111122223333", Region: "eu-west-1", Type: "AWS::S3::Bucket", ID: name, ARN: arn}
	key := journal.KeyOf(r, "tags")
	at := d.started.Add(-time.Duration(minutes) * time.Minute)
	begun, err := d.Begin(d.Context(), journal.Entry{
		ID: journal.NewID(key, name, "tags"), Key: key, Event: name, Kind: "config", Control: "tags", Rule: "tags", Remedy: "tags", Mode: "propose", Resource: r, Since: at,
		Reason: "Owner is missing.", Fingerprint: "propose:f", Change: change.Change{Remedy: "tags", Touched: []change.Touch{{Path: "Owner", After: json.RawMessage(`"nobody"`)}}},
	}, at)
	if err != nil {
		d.Fatal(err)
	}
	begun.Entry.State, begun.Entry.Told = s, true
	if _, err := d.Record(d.Context(), begun.Entry); err != nil {
		d.Fatal(err)
	}
	return begun.Entry.ID
}

// command runs a command line; people answer what it asks with typed.
func command(typed string, args ...string) (out, told string, code int) {
	var stdout, stderr bytes.Buffer
	root := newRoot()
	root.SetArgs(args)
	root.SetIn(strings.NewReader(typed))
	root.SetOut(&stdout)
	root.SetErr(&stderr)
	code = exitOf(root.Execute(), &stderr)
	return stdout.String(), stderr.String(), code
}

func TestApproveOverTheURL(t *testing.T) {
	d := newDeployed(t)
	id := d.plant("a", journal.Proposed, 5)
	out, told, code := command("n\n", "approve", id)
	if code != exitFault || out != "" || !strings.Contains(told, "Owner  (none)  nobody\nMake this change? [y/N] tagwarden: nothing was done") {
		t.Errorf("no: got %d\n%s%s", code, out, told)
	}
	out, told, code = command("y\n", "approve", id)
	want := "Entry " + id + " is approved. The setting is read again, and the change is made if all that it touches is as it was shown.\narn:aws:s3:::a: fixed. Done.\n"
	if code != exitDone || out != want {
		t.Errorf("got %d\n%s%swant\n%s", code, out, told, want)
	}
	e, err := d.Get(t.Context(), id)
	if err != nil || e.Approver != d.caller {
		t.Errorf("got %v, approved by %q; want by the caller", err, e.Approver)
	}
	out, told, code = command("", "approve", d.plant("b", journal.Proposed, 5), "--yes", "--shown", "0123")
	if code != exitWrong || out != "" || !strings.Contains(told, "tagwarden: refused: ") || !strings.Contains(told, "another change") {
		t.Errorf("another change: got %d\n%s%s", code, out, told)
	}
	out, _, code = command("", "approve", d.plant("c", journal.Proposed, 5), "--yes", "--format", "json")
	if code != exitDone || !strings.Contains(out, `"outcome":"fixed"`) || strings.Count(out, "\n") != 1 {
		t.Errorf("json: got %d %s", code, out)
	}
}

func TestUndoOverTheURL(t *testing.T) {
	d := newDeployed(t)
	id, kept := d.plant("a", journal.Fixed, 5), d.plant("b", journal.Fixed, 4)
	d.answers[kept] = journal.Refused
	out, told, code := command("", "undo", id)
	if code != exitDone || !strings.HasPrefix(out, "KEY    BEFORE  AFTER\nOwner  nobody  (none)\narn:aws:s3:::a: undone. Done. (entry tw-") || !strings.HasSuffix(out, ", by "+d.caller+")\n") {
		t.Errorf("got %d\n%s%s", code, out, told)
	}
	out, told, code = command("", "undo", kept, "--format", "json")
	if code != exitWrong || !strings.Contains(out, `"outcome":"refused","reason":"It was not undone: Owner changed since.","by":"`+d.caller+`","before":{},"after":{}`) {
		t.Errorf("changed since: got %d\n%s%s", code, out, told)
	}
	if _, told, code = command("", "undo", "tw-none"); code != exitFault || !strings.Contains(told, `There is no entry "tw-none"`) {
		t.Errorf("unknown: got %d %s", code, told)
	}
	d.caller = "arn:aws:iam::111122223333:user/guest"
	if _, told, code = command("", "undo", id); code != exitFault || !strings.Contains(told, "operators.undo") {
		t.Errorf("denied: got %d %s", code, told)
	}
}

func TestUndoOfARule(t *testing.T) {
	d := newDeployed(t)
	var ids []string
	for i := range 4 {
		ids = append(ids, d.plant(fmt.Sprint("b", i), journal.Fixed, 40-10*i))
	}
	d.plant("old", journal.Fixed, 300)
	d.answers[ids[1]] = journal.Refused
	out, told, code := command("y\n", "undo", "--rule", "tags", "--since", "2h")
	var order []string
	for _, line := range strings.Split(told, "\n") {
		if fields := strings.Fields(line); len(fields) > 2 && strings.HasPrefix(fields[1], "tw-") {
			order = append(order, fields[1])
		}
	}
	if strings.Join(order, " ") != strings.Join([]string{ids[3], ids[2], ids[1], ids[0]}, " ") || !strings.Contains(told, "Take 4 changes back? [y/N]") {
		t.Errorf("listed %v\n%s\nwant the newest first, and the question", order, told)
	}
	if code != exitWrong || !strings.HasSuffix(out, "4 changes: 3 undone, 1 refused, 0 failed, 0 left\n") || strings.Count(out, "\nundone   arn:aws:s3:::b") != 3 {
		t.Errorf("got %d\n%s", code, out)
	}

	if _, told, code := command("n\n", "undo", "--rule", "tags", "--since", "2h"); code != exitFault || !strings.Contains(told, "Take 1 change back? [y/N]") {
		t.Errorf("one is left: got %d\n%s", code, told)
	}
	if _, told, code := command("", "undo", "--rule", "tag", "--since", "2h"); code != exitFault || !strings.Contains(told, `There is no rule "tag"`) {
		t.Errorf("no such rule: got %d\n%s", code, told)
	}

	// Run again, it takes up what is left; here the one that was refused.
	delete(d.answers, ids[1])
	out, _, code = command("", "undo", "--rule", "tags", "--since", "2h", "--yes", "--format", "json")
	if lines := strings.Split(strings.TrimSpace(out), "\n"); code != exitDone || len(lines) != 2 || lines[1] != `{"summary":{"changes":1,"undone":1,"refused":0,"failed":0,"left":0}}` {
		t.Errorf("again: got %d\n%s", code, out)
	}
	if out, told, code = command("", "undo", "--rule", "tags", "--since", "2h"); code != exitDone || !strings.Contains(told, "changed nothing since") || out != "0 changes: 0 undone, 0 refused, 0 failed, 0 left\n" {
		t.Errorf("nothing left: got %d\n%s%s", code, out, told)
	}
}

// TestUndoOfARuleStops holds that what keeps one change from being taken back, and would keep the others, too, stops the bulk, and that what is left is counted.
func TestUndoOfARuleStops(t *testing.T) {
	d := newDeployed(t)
	for i := range 3 {
		d.plant(fmt.Sprint("b", i), journal.Fixed, 40-10*i)
	}
	spent := d.plant("told", journal.Told, 1)
	e, err := d.Get(t.Context(), spent)
	for range 500 {
		if err == nil {
			e.Updated = time.Now()
			e, err = d.Record(t.Context(), e, journal.Mark{Counter: journal.UndoBudget("tags"), Per: time.Hour})
		}
	}
	if err != nil {
		t.Fatal(err)
	}
	out, told, code := command("", "undo", "--rule", "tags", "--since", "2h", "--yes")
	if code != exitWrong || !strings.HasSuffix(out, "3 changes: 0 undone, 0 refused, 0 failed, 3 left\n") ||
		!strings.Contains(told, `refused: 0 undone, 3 left: run the command again to go on. The budget of rule "tags" (500/h) lets no more be taken back now: ask again after 2`) ||
		strings.Count(out, " The budget of rule") != 3 {
		t.Errorf("at the budget: got %d\n%s%s", code, out, told)
	}
	if out, told, code = command("", "undo", "--rule", "tags", "--since", "2h", "--yes", "--all"); code != exitDone || !strings.HasSuffix(out, "3 changes: 3 undone, 0 refused, 0 failed, 0 left\n") {
		t.Errorf("with --all: got %d\n%s%s", code, out, told)
	}
}

func TestExemptOverTheURL(t *testing.T) {
	newDeployed(t)
	out, told, code := command("", "exempt", "arn:aws:s3:::site", "--until", time.Now().AddDate(0, 1, 0).Format(time.DateOnly), "--reason", "a site", "--owner", "web", "--rule", "tags")
	if code != exitDone || !strings.HasPrefix(out, "arn:aws:s3:::site is exempt from rule tags until ") {
		t.Errorf("got %d\n%s%s", code, out, told)
	}
	if out, _, code = command("", "exempt", "list"); code != exitDone || !strings.Contains(out, "arn:aws:s3:::site  tags   web    arn:aws:iam::111122223333:user/ann  a site\n") {
		t.Errorf("list: got %d\n%s", code, out)
	}
	if out, _, code = command("", "exempt", "list", "--format", "json"); code != exitDone || !strings.HasPrefix(out, `{"resource":"arn:aws:s3:::site","rules":["tags"],"until":"`) {
		t.Errorf("list: got %d\n%s", code, out)
	}
	if out, told, code = command("", "exempt", "end", "arn:aws:s3:::site"); code != exitDone || !strings.Contains(out, "is over") {
		t.Errorf("end: got %d\n%s%s", code, out, told)
	}
	if _, told, code = command("", "exempt", "end", "arn:aws:s3:::site"); code != exitWrong || !strings.Contains(told, "refused: arn:aws:s3:::site has no exemption") {
		t.Errorf("end again: got %d %s", code, told)
	}
}

func TestBrakeOverTheURL(t *testing.T) {
	newDeployed(t)
	if out, told, code := command("", "brake"); code != exitDone || out != "No brake is on.\n" {
		t.Errorf("got %d\n%s%s", code, out, told)
	}
	if out, told, code := command("", "brake", "on", "--reason", "a bad day"); code != exitDone || !strings.HasPrefix(out, "The brake is on in all accounts") {
		t.Errorf("on: got %d\n%s%s", code, out, told)
	}
	if out, _, code := command("", "brake"); code != exitDone || !strings.HasPrefix(out, "ACCOUNT  SINCE") || !strings.Contains(out, "\nall      20") || !strings.HasSuffix(out, "a bad day\n") {
		t.Errorf("got %d\n%s", code, out)
	}
	if out, _, code := command("", "brake", "--format", "json"); code != exitDone || !strings.HasPrefix(out, `{"account":"","by":"arn:aws:iam::111122223333:user/ann","reason":"a bad day","since":"`) {
		t.Errorf("got %d\n%s", code, out)
	}
	if out, told, code := command("", "brake", "off"); code != exitDone || !strings.HasPrefix(out, "The brake is off") {
		t.Errorf("off: got %d\n%s%s", code, out, told)
	}
}

func TestBreakerOverTheURL(t *testing.T) {
	d := newDeployed(t)
	if out, told, code := command("", "breaker"); code != exitDone || out != "No breaker is open.\n" {
		t.Errorf("got %d\n%s%s", code, out, told)
	}
	e, err := d.Get(t.Context(), d.plant("a", journal.Failed, 5))
	if err == nil {
		_, err = d.Record(t.Context(), e, journal.Mark{Counter: "failed/tags", Limit: 1, Per: time.Hour, Kind: journal.Trip})
	}
	if err != nil {
		t.Fatal(err)
	}
	if out, told, code := command("", "breaker"); code != exitDone || !strings.HasPrefix(out, "RULE  BECAUSE  SINCE") || !strings.Contains(out, "\ntags  failed   20") {
		t.Errorf("open: got %d\n%s%s", code, out, told)
	}
	if out, told, code := command("", "breaker", "--format", "json"); code != exitDone || !strings.HasPrefix(out, `{"rule":"tags","because":"failed","since":"20`) || strings.Count(out, "\n") != 1 {
		t.Errorf("open: got %d\n%s%s", code, out, told)
	}
	for _, said := range []string{"is closed", "was not open"} {
		if out, told, code := command("", "breaker", "close", "tags", "--format", "json"); code != exitDone || !strings.HasPrefix(out, `{"message":"The breaker of rule \"tags\" `+said) {
			t.Errorf("close: got %d\n%s%s", code, out, told)
		}
	}
}

// TestWhoCannotAsk holds that who cannot ask is told why, and the way out.
func TestWhoCannotAsk(t *testing.T) {
	for _, test := range []struct {
		name string
		set  map[string]string
		args []string
		want string
	}{
		{"a wrong signature", map[string]string{"AWS_SECRET_ACCESS_KEY": "other"}, nil, "you need lambda:InvokeFunctionUrl and lambda:InvokeFunction"},
		{"no credentials", map[string]string{"AWS_ACCESS_KEY_ID": "", "AWS_SECRET_ACCESS_KEY": ""}, nil, errNoCredentials.Error() + "\n"},
		{"no credentials to look with", map[string]string{"AWS_ACCESS_KEY_ID": "", "AWS_SECRET_ACCESS_KEY": "", "TAGWARDEN_URL": ""}, nil, errNoCredentials.Error() + "\n"},
		{"no region", map[string]string{"AWS_REGION": ""}, nil, "no region is named: set AWS_REGION"},
		{"no region to look in", map[string]string{"AWS_REGION": "", "TAGWARDEN_URL": ""}, nil, "no region is named: set AWS_REGION to the deployment's, or name it with --url"},
		{"no URL", nil, []string{"--url", "operator"}, `"operator" is no URL of a function`},
		{"no TLS", nil, []string{"--url", "http://example.com/"}, "begins with https://"},
		{"an endpoint elsewhere", nil, []string{"--endpoint", "http://192.0.2.1:5000"}, "--endpoint is for an emulator"},
	} {
		t.Run(test.name, func(t *testing.T) {
			newDeployed(t)
			for name, value := range test.set {
				t.Setenv(name, value)
			}
			out, told, code := command("", append([]string{"brake"}, test.args...)...)
			if code != exitFault || out != "" || !strings.Contains(told, test.want) || strings.Count(told, "\n") != 1 {
				t.Errorf("got %d %s%s, want %q in one line", code, out, told, test.want)
			}
		})
	}
}

// TestTheURLIsFound holds that without a URL AWS Lambda is asked for that of the deployment's function.
func TestTheURLIsFound(t *testing.T) {
	d := newDeployed(t)
	var asked []string
	answer, status := `{"FunctionUrl":"`+d.url+`"}`, http.StatusOK
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked = append(asked, r.Method+" "+r.URL.RequestURI())
		body := answer
		if status != http.StatusOK {
			body = "{}"
			w.Header().Set("X-Amzn-Errortype", answer)
		}
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}))
	t.Cleanup(s.Close)
	t.Setenv("TAGWARDEN_URL", "")
	t.Setenv("AWS_ENDPOINT_URL_LAMBDA", s.URL)
	if out, told, code := command("", "brake", "--prefix", "acme"); code != exitDone || out != "No brake is on.\n" || len(asked) != 1 || asked[0] != "GET /2021-10-31/functions/acme-operator/url?Qualifier=live" {
		t.Errorf("got %d %s%s, asked %v", code, out, told, asked)
	}
	for code, want := range map[string]string{"ResourceNotFoundException": "there is no function tagwarden-operator with a URL in eu-west-1", "AccessDeniedException": "allow lambda:GetFunctionUrlConfig"} {
		answer, status = code, http.StatusForbidden
		if _, told, exit := command("", "brake"); exit != exitFault || !strings.Contains(told, want) {
			t.Errorf("%s: got %d %s, want %q", code, exit, told, want)
		}
	}
}

// TestAwaitWaits holds that a command looks until the entry is answered.
func TestAwaitWaits(t *testing.T) {
	before := look
	look = 0
	t.Cleanup(func() { look = before })
	states := []string{"open", "applying", "fixed"}
	d := asking(func(operator.Request) (operator.Response, error) {
		v := operator.View{Entry: "tw-1", State: states[0]}
		states = states[1:]
		return operator.Response{Entry: &v}, nil
	})
	if v, err := await(t.Context(), d, "tw-1"); err != nil || v.State != "fixed" {
		t.Errorf("got %s, %v; want fixed", v.State, err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	stalled := asking(func(operator.Request) (operator.Response, error) {
		return operator.Response{Entry: &operator.View{Entry: "tw-1", State: "open"}}, nil
	})
	look = time.Hour
	if _, err := await(ctx, stalled, "tw-1"); err == nil || !strings.Contains(err.Error(), "still on its way") {
		t.Errorf("got %v, want that it is still on its way", err)
	}
}

// An asking is a desk that is a function.
type asking func(operator.Request) (operator.Response, error)

func (a asking) Do(_ context.Context, r operator.Request) (operator.Response, error) { return a(r) }

// TestLocalNeedsAPolicy holds that only who looks can do without the policy, and that who did not name it is told which it is, and what is missing without one.
func TestLocalNeedsAPolicy(t *testing.T) {
	for _, test := range []struct {
		name, file string
		place      place
		args       []string
		err, told  string
	}{
		{"looks, none there", "", place{looks: true}, nil, "", ""},
		{"looks, one there", "version: 1\nmode: fix\n", place{looks: true}, nil, "", ""},
		{"looks, a wrong one", "version: 2\n", place{looks: true}, nil, "could not be done", ""},
		{"lists exemptions, none there", "", place{looks: true, without: "x is left out"}, nil, "", "No policy is named, and there is no policy.yaml here, so x is left out: name it with --policy FILE.\n"},
		{"lists exemptions, one there", "version: 1\nmode: fix\n", place{looks: true, without: "x is left out"}, nil, "", "The policy is policy.yaml: name another with --policy FILE.\n"},
		{"acts, none there", "", place{}, nil, "no policy is named, and there is no policy.yaml here", ""},
		{"acts, one there", "version: 1\nmode: fix\n", place{}, nil, "", "The policy is policy.yaml: name another with --policy FILE.\n"},
		{"acts, named", "version: 1\nmode: fix\n", place{}, []string{"--policy", "policy.yaml"}, "", ""},
		{"acts, one named that is not there", "", place{}, []string{"--policy", "other.yaml"}, "other.yaml: no such file", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Chdir(t.TempDir())
			if test.file != "" {
				if err := os.WriteFile("policy.yaml", []byte(test.file), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			var told strings.Builder
			c := &cobra.Command{}
			c.SetErr(&told)
			p := addPlace(c)
			p.looks, p.without = test.place.looks, test.place.without
			if err := c.ParseFlags(test.args); err != nil {
				t.Fatal(err)
			}
			_, err := p.readPolicy(c)
			if test.err == "" && (err != nil || told.String() != test.told) || test.err != "" && (err == nil || !strings.Contains(err.Error(), test.err)) {
				t.Errorf("got %v and %q, want %q and %q", err, told.String(), test.err, test.told)
			}
		})
	}
}

func TestParseUntil(t *testing.T) {
	now := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	for _, test := range []struct{ span, day, want, err string }{
		{"30d", "", "2026-12-23T12:00:00Z", ""},
		{"", "2026-11-30", "2026-12-01T00:00:00Z", ""},
		{"90m", "", "2026-11-23T13:30:00Z", ""},
		{"", "", "", "say how long"},
		{"1d", "2026-11-30", "", "say how long"},
		{"", "30.11.", "", "no day"},
		{"1w", "", "", "no length of time"},
	} {
		got, err := parseUntil(test.span, test.day, now)
		if test.err == "" && (err != nil || got.Format(time.RFC3339) != test.want) || test.err != "" && (err == nil || !strings.Contains(err.Error(), test.err)) {
			t.Errorf("%q, %q: got %v, %v; want %s%s", test.span, test.day, got, err, test.want, test.err)
		}
	}
}

package main

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/spf13/cobra"

	"github.com/tagwarden/tagwarden/internal/journal"
	"github.com/tagwarden/tagwarden/internal/preflight"
)

const heardThreats = "version: 1\nmode: notify\nrules: [{name: threats, on: [guardduty]}]\n"

// refusingAWS answers STS as told, and refuses all else.
func refusingAWS(t *testing.T, identity string) {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		query := strings.HasPrefix(r.Header.Get("Content-Type"), "application/x-www-form-urlencoded")
		if err := r.ParseForm(); err == nil && query && r.PostForm.Get("Action") == "GetCallerIdentity" && identity != "" {
			_, _ = io.WriteString(w, identity)
			return
		}
		w.Header().Set("X-Amzn-ErrorType", "AccessDeniedException")
		w.WriteHeader(http.StatusForbidden)
		answer := `{"__type":"AccessDeniedException"}`
		if query {
			answer = "<ErrorResponse><Error><Type>Sender</Type><Code>AccessDenied</Code><Message>no</Message></Error></ErrorResponse>"
		}
		_, _ = io.WriteString(w, answer)
	}))
	t.Cleanup(server.Close)
	for name, value := range map[string]string{
		"AWS_ENDPOINT_URL": server.URL, "AWS_REGION": "eu-west-1", "AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": "b", "AWS_SESSION_TOKEN": "", "AWS_CA_BUNDLE": "",
		"AWS_CONFIG_FILE": os.DevNull, "AWS_SHARED_CREDENTIALS_FILE": os.DevNull, "TAGWARDEN_URL": "",
	} {
		t.Setenv(name, value)
	}
}

const somebody = "<GetCallerIdentityResponse><GetCallerIdentityResult><Arn>arn:aws:iam::111122223333:user/ann</Arn><UserId>AIDA</UserId><Account>111122223333</Account></GetCallerIdentityResult></GetCallerIdentityResponse>"

func policyOf(t *testing.T, text string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "policy.yaml")
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// TestPreflightWithoutRights holds that what cannot be read is unknown, and that nothing but unknown is exit code 2.
func TestPreflightWithoutRights(t *testing.T) {
	refusingAWS(t, somebody)
	got, code := playCommand([]string{"preflight", "--policy", policyOf(t, heardThreats)})
	if code != exitFault || !strings.Contains(got, "Account 111122223333, eu-west-1\n") || !strings.Contains(got, "unknown guardduty ") || !strings.Contains(got, "Allow guardduty:ListDetectors") ||
		!strings.Contains(got, "0 ok, 0 warn, 0 fail, 6 unknown") || !strings.Contains(got, "nothing could be looked at") {
		t.Errorf("got %d, %s", code, got)
	}
	got, code = playCommand([]string{"preflight", "--policy", policyOf(t, heardThreats), "--format", "json"})
	if code != exitFault || !strings.HasPrefix(got, `{"check":"bootstrap","status":"unknown","what":"the CDK's bootstrap","says":"AWS answered AccessDeniedException to ssm:GetParameter.","way":"Allow ssm:GetParameter`) {
		t.Errorf("got %d, %s", code, got)
	}
}

// TestPreflightWithoutCredentials holds that nothing is looked at where nobody knows whose account it is, nor without a region.
func TestPreflightWithoutCredentials(t *testing.T) {
	refusingAWS(t, "")
	file := policyOf(t, heardThreats)
	if got, code := playCommand([]string{"preflight", "--policy", file}); code != exitFault || !strings.Contains(got, "whose account this is: AWS answered AccessDenied") || !strings.Contains(got, "AWS_PROFILE") {
		t.Errorf("got %d, %s", code, got)
	}
	t.Setenv("AWS_REGION", "")
	t.Setenv("AWS_DEFAULT_REGION", "")
	if got, code := playCommand([]string{"preflight", "--policy", file}); code != exitFault || got != "tagwarden: no region is named: set AWS_REGION to the deployment's\n" {
		t.Errorf("got %d, %s", code, got)
	}
	for _, name := range []string{"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE"} {
		t.Setenv(name, "")
	}
	t.Setenv("AWS_EC2_METADATA_DISABLED", "true")
	got, code := playCommand([]string{"preflight", "--policy", file})
	if code != exitFault || !strings.HasPrefix(got, "tagwarden: there are no AWS credentials") || !strings.Contains(got, "set AWS_REGION") || strings.Count(got, "\n") != 1 {
		t.Errorf("got %d, %s; want one line about both", code, got)
	}
	t.Setenv("AWS_REGION", "eu-west-1")
	if got, code := playCommand([]string{"preflight", "--policy", file}); code != exitFault || strings.Contains(got, "AWS_REGION") || !strings.Contains(got, "AWS_PROFILE") {
		t.Errorf("got %d, %s; want nothing about the region", code, got)
	}
}

// TestPreflightElsewhere holds that who cannot come to AWS is not told to sign in, in one line.
func TestPreflightElsewhere(t *testing.T) {
	for _, test := range []struct {
		name   string
		status int // 0: nobody answers
		answer string
		want   string
	}{
		{"nobody", 0, "", "no answer came: dial tcp "},
		{"a page", http.StatusOK, "<!doctype html><html><body>Sign in<br></body></html>", "what answers there is not AWS; look at AWS_ENDPOINT_URL"},
		{"a page of XML", http.StatusOK, "<html><body/></html>", "what answers there is not AWS; look at AWS_ENDPOINT_URL"},
		{"an error's page", http.StatusNotFound, "<html><body>Not Found<br></body></html>", "what answers there is not AWS; look at AWS_ENDPOINT_URL"},
		{"text", http.StatusBadRequest, "no", "what answers there is not AWS; look at AWS_ENDPOINT_URL"},
		{"nothing", http.StatusOK, "", "what answers there is not AWS; look at AWS_ENDPOINT_URL"},
		{"JSON", http.StatusForbidden, `{"error":"no"}`, "what answers there is not AWS; look at AWS_ENDPOINT_URL"},
	} {
		t.Run(test.name, func(t *testing.T) {
			refusingAWS(t, "")
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				w.WriteHeader(test.status)
				_, _ = io.WriteString(w, test.answer)
			}))
			t.Cleanup(server.Close)
			if test.status == 0 {
				server.Close()
			}
			t.Setenv("AWS_ENDPOINT_URL", server.URL)
			t.Setenv("AWS_MAX_ATTEMPTS", "1")
			got, code := playCommand([]string{"preflight", "--policy", policyOf(t, heardThreats)})
			if code != exitFault || !strings.Contains(got, test.want) || strings.Contains(got, "sign in") || strings.Count(got, "\n") != 1 {
				t.Errorf("got %d, %s; want %q in one line", code, got, test.want)
			}
		})
	}
}

// TestPreflightMarks holds that the table says which failures would stop a deployment, and how many they are.
func TestPreflightMarks(t *testing.T) {
	var out bytes.Buffer
	c := &cobra.Command{}
	c.SetOut(&out)
	results := []preflight.Result{
		{Check: "bootstrap", Status: preflight.Fail, Says: "It is missing.", Way: "Make it.", Blocks: true},
		{Check: "guardduty", Status: preflight.Fail, Says: "It is off.", Way: "Turn it on."},
	}
	if err := showResults(c, &preflight.Account{}, results, true, false); !errors.Is(err, errWrong) {
		t.Errorf("got %v, want that it is wrong", err)
	}
	for _, want := range []string{"It is missing. This would stop the deployment.\n", "It is off.\n", "0 ok, 0 warn, 2 fail, 0 unknown\n1 of the failures would stop the deployment\n"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("got\n%s\nwant %q in it", out.String(), want)
		}
	}
	out.Reset()
	if err := showResults(c, &preflight.Account{}, results[1:], true, false); err != nil || strings.Contains(out.String(), "stop") {
		t.Errorf("got %v and\n%s\nwant nothing that would stop it", err, out.String())
	}
}

// TestPreflightList holds that the checks are listed without a call, and which of them the policy needs.
func TestPreflightList(t *testing.T) {
	refusingAWS(t, "")
	file := policyOf(t, heardThreats)
	got, code := playCommand([]string{"preflight", "--policy", file, "--offline-list"})
	if code != exitDone || !strings.Contains(got, "no: needs a rule that hears create") || strings.Contains(got, "unknown") {
		t.Errorf("got %d, %s", code, got)
	}
	got, code = playCommand([]string{"preflight", "--policy", file, "--offline-list", "--format", "json"})
	if code != exitDone || !strings.Contains(got, `{"check":"guardduty","what":"GuardDuty's detector","why":"Without it no threat is found.","needs":"a rule that hears guardduty","applies":true}`) ||
		!strings.Contains(got, `"needs":"a button","applies":false}`) {
		t.Errorf("got %d, %s", code, got)
	}
}

// TestLastTagged holds that the deployment's journal tells when an event of a tag last led to an entry.
func TestLastTagged(t *testing.T) {
	d := newDeployed(t)
	if last, err := lastTagged(t.Context(), d.url, "tagwarden"); err != nil || !last.IsZero() {
		t.Errorf("got %v, %v of an empty journal", last, err)
	}
	for i, minutes := range []int{30, 10, 20} {
		id := d.plant([]string{"a", "b", "c"}[i], journal.Told, minutes)
		e, err := d.Get(t.Context(), id)
		if err != nil {
			t.Fatal(err)
		}
		if e.Kind = "tags"; minutes == 10 {
			e.Kind = "config"
		}
		if _, err := d.Record(t.Context(), e); err != nil {
			t.Fatal(err)
		}
	}
	last, err := lastTagged(t.Context(), d.url, "tagwarden")
	if ago := d.started.Sub(last).Round(time.Minute); err != nil || ago != 20*time.Minute {
		t.Errorf("got %v ago, %v; want 20 minutes", ago, err)
	}
}

package main

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const (
	ownPolicy   = "../../policy.yaml"
	ownTemplate = "../../testdata/stack/tagwarden.template.json"
	fixPolicy   = "../../testdata/stack/fix.yaml"
	fixTemplate = "../../testdata/stack/fix.template.json"
)

// TestIAMAgainst holds that the rights of a policy are those of the template that the stack makes of it, the functions' own included, and that another's differ in words.
func TestIAMAgainst(t *testing.T) {
	for _, test := range []struct {
		name string
		args []string
		code int
		want []string
	}{
		{"its own template", []string{"--policy", ownPolicy, "--against", ownTemplate}, exitDone, []string{"The rights are the same."}},
		{"another's own template", []string{"--policy", fixPolicy, "--against", fixTemplate}, exitDone, []string{"The rights are the same."}},
		{"itself", []string{"--policy", ownPolicy, "--against", ownPolicy}, exitDone, []string{"The rights are the same."}},
		{
			"another's template",
			[]string{"--policy", fixPolicy, "--against", ownTemplate},
			exitWrong,
			[]string{
				"role cloudtrail: may no longer cloudtrail:StopLogging on arn:${Partition}:cloudtrail:*:${Account}:trail/*: no rule may fix or propose with cloudtrail-logging any more",
				"role ec2: may now ec2:CreateTags on arn:${Partition}:ec2:*:${Account}:instance/*, arn:${Partition}:ec2:*:${Account}:volume/*: a rule may now fix or propose with tags",
				"role cloudtrail: goes\n", "role cloudtrail: goes\nrole cloudtrail: may no longer cloudtrail:GetTrailStatus",
				"role tag: comes\nrole tag: may now kinesis:AddTagsToStream",
				"76 differences in 10 roles\n",
				"role function/act: may no longer sts:AssumeRole on arn:${Partition}:iam::${Account}:role/tagwarden-cloudtrail, ",
			},
		},
		{"json", []string{"--policy", fixPolicy, "--against", ownPolicy, "--format", "json"}, exitWrong, []string{`{"role":"cloudtrail","change":"loses","effect":"Allow","action":"cloudtrail:GetTrailStatus","resources":["arn:`}},
		{"another prefix", []string{"--policy", ownPolicy, "--against", ownTemplate, "--prefix", "acme"}, exitFault, []string{ownTemplate, "no role that begins with the prefix"}},
		{"no such file", []string{"--policy", ownPolicy, "--against", "none.json"}, exitFault, []string{"read the template", "none.json"}},
		{"no such policy", []string{"--policy", ownPolicy, "--against", "none.yaml"}, exitFault, []string{"none.yaml"}},
		{"a directory that is no role", []string{"--policy", ownPolicy, "--organization", "o-exampleorgid", "--directory", "foo"}, exitFault, []string{"--directory foo: give the ARN of a role in the management account"}},
		{"a directory without an organization", []string{"--policy", ownPolicy, "--directory", "arn:aws:iam::111122223333:role/r"}, exitFault, []string{"and the organization by --organization"}},
		{"two things", []string{"--policy", ownPolicy, "--against", ownPolicy, "--against-stack", "Tagwarden"}, exitFault, []string{"leave one of them out"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			got, code := playCommand(append([]string{"iam"}, test.args...))
			if code != test.code {
				t.Errorf("got the exit code %d, want %d: %s", code, test.code, got)
			}
			for _, want := range test.want {
				if strings.Count(got, want) != 1 {
					t.Errorf("got %s, want %q in it once", got, want)
				}
			}
		})
	}
}

// TestIAMAgainstAWrongPolicy holds that a policy which is refused is no empty one.
func TestIAMAgainstAWrongPolicy(t *testing.T) {
	file := filepath.Join(t.TempDir(), "old.yaml")
	if err := os.WriteFile(file, []byte("version: 1\nmood: fix\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if got, code := playCommand([]string{"iam", "--policy", ownPolicy, "--against", file}); code != exitFault || !strings.Contains(got, "old.yaml:2:1") {
		t.Errorf("got %d: %s", code, got)
	}
}

// inXML is GetTemplate's answer with a golden template.
func inXML(t *testing.T, file string) string {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return "<GetTemplateResponse><GetTemplateResult><TemplateBody><![CDATA[" + string(text) + "]]></TemplateBody></GetTemplateResult></GetTemplateResponse>"
}

// TestIAMAgainstAStack holds that the template is that of the deployed stack, and that one which cannot be had is an error with a way out.
func TestIAMAgainstAStack(t *testing.T) {
	answers := map[string]string{
		"Tagwarden": inXML(t, ownTemplate),
		"Hub":       inXML(t, "../../testdata/stack/hub.template.json"),
		"Members":   inXML(t, "../../testdata/stack/member-roles.template.json"),
		"Empty":     "<GetTemplateResponse><GetTemplateResult><TemplateBody>{}</TemplateBody></GetTemplateResult></GetTemplateResponse>",
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err := r.ParseForm(); err != nil || r.PostForm.Get("Action") != "GetTemplate" || r.PostForm.Get("TemplateStage") != "Original" {
			t.Errorf("got %v, %v", r.PostForm, err)
		}
		w.Header().Set("Content-Type", "text/xml")
		answer, ok := answers[r.PostForm.Get("StackName")]
		if !ok {
			code := map[string]string{"Denied": "AccessDenied"}[r.PostForm.Get("StackName")]
			if code == "" {
				code = "ValidationError"
			}
			w.WriteHeader(http.StatusBadRequest)
			answer = fmt.Sprintf("<ErrorResponse><Error><Type>Sender</Type><Code>%s</Code><Message>no</Message></Error></ErrorResponse>", code)
		}
		if _, err := io.WriteString(w, answer); err != nil {
			t.Error(err)
		}
	}))
	t.Cleanup(server.Close)
	for name, value := range map[string]string{
		"AWS_ENDPOINT_URL": server.URL, "AWS_REGION": "eu-west-1", "AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": "b", "AWS_CA_BUNDLE": "",
		"AWS_CONFIG_FILE": os.DevNull, "AWS_SHARED_CREDENTIALS_FILE": os.DevNull,
	} {
		t.Setenv(name, value)
	}
	for _, test := range []struct {
		stacks string
		code   int
		want   string
	}{
		{"Tagwarden", exitDone, "The rights are the same."},
		{"Tagwarden,Empty", exitDone, "The rights are the same."},
		{"Empty", exitFault, "stack Empty: it is no CloudFormation template of a deployment"},
		{"None", exitFault, "there is no stack None in eu-west-1"},
		{"Denied", exitFault, "allow cloudformation:GetTemplate"},
	} {
		if got, code := playCommand([]string{"iam", "--policy", ownPolicy, "--against-stack", test.stacks}); code != test.code || !strings.Contains(got, test.want) {
			t.Errorf("%s: got %d, %s; want %d, %q", test.stacks, code, got, test.code, test.want)
		}
	}
	for _, test := range []struct{ key, endpoint, want string }{
		{"a", "http://127.0.0.1:1", "ask for the template of stack Tagwarden: no answer came: dial tcp "},
		{"", "", "there are no AWS credentials, or they have expired"},
	} {
		t.Run(test.want, func(t *testing.T) {
			for name, value := range map[string]string{"AWS_ACCESS_KEY_ID": test.key, "AWS_ENDPOINT_URL": test.endpoint, "AWS_MAX_ATTEMPTS": "1", "AWS_EC2_METADATA_DISABLED": "true"} {
				t.Setenv(name, value)
			}
			got, code := playCommand([]string{"iam", "--policy", ownPolicy, "--against-stack", "Tagwarden"})
			if code != exitFault || !strings.Contains(got, test.want) || !strings.Contains(got, "or name a file with --against") || strings.Count(got, "\n") != 1 {
				t.Errorf("got %d, %s; want %q", code, got, test.want)
			}
		})
	}
	// A hub's rights stand in two stacks: its own, and that of its members' roles. What it reads of AWS Organizations is the clock's.
	got, _ := playCommand([]string{"iam", "--policy", fixPolicy, "--organization", "o-exampleorgid", "--against-stack", "Hub", "--against-stack", "Members"})
	for line := range strings.Lines(got) {
		if strings.HasPrefix(line, "role ") && !strings.HasPrefix(line, "role function/clock: ") {
			t.Errorf("a hub and its members: %s", line)
		}
	}
}

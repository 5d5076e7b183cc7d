//go:build synth

package main

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/assertions"
	"github.com/aws/jsii-runtime-go"
	"github.com/cdklabs/cdk-nag-go/cdknag/v2"

	"github.com/tagwarden/tagwarden/internal/rights"
	"github.com/tagwarden/tagwarden/internal/wiring"
)

// shadowApp is an app of fix.yaml with shadow: true, compared with the deployed policy. spoil may change the folder of the functions before.
func shadowApp(t *testing.T, against string, spoil func(dist string)) (awscdk.App, error) {
	t.Helper()
	text, err := os.ReadFile(fixing)
	if err != nil {
		t.Fatal(err)
	}
	next := filepath.Join(t.TempDir(), "next.yaml")
	if err := os.WriteFile(next, append(text, "\nshadow: true\n"...), 0o644); err != nil {
		t.Fatal(err)
	}
	folder := dist(t, next)
	old, err := os.ReadFile(deployed)
	if err != nil {
		t.Fatal(err)
	}
	functions, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range functions {
		file := filepath.Join(folder, f.Name(), wiring.AgainstFile)
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, old, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if spoil != nil {
		spoil(folder)
	}
	return buildApp(t, next, map[string]any{"nag": "true", "bus": "tagwarden", "dist": folder, "prefix": "next", "against": strings.ReplaceAll(against, "NEXT", next)})
}

// A shadow policy's stack holds nothing that could record, tell or change anything, under another name than a deployment's.
func TestShadowStack(t *testing.T) {
	app, err := shadowApp(t, deployed, nil)
	if err != nil {
		t.Fatal(err)
	}
	if app.Node().TryFindChild(jsii.String(stackName)) != nil {
		t.Error("the app of a shadow policy has the deployment's stack")
	}
	stack := app.Node().FindChild(jsii.String(shadowStackName)).(awscdk.Stack)
	awscdk.Aspects_Of(app).Add(cdknag.NewAwsSolutionsChecks(&cdknag.NagPackProps{Verbose: jsii.Bool(true)}), nil)
	var tmpl template
	recode(t, assertions.Template_FromStack(stack, nil).ToJSON(), &tmpl)
	allowed := []string{
		"AWS::Events::Rule", "AWS::SQS::Queue", "AWS::SQS::QueuePolicy", "AWS::Lambda::Function", "AWS::Lambda::Version", "AWS::Lambda::Alias", "AWS::Lambda::EventSourceMapping",
		"AWS::IAM::Role", "AWS::IAM::ManagedPolicy", "AWS::Logs::LogGroup", "AWS::Logs::QueryDefinition",
	}
	for id, r := range tmpl.Resources {
		if !slices.Contains(allowed, r.Type) {
			t.Errorf("%s is a %s", id, r.Type)
		}
	}
	for id, r := range tmpl.of("AWS::Events::Rule") {
		if r.Properties["EventBusName"] != "tagwarden" {
			t.Errorf("%s hears the bus %v, want the hub's", id, r.Properties["EventBusName"])
		}
	}
	roles := rolesOf(t, tmpl)
	functions := tmpl.of("AWS::Lambda::Function")
	for id, f := range functions {
		name := f.Properties["FunctionName"].(string)
		if environment := compact(t, f.Properties["Environment"]); environment != `{"Variables":{"TAGWARDEN_POLICY":"policy.yaml","TAGWARDEN_PREFIX":"next"}}` {
			t.Errorf("%s is told %s", name, environment)
		}
		log := f.Properties["LoggingConfig"].(map[string]any)["LogGroup"].(map[string]any)["Ref"].(string)
		parts := map[rights.Part][]string{
			rights.OwnQueue: {`{"Fn::GetAtt":["` + getAtt(t, sourceOf(t, tmpl, id).Properties["EventSourceArn"]) + `","Arn"]}`},
			rights.OwnLog:   {`{"Fn::GetAtt":["` + log + `","Arn"]}`},
		}
		want := compact(t, statements(rights.Expand(rights.Shadow(), func(p rights.Part) []string { return parts[p] })))
		if got := compact(t, roles[getAtt(t, f.Properties["Role"])].statements); got != want {
			t.Errorf("%s\n got %s\nwant %s", name, got, want)
		}
	}
	if len(functions) < 3 || len(roles) != len(functions) || len(tmpl.of("AWS::Logs::QueryDefinition")) != 2 {
		t.Errorf("got %d functions and %d roles", len(functions), len(roles))
	}
	for _, q := range tmpl.of("AWS::Logs::QueryDefinition") {
		if groups := q.Properties["LogGroupNames"].([]any); len(groups) != len(functions) {
			t.Errorf("a query looks at %d logs of %d", len(groups), len(functions))
		}
	}
	anything := assertions.Match_StringLikeRegexp(jsii.String(".*"))
	for _, m := range *assertions.Annotations_FromStack(stack).FindError(jsii.String("*"), anything) {
		t.Error(compact(t, m))
	}
}

// In an organization, a shadow policy that names no bus is refused: it would hear one account of all.
func TestShadowNamesTheBusOfTheHub(t *testing.T) {
	next := filepath.Join(t.TempDir(), "next.yaml")
	if err := os.WriteFile(next, []byte("version: 1\nshadow: true\ntags: [{key: Owner, required: true}]\nrules: [{name: all, on: [tags], do: [tags]}]\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for bus, want := range map[string]string{"": "-c bus=tagwarden", "tagwarden": "-c against=none.yaml"} { // the second is let through to the next of the checks
		_, err := buildApp(t, next, map[string]any{"organization": "o-abcdefghij", "prefix": "next", "against": "none.yaml", "bus": bus})
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("with the bus %q: got %v, want %q in it", bus, err, want)
		}
	}
}

// What cannot be compared is refused before anything is synthesized.
func TestShadowRefuses(t *testing.T) {
	for _, test := range []struct {
		name, against string
		spoil         func(dist string)
		want          string
	}{
		{"nothing to compare with", "none.yaml", nil, "-c against=none.yaml: "},
		{"a shadow of a shadow", "NEXT", nil, "name the policy that is deployed"},
		{"another policy beside the judges than is named", fixing, nil, "run make dist"},
		{"none beside a judge", deployed, func(dist string) { remove(t, dist, "tags", wiring.AgainstFile) }, "function tags"},
	} {
		t.Run(test.name, func(t *testing.T) {
			if _, err := shadowApp(t, test.against, test.spoil); err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v, want %q in it", err, test.want)
			}
		})
	}
}

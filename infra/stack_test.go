//go:build synth

// These tests need Node.js, which the CDK library runs in, so they stand behind a build tag:
//
//	go test -tags synth ./infra                # -update writes the golden templates
//
// They share one jsii kernel and so never run in parallel, nor with -race, at which jsii's own runtime fails.
package main

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/assertions"
	"github.com/aws/jsii-runtime-go"

	"github.com/tagwarden/tagwarden/events"
	"github.com/tagwarden/tagwarden/internal/catalog"
	"github.com/tagwarden/tagwarden/internal/listen"
	"github.com/tagwarden/tagwarden/internal/policy"
	"github.com/tagwarden/tagwarden/internal/rights"
	"github.com/tagwarden/tagwarden/internal/wiring"
)

var update = flag.Bool("update", false, "write the golden templates")

func TestMain(m *testing.M) {
	flag.Parse()
	for name, value := range map[string]string{"CDK_VALIDATION": "false", "JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION": "20"} {
		if err := os.Setenv(name, value); err != nil {
			panic(err)
		}
	}
	jsii.Close() // the kernel has taken its environment already: let the next one take this
	code := m.Run()
	jsii.Close()
	os.Exit(code)
}

// The policies of these tests.
const (
	deployed = "../policy.yaml"
	fixing   = "../testdata/stack/fix.yaml"
	widest   = "../testdata/stack/wide.yaml"
	every    = "../testdata/stack/every.yaml"
)

// now is a day on which the test policies' exemptions hold.
var now = time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC)

// cdkContext is the context of cdk.json, which a test's app does not read by itself. Findings come as annotations, so that a test can look at them.
func cdkContext(t *testing.T, more map[string]any) *map[string]any {
	t.Helper()
	text, err := os.ReadFile("../cdk.json")
	if err != nil {
		t.Fatal(err)
	}
	var file struct{ Context map[string]any }
	if err := json.Unmarshal(text, &file); err != nil {
		t.Fatal(err)
	}
	for name, value := range more {
		file.Context[name] = value
	}
	file.Context["@aws-cdk/core:annotationsInValidationReport"] = false
	return &file.Context
}

// dist makes the functions' folders, with something in place of the binaries.
func dist(t *testing.T, policyFile string) string {
	t.Helper()
	text, err := os.ReadFile(policyFile)
	if err != nil {
		t.Fatal(err)
	}
	folder := t.TempDir()
	names := []string{rights.ActName, rights.OperatorName, rights.ClockName, rights.ButtonsName}
	for _, kind := range events.All() {
		names = append(names, kind.Judge())
	}
	for _, name := range names {
		if err := os.MkdirAll(filepath.Join(folder, name), 0o755); err != nil {
			t.Fatal(err)
		}
		for file, data := range map[string][]byte{"bootstrap": []byte(name), wiring.PolicyFile: text} {
			if err := os.WriteFile(filepath.Join(folder, name, file), data, 0o755); err != nil {
				t.Fatal(err)
			}
		}
	}
	return folder
}

// buildApp is an app with the stack of a policy.
func buildApp(t *testing.T, policyFile string, more map[string]any) (awscdk.App, error) {
	t.Helper()
	context := map[string]any{"policy": policyFile, "dist": dist(t, policyFile)}
	for name, value := range more {
		context[name] = value
	}
	app := awscdk.NewApp(&awscdk.AppProps{Context: cdkContext(t, context), Outdir: jsii.String(t.TempDir())})
	return app, build(app, now)
}

// A template is a synthesized CloudFormation template.
type template struct {
	Resources  map[string]resource
	Outputs    map[string]any
	Conditions map[string]any
}

type resource struct {
	Type       string
	Properties map[string]any
	Metadata   map[string]any
	Condition  string

	DeletionPolicy, UpdateReplacePolicy string
	UpdatePolicy                        map[string]any
	DependsOn                           words
}

// templateOf is the template of one of an app's stacks.
func templateOf(app awscdk.App, name string) any {
	return assertions.Template_FromStack(app.Node().FindChild(&name).(awscdk.Stack), nil).ToJSON()
}

// of are the resources of a type, by logical id.
func (t template) of(typ string) map[string]resource {
	found := map[string]resource{}
	for id, r := range t.Resources {
		if r.Type == typ {
			found[id] = r
		}
	}
	return found
}

var synthesized = map[string][]byte{}

// synth gives the template of a policy; each is made once.
func synth(t *testing.T, policyFile string) template {
	t.Helper()
	if synthesized[policyFile] == nil {
		app, err := buildApp(t, policyFile, nil)
		if err != nil {
			t.Fatal(err)
		}
		made := assertions.Template_FromStack(app.Node().FindChild(jsii.String(stackName)).(awscdk.Stack), nil).ToJSON()
		text, err := json.Marshal(made)
		if err != nil {
			t.Fatal(err)
		}
		synthesized[policyFile] = text
	}
	var tmpl template
	if err := json.Unmarshal(synthesized[policyFile], &tmpl); err != nil {
		t.Fatal(err)
	}
	return tmpl
}

func parsed(t *testing.T, policyFile string) *policy.Policy {
	t.Helper()
	text, err := os.ReadFile(policyFile)
	if err != nil {
		t.Fatal(err)
	}
	p, err := policy.Parse(policyFile, text, catalog.Known())
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// The golden templates show every change of rights as a difference in review. The keys of the functions' binaries are left out.
func TestGolden(t *testing.T) {
	for golden, policyFile := range map[string]string{"tagwarden.template.json": deployed, "fix.template.json": fixing} {
		t.Run(golden, func(t *testing.T) {
			synth(t, policyFile)
			var tree map[string]any
			if err := json.Unmarshal(synthesized[policyFile], &tree); err != nil {
				t.Fatal(err)
			}
			for _, r := range tree["Resources"].(map[string]any) {
				if properties := r.(map[string]any)["Properties"].(map[string]any); r.(map[string]any)["Type"] == "AWS::Lambda::Function" {
					properties["Code"].(map[string]any)["S3Key"] = "..."
				}
			}
			checkGolden(t, golden, tree)
		})
	}
}

// checkGolden holds a template against its golden file, or writes that.
func checkGolden(t *testing.T, golden string, tree any) {
	t.Helper()
	got, file := indent(t, tree), filepath.Join("../testdata/stack", golden)
	if *update {
		if err := os.WriteFile(file, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%s is no longer what the stack is; look at the difference after: go test -tags synth ./infra -run TestGolden -update", file)
	}
}

// indent is JSON as the golden files have it.
func indent(t *testing.T, tree any) []byte {
	t.Helper()
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", " ")
	if err := encoder.Encode(tree); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// Each kind that the policy hears has a rule with exactly its pattern, which alone may send to the queue, and no other event has one.
func TestRules(t *testing.T) {
	for _, policyFile := range []string{deployed, fixing, every} {
		tmpl, p := synth(t, policyFile), parsed(t, policyFile)
		want := map[string]string{}
		for _, f := range listen.Functions(p, events.All(), rights.Names{Prefix: "tagwarden"}) {
			for _, rule := range f.Rules {
				want["tagwarden-"+rule.Kind.ID] = compact(t, json.RawMessage(rule.Pattern.String()))
			}
		}
		got := map[string]string{}
		if policyFile == every && len(want) != len(events.All()) {
			t.Errorf("the policy that does everything hears %d kinds, want all %d", len(want), len(events.All()))
		}
		senders := map[string]int{}
		for id, rule := range tmpl.of("AWS::Events::Rule") {
			got[rule.Properties["Name"].(string)] = compact(t, rule.Properties["EventPattern"])
			for _, queue := range checkTarget(t, tmpl, id, rule) {
				senders[queue]++
			}
		}
		for queue, n := range senders {
			if list := sendersTo(t, tmpl, queue); len(list) != n {
				t.Errorf("%s: %d rules send to queue %s, which takes messages of %v", policyFile, n, queue, list)
			}
		}
		if compact(t, got) != compact(t, want) {
			t.Errorf("%s: got rules %s, want %s", policyFile, compact(t, got), compact(t, want))
		}
	}
}

// checkTarget checks that a rule sends to one queue, and what cannot be sent to its dead-letter queue, both of which let this very rule send. It gives the two.
func checkTarget(t *testing.T, tmpl template, ruleID string, rule resource) []string {
	t.Helper()
	targets := rule.Properties["Targets"].([]any)
	if len(targets) != 1 {
		t.Fatalf("rule %s has %d targets, want 1", ruleID, len(targets))
	}
	target := targets[0].(map[string]any)
	queue, dead := getAtt(t, target["Arn"]), getAtt(t, target["DeadLetterConfig"].(map[string]any)["Arn"])
	redrive := tmpl.Resources[queue].Properties["RedrivePolicy"].(map[string]any)
	if getAtt(t, redrive["deadLetterTargetArn"]) != dead {
		t.Errorf("rule %s: the queue's dead letters and the rule's are in two places", ruleID)
	}
	for _, id := range []string{queue, dead} {
		if senders := sendersTo(t, tmpl, id); !slices.Contains(senders, ruleID) {
			t.Errorf("queue %s takes messages of %v, want those of %s, too", id, senders, ruleID)
		}
	}
	return []string{queue, dead}
}

// sendersTo are the logical ids of the rules that a queue's policy lets send, which must let nobody else do anything.
func sendersTo(t *testing.T, tmpl template, queue string) []string {
	t.Helper()
	var rules []string
	for _, text := range allowed(t, tmpl, queue) {
		var st struct {
			Action, Effect, Principal, Resource any
			Condition                           map[string]map[string]any
		}
		recode(t, json.RawMessage(text), &st)
		arns, several := st.Condition["ArnEquals"]["aws:SourceArn"].([]any)
		if !several {
			arns = []any{st.Condition["ArnEquals"]["aws:SourceArn"]}
		}
		for _, arn := range arns {
			rules = append(rules, getAtt(t, arn))
		}
		st.Condition = nil
		want := compact(t, map[string]any{
			"Action": "sqs:SendMessage", "Effect": "Allow", "Principal": map[string]any{"Service": "events.amazonaws.com"}, "Resource": map[string]any{"Fn::GetAtt": []string{queue, "Arn"}}, "Condition": nil,
		})
		if got := compact(t, st); got != want {
			t.Errorf("queue %s allows %s, want %s", queue, got, want)
		}
	}
	return rules
}

// SQS refuses a queue's policy beyond its quotas, whatever the deployment hears.
//
// Source: Amazon SQS developer guide, "Amazon SQS policy quotas".
func TestQueuePoliciesFit(t *testing.T) {
	templates := map[string]template{"the stack": synth(t, every)}
	for name := range synthHub(t, every, "tagwarden") {
		templates["the hub's "+name] = part(t, every, name)
	}
	for name, tmpl := range templates {
		for id, p := range tmpl.of("AWS::SQS::QueuePolicy") {
			document := p.Properties["PolicyDocument"].(map[string]any)
			conditions := strings.Count(compact(t, document), `"Condition"`)
			if statements := len(document["Statement"].([]any)); statements > 20 || conditions > 10 {
				t.Errorf("%s, %s: got %d statements and %d conditions, SQS takes 20 and 10", name, id, statements, conditions)
			}
		}
	}
}

// allowed are the statements of a queue's policy that allow something; TLS is asked for in each.
func allowed(t *testing.T, tmpl template, queue string) []string {
	t.Helper()
	var allow []string
	secure := false
	for _, p := range tmpl.of("AWS::SQS::QueuePolicy") {
		if p.Properties["Queues"].([]any)[0].(map[string]any)["Ref"] != queue {
			continue
		}
		for _, st := range p.Properties["PolicyDocument"].(map[string]any)["Statement"].([]any) {
			if st.(map[string]any)["Effect"] == "Allow" {
				delete(st.(map[string]any), "Sid")
				allow = append(allow, compact(t, st))
				continue
			}
			secure = secure || compact(t, st.(map[string]any)["Condition"]) == `{"Bool":{"aws:SecureTransport":"false"}}`
		}
	}
	if !secure {
		t.Errorf("queue %s can be used without TLS", queue)
	}
	return allow
}

// Every function is fed by its own queue, with the numbers of the wiring, and is told all it needs.
func TestFunctions(t *testing.T) {
	tmpl := synth(t, every)
	type numbers struct{ timeout, visibility, receives, delay float64 }
	got := map[string]numbers{}
	for id, f := range tmpl.of("AWS::Lambda::Function") {
		name := f.Properties["FunctionName"].(string)
		if checkEnvironment(t, name, f); name == "tagwarden-"+rights.OperatorName {
			continue // it has no queue: people ask it
		}
		source := sourceOf(t, tmpl, id)
		if types := compact(t, source.Properties["FunctionResponseTypes"]); types != `["ReportBatchItemFailures"]` {
			t.Errorf("%s: a whole batch fails with one message: %s", name, types)
		}
		queue := tmpl.Resources[getAtt(t, source.Properties["EventSourceArn"])].Properties
		delay, _ := queue["DelaySeconds"].(float64)
		got[name] = numbers{f.Properties["Timeout"].(float64), queue["VisibilityTimeout"].(float64), queue["RedrivePolicy"].(map[string]any)["maxReceiveCount"].(float64), delay}
	}
	want := map[string]numbers{
		"tagwarden-act":   {wiring.ActTimeout.Seconds(), wiring.ActVisibility.Seconds(), wiring.MaxReceives, 0},
		"tagwarden-clock": {wiring.ClockTimeout.Seconds(), wiring.ClockVisibility.Seconds(), wiring.MaxReceives, 0},
	}
	for _, kind := range events.All() {
		name := "tagwarden-" + kind.Judge()
		grace := max(want[name].delay, kind.Grace.Seconds())
		want[name] = numbers{wiring.JudgeTimeout.Seconds(), wiring.JudgeVisibility.Seconds(), wiring.MaxReceives, grace}
	}
	if len(got) != len(want) {
		t.Errorf("got functions %v, want %v", got, want)
	}
	for name, w := range want {
		if got[name] != w {
			t.Errorf("%s: got timeout, visibility, receives and delay %v, want %v", name, got[name], w)
		}
	}
}

// The operator is asked through a URL, by callers whom AWS knows, and by nobody whom the stack lets in.
func TestOperatorURL(t *testing.T) {
	tmpl := synth(t, every)
	for id, f := range tmpl.of("AWS::Lambda::Function") {
		if f.Properties["FunctionName"] != "tagwarden-"+rights.OperatorName {
			continue
		}
		want := compact(t, map[string]any{"AuthType": "AWS_IAM", "Qualifier": rights.LiveAlias, "TargetFunctionArn": map[string]any{"Fn::GetAtt": []string{id, "Arn"}}})
		for url, r := range tmpl.of("AWS::Lambda::Url") {
			if got := compact(t, r.Properties); got != want {
				t.Errorf("got the URL %s, want %s", got, want)
			}
			if got := compact(t, tmpl.Outputs["OperatorUrl"].(map[string]any)["Value"]); got != compact(t, map[string]any{"Fn::GetAtt": []string{url, "FunctionUrl"}}) {
				t.Errorf("the output is %s, want the URL", got)
			}
		}
		if f.Properties["Timeout"] != wiring.OperatorTimeout.Seconds() {
			t.Errorf("got a timeout of %v, want %v", f.Properties["Timeout"], wiring.OperatorTimeout)
		}
	}
	if got, permissions := len(tmpl.of("AWS::Lambda::Url")), len(tmpl.of("AWS::Lambda::Permission")); got != 1 || permissions != 0 {
		t.Errorf("got %d URLs and %d permissions, want one and none", got, permissions)
	}
}

func checkEnvironment(t *testing.T, name string, f resource) {
	t.Helper()
	want := []string{wiring.Key, wiring.Policy, wiring.Prefix, wiring.Queue, wiring.Table, wiring.Topic}
	switch name {
	case "tagwarden-" + rights.ActName:
		want = []string{wiring.Attempts, wiring.Key, wiring.Policy, wiring.Prefix, wiring.Queue, wiring.Table, wiring.Topic}
	case "tagwarden-" + rights.ClockName:
		want = []string{wiring.Attempts, wiring.Key, wiring.Own, wiring.Policy, wiring.Prefix, wiring.Queue, wiring.Table, wiring.Topic}
	}
	var got []string
	for variable := range f.Properties["Environment"].(map[string]any)["Variables"].(map[string]any) {
		got = append(got, variable)
	}
	if slices.Sort(got); !slices.Equal(got, want) {
		t.Errorf("%s is told %v, want %v", name, got, want)
	}
}

func sourceOf(t *testing.T, tmpl template, function string) resource {
	t.Helper()
	var found []resource
	live := compact(t, liveOf(function))
	for _, s := range tmpl.of("AWS::Lambda::EventSourceMapping") {
		if compact(t, s.Properties["FunctionName"]) == live {
			found = append(found, s)
		}
	}
	if len(found) != 1 {
		t.Fatalf("function %s has %d event sources, want 1", function, len(found))
	}
	return found[0]
}

// What is there to be kept is kept, and what people read is encrypted.
func TestJournalAndTopic(t *testing.T) {
	tmpl := synth(t, deployed)
	for id, table := range tmpl.of("AWS::DynamoDB::Table") {
		for name, want := range map[string]string{
			"BillingMode":                      `"PAY_PER_REQUEST"`,
			"DeletionProtectionEnabled":        `true`,
			"PointInTimeRecoverySpecification": `{"PointInTimeRecoveryEnabled":true}`,
			"SSESpecification":                 `{"SSEEnabled":true}`,
			"TimeToLiveSpecification":          `{"AttributeName":"expires","Enabled":true}`,
		} {
			if got := compact(t, table.Properties[name]); got != want {
				t.Errorf("%s: %s is %s, want %s", id, name, got, want)
			}
		}
	}
	for id, topic := range tmpl.of("AWS::SNS::Topic") {
		if key := getAtt(t, topic.Properties["KmsMasterKeyId"]); tmpl.Resources[key].Properties["EnableKeyRotation"] != true || tmpl.Resources[key].Properties["RotationPeriodInDays"] != float64(mostRotation) {
			t.Errorf("%s has no rotated key of its own", id)
		}
	}
	if got := len(tmpl.of("AWS::DynamoDB::Table")) + len(tmpl.of("AWS::SNS::Topic")); got != 2 {
		t.Errorf("got %d tables and topics, want one of each", got)
	}
}

// The widest policies make no larger template than CloudFormation takes.
//
// Source: CloudFormation user guide, "Understand CloudFormation quotas" (resources, template body size in Amazon S3).
func TestTemplateFits(t *testing.T) {
	for _, policyFile := range []string{deployed, widest, every} {
		resources := len(synth(t, policyFile).Resources)
		size := len(indent(t, json.RawMessage(synthesized[policyFile])))
		t.Logf("%s: %d resources, %d bytes", policyFile, resources, size)
		if resources > 500 {
			t.Errorf("%s: got %d resources, CloudFormation takes 500", policyFile, resources)
		}
		if size > 1_000_000 {
			t.Errorf("%s: got a template of %d bytes, CloudFormation takes a million", policyFile, size)
		}
	}
}

// What is worth knowing of a policy and does not stop it is a warning.
func TestWarnings(t *testing.T) {
	file := filepath.Join(t.TempDir(), "policy.yaml")
	text := "version: 1\ntags:\n  - {key: Owner, required: true}\nrules:\n  - {name: tags, on: [config], do: [tags]}\n" +
		"exempt:\n  - {resources: ['arn:aws:s3:::b'], reason: r, owner: o, until: 2026-01-01}\n"
	if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	app, err := buildApp(t, file, nil)
	if err != nil {
		t.Fatal(err)
	}
	stack := app.Node().FindChild(jsii.String(stackName)).(awscdk.Stack)
	want := assertions.Match_StringLikeRegexp(jsii.String(`policy\.yaml:7:\d+: the exemption ended`))
	assertions.Annotations_FromStack(stack).HasWarning(jsii.String("*"), want)
}

// What a person may choose shows in the names and the subscription.
func TestSettings(t *testing.T) {
	app, err := buildApp(t, fixing, map[string]any{"prefix": "acme", "email": "ops@example.com"})
	if err != nil {
		t.Fatal(err)
	}
	if app.Node().TryFindChild(jsii.String(stackName)) != nil {
		t.Fatalf("a deployment with another prefix has the stack %s: it would rename, and destroy would remove, all of the one that is there", stackName)
	}
	made := assertions.Template_FromStack(app.Node().FindChild(jsii.String("Tagwarden-acme")).(awscdk.Stack), nil)
	made.HasResourceProperties(jsii.String("AWS::SNS::Subscription"), map[string]any{"Protocol": "email", "Endpoint": "ops@example.com"})
	made.HasResourceProperties(jsii.String("AWS::Lambda::Function"), map[string]any{"FunctionName": "acme-config"})
	made.HasResourceProperties(jsii.String("AWS::IAM::Role"), map[string]any{"RoleName": "acme-s3"})
}

// A deployment from before stacks were named after their prefix keeps its stack by saying so.
func TestStackOfOnesOwn(t *testing.T) {
	app, err := buildApp(t, fixing, map[string]any{"prefix": "acme", "stack": "Tagwarden"})
	if err != nil {
		t.Fatal(err)
	}
	made := assertions.Template_FromStack(app.Node().FindChild(jsii.String("Tagwarden")).(awscdk.Stack), nil)
	made.HasResourceProperties(jsii.String("AWS::Lambda::Function"), map[string]any{"FunctionName": "acme-config"})
	if _, err := buildApp(t, fixing, map[string]any{"stack": "no stack"}); err == nil || !strings.Contains(err.Error(), "-c stack=no stack: use a letter") {
		t.Errorf("a name that no stack can have: got %v", err)
	}
}

// compact is a value as JSON in one line, for comparison.
func compact(t *testing.T, value any) string {
	t.Helper()
	text, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	var tree any
	if err := json.Unmarshal(text, &tree); err != nil {
		t.Fatal(err)
	}
	if text, err = json.Marshal(tree); err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// getAtt is the logical id in {"Fn::GetAtt": [id, "Arn"]}.
func getAtt(t *testing.T, value any) string {
	t.Helper()
	tree, _ := value.(map[string]any)
	parts, _ := tree["Fn::GetAtt"].([]any)
	if len(parts) != 2 {
		t.Fatalf("%v is no Fn::GetAtt", value)
	}
	return parts[0].(string)
}

//go:build moto

package local

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// assembly is what `cdk synth` leaves for the golden template: the template with a key a function, the code, and the manifest. spoil may change the template before.
func assembly(t *testing.T, spoil func(resources map[string]any)) StageOptions {
	t.Helper()
	root, folder := repository(t), t.TempDir()
	text, err := os.ReadFile(filepath.Join(root, "testdata", "stack", "fix.template.json"))
	if err != nil {
		t.Fatal(err)
	}
	var template map[string]any
	text = []byte(strings.ReplaceAll(string(text), `"eu-west-1"`, `"`+Region+`"`)) // the golden policy's scope
	if err := json.Unmarshal(text, &template); err != nil {
		t.Fatal(err)
	}
	resources := template["Resources"].(map[string]any)
	files := map[string]any{}
	for _, resource := range resources {
		r := resource.(map[string]any)
		if r["Type"] != "AWS::Lambda::Function" {
			continue
		}
		properties := r["Properties"].(map[string]any)
		name := strings.TrimPrefix(properties["FunctionName"].(string), "tagwarden-")
		properties["Code"].(map[string]any)["S3Key"] = name + ".zip"
		files[name] = map[string]any{
			"source":       map[string]any{"path": name, "packaging": "zip"},
			"destinations": map[string]any{"here": map[string]any{"bucketName": "cdk-hnb659fds-assets-" + Account + "-" + Region, "objectKey": name + ".zip"}},
		}
		pack(t, root, filepath.Join(folder, name), name)
	}
	if spoil != nil {
		spoil(resources)
	}
	write(t, filepath.Join(folder, "Tagwarden.template.json"), template)
	write(t, filepath.Join(folder, "Tagwarden.assets.json"), map[string]any{"files": files})
	return StageOptions{
		Template: filepath.Join(folder, "Tagwarden.template.json"), Seed: filepath.Join(root, "testdata", "deploy", "seed.yaml"), Fixed: true,
		Paths: []string{filepath.Join(root, "testdata", "deploy", "events", "tags_queue.json")}, Root: root, Environ: os.Environ(), Stderr: t.Output(),
	}
}

// pack makes the folder of a function's code: the binary of `make build`, and the policy of `make deploy-local`.
func pack(t *testing.T, root, folder, name string) {
	t.Helper()
	if err := os.Mkdir(folder, 0o700); err != nil {
		t.Fatal(err)
	}
	for from, to := range map[string]string{filepath.Join("bin", "functions", name, bootstrap): bootstrap, filepath.Join("testdata", "deploy", "policy.yaml"): "policy.yaml"} {
		data, err := os.ReadFile(filepath.Join(root, from))
		if err != nil {
			t.Fatalf("%v: run make build", err)
		}
		if err := os.WriteFile(filepath.Join(folder, to), data, 0o700); err != nil {
			t.Fatal(err)
		}
	}
}

func write(t *testing.T, file string, value any) {
	t.Helper()
	text, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, text, 0o600); err != nil {
		t.Fatal(err)
	}
}

// TestStage has two events answered by the golden template's stack: one is fixed, and one, which has nothing wrong, is named because it is not.
func TestStage(t *testing.T) {
	o := assembly(t, nil)
	o.Released = filepath.Join(o.Root, "testdata", "stack", "released", "fix.template.json")
	compliant := strings.Replace(eventOf(t, o.Paths[0]), `"OwnerName": "team-shop"`, `"Owner": "team-shop"`, 1)
	compliant = strings.NewReplacer("000000000101", "000000000109", "{{orders.arn}}", "arn:aws:sqs:us-east-1:111122223333:others").Replace(compliant)
	o.Paths = append(o.Paths, filepath.Join(t.TempDir(), "compliant.json"))
	if err := os.WriteFile(o.Paths[1], []byte(compliant), 0o600); err != nil {
		t.Fatal(err)
	}
	got, err := Stage(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	if len(got.Made.Differences)+len(got.Update.Made.Differences) > 0 {
		t.Errorf("differences: %q, after the update: %q", got.Made.Differences, got.Update.Made.Differences)
	}
	if len(got.Problems) != 1 || !strings.Contains(got.Problems[0], "compliant.json: it is compliant and not fixed") {
		t.Errorf("problems: %q", got.Problems)
	}
	if r := got.Sent[0]; r.By != Bus || len(r.Results) != 1 || r.Results[0].Outcome != "fixed" || r.Results[0].Message == "" {
		t.Errorf("the first event: %+v", r)
	}
	if len(got.Left) != 1 || !strings.HasPrefix(got.Left[0], "Journal") {
		t.Errorf("deleting the stack leaves %q", got.Left)
	}
	if got.Update.Kept != 1 {
		t.Error("the journal's entry did not outlive the update")
	}
}

func eventOf(t *testing.T, file string) string {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// TestStageFaults puts faults into the template that its own resources do not show: they show when the functions run as they are deployed.
func TestStageFaults(t *testing.T) {
	variables := func(resources map[string]any, function string) map[string]any {
		properties := resources[function].(map[string]any)["Properties"].(map[string]any)
		return properties["Environment"].(map[string]any)["Variables"].(map[string]any)
	}
	for _, c := range []struct {
		name  string
		spoil func(resources map[string]any)
		want  string
	}{
		{"a judge is not told the queue", func(r map[string]any) { delete(variables(r, "TagsFunction01698A1F"), "TAGWARDEN_QUEUE") }, "TAGWARDEN_QUEUE is not set"},
		{"the rule hears something else", func(r map[string]any) {
			r["TagsRule6A9B8F8F"].(map[string]any)["Properties"].(map[string]any)["EventPattern"] = map[string]any{"source": []any{"aws.ec2"}}
		}, "tags_queue.json: no rule selects it"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := Stage(t.Context(), assembly(t, c.spoil))
			if said := fmt.Sprint(err, got.Problems); !strings.Contains(said, c.want) {
				t.Errorf("got %q, want %q", said, c.want)
			}
		})
	}
}

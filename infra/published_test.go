//go:build synth

package main

import (
	"encoding/json"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	schema "github.com/tagwarden/tagwarden/internal/awsdynamodb"
	"github.com/tagwarden/tagwarden/internal/guard"
	"github.com/tagwarden/tagwarden/internal/remedies"
	"github.com/tagwarden/tagwarden/internal/rights"
)

// A published is the list of IAM actions and resource types that cfn-lint brings along, made of AWS's Service Authorization Reference. Its names are in lower case.
type published map[string]struct {
	Actions   map[string]struct{ Resources []string }
	Resources map[string]struct {
		ARNFormats    []string
		ConditionKeys []string
	}
}

// publishedFile is the list's place in a Python environment.
const publishedFile = "cfnlint/data/AdditionalSpecs/Policies.json"

// readPublished reads the list from the environment that `make cfn-lint` makes, or that of the cfn-lint on PATH where there is none.
func readPublished(t *testing.T) published {
	t.Helper()
	found, err := filepath.Glob("../.venv/lib/python*/site-packages/" + publishedFile)
	if err != nil || len(found) == 0 {
		folder, err := exec.Command("python3", "-c", "import cfnlint, os; print(os.path.dirname(os.path.dirname(cfnlint.__file__)))").Output()
		if err != nil {
			t.Fatalf("there is no cfn-lint, which brings AWS's list of actions: run make cfn-lint (%v)", err)
		}
		found = []string{filepath.Join(strings.TrimSpace(string(folder)), publishedFile)}
	}
	text, err := os.ReadFile(found[0])
	if err != nil {
		t.Fatal(err)
	}
	list := published{}
	if err := json.Unmarshal(text, &list); err != nil {
		t.Fatal(err)
	}
	if len(list) < 300 {
		t.Fatalf("%s has %d services only", found[0], len(list))
	}
	return list
}

// formats gives the ARN formats of the resource types of an action; false if there is no such action.
func (p published) formats(action string) (formats []string, ok bool) {
	prefix, name, _ := strings.Cut(action, ":")
	known, ok := p[prefix].Actions[strings.ToLower(name)]
	for _, typ := range known.Resources {
		formats = append(formats, p[prefix].Resources[strings.ToLower(typ)].ARNFormats...)
	}
	return formats, ok
}

var variable = regexp.MustCompile(`\$\{\w+\}`)

// fits tells whether an ARN of a document can be within a format of the list: a wildcard of either stands for anything, a variable for anything that is not empty.
func fits(arn, format string) bool {
	got, want := strings.SplitN(arn, ":", 6), strings.SplitN(strings.ReplaceAll(format, ".*", "*"), ":", 6)
	if len(got) != 6 || len(want) != 6 {
		return false
	}
	for i := range 5 {
		open := func(part, other string) bool { return part == "*" || other != "" && variable.MatchString(part) }
		if got[i] != want[i] && !open(got[i], want[i]) && !open(want[i], got[i]) {
			return false
		}
	}
	return meet(variable.ReplaceAllString(got[5], "*"), variable.ReplaceAllString(want[5], "*"))
}

// meet tells whether two texts in which * stands for anything can be the same.
func meet(a, b string) bool {
	switch {
	case a == "" && b == "":
		return true
	case strings.HasPrefix(a, "*"):
		return meet(a[1:], b) || b != "" && meet(a, b[1:])
	case strings.HasPrefix(b, "*"):
		return meet(b, a)
	}
	return a != "" && b != "" && a[0] == b[0] && meet(a[1:], b[1:])
}

func TestFits(t *testing.T) {
	tests := []struct {
		arn, format string
		want        bool
	}{
		{"arn:${Partition}:s3:::*", "arn:${Partition}:s3:::.*", true},
		{"arn:${Partition}:ec2:${Region}::snapshot/*", "arn:${Partition}:ec2:${Region}::snapshot/.*", true},
		{"arn:${Partition}:ec2:${Region}::snapshot/*", "arn:${Partition}:ec2:${Region}::image/.*", false},
		{"arn:${Partition}:x:${Region}:${Account}:listener/*/*", "arn:${Partition}:x:${Region}:${Account}:listener/app/.*", true},
		{"arn:${Partition}:securityhub:${Region}:${Account}:hub/default", "arn:${Partition}:securityhub:${Region}:${Account}:hub/default", true},
		{"arn:${Partition}:securityhub:${Region}:${Account}:hub/other", "arn:${Partition}:securityhub:${Region}:${Account}:hub/default", false},
		{"arn:${Partition}:ec2:${Region}:${Account}:snapshot/*", "arn:${Partition}:ec2:${Region}::snapshot/.*", false},
		{"arn:${Partition}:ec2:${Region}:*:snapshot/*", "arn:${Partition}:ec2:${Region}::snapshot/.*", true},
		{"arn:${Partition}:sqs:${Region}:${Account}:q", "arn:${Partition}:sns:${Region}:${Account}:.*", false},
	}
	for _, test := range tests {
		if got := fits(test.arn, test.format); got != test.want {
			t.Errorf("%s, %s: got %v, want %v", test.arn, test.format, got, test.want)
		}
	}
}

// beside are resources that can be tagged, of which the list does not know it for each of their actions.
var beside = map[string]bool{
	"arn:${Partition}:cloudfront::${Account}:function/*":                     true,
	"arn:${Partition}:cloudfront::${Account}:key-value-store/*":              true,
	"arn:${Partition}:cloudwatch:${Region}:${Account}:metric-stream/*":       true,
	"arn:${Partition}:eks:${Region}:${Account}:access-entry/*/*/*/*/*":       true,
	"arn:${Partition}:eks:${Region}:${Account}:podidentityassociation/*/*":   true,
	"arn:${Partition}:kafka:${Region}:${Account}:replicator/*/*":             true,
	"arn:${Partition}:personalize:${Region}:${Account}:schema/*":             true,
	"arn:${Partition}:rds:${Region}:${Account}:deployment:*":                 true,
	"arn:${Partition}:sagemaker:${Region}:${Account}:inference-experiment/*": true,
	"arn:${Partition}:sagemaker:${Region}:${Account}:workforce/*":            true,
	"arn:${Partition}:servicecatalog:${Region}:${Account}:stack/*/*":         true,
	"arn:${Partition}:swf:${Region}:${Account}:/domain/*":                    true,
}

// check holds a document against the list: every action is there, and no resource is wider than it can be.
func (p published) check(t *testing.T, whose string, d rights.Document) {
	t.Helper()
	for _, s := range d.Statement {
		for _, action := range s.Action {
			formats, ok := p.formats(action)
			if !ok {
				t.Errorf("%s: AWS has no action %s", whose, action)
				continue
			}
			for _, on := range s.Resource {
				switch {
				case on == "*" && len(formats) > 0:
					t.Errorf("%s: %s on *, and AWS takes %v", whose, action, formats)
				case on != "*" && !slices.ContainsFunc(formats, func(format string) bool { return fits(on, format) }) && !(beside[on] && strings.Contains(strings.ToLower(action), "tag")):
					t.Errorf("%s: %s on %s, and AWS takes %v", whose, action, on, formats[:min(len(formats), 8)])
				}
			}
		}
	}
}

// What the roles and functions of the policy that does everything may do is what AWS has, on resources that the actions have.
func TestRightsArePublished(t *testing.T) {
	list := readPublished(t)
	roles := rights.Roles(parsed(t, every), remedies.All)
	used := map[string]bool{}
	for _, r := range roles {
		list.check(t, "role "+r.Service, r.Document)
		for _, s := range r.Document.Statement {
			for _, on := range s.Resource {
				used[on] = true
			}
		}
	}
	for on := range beside {
		if !used[on] {
			t.Errorf("no role has %s any more", on)
		}
	}
	names := rights.Names{Prefix: "tagwarden"}
	needs := rights.Needs{Journal: schema.TableActions(), Indexed: schema.IndexActions(), Roles: roles, Notes: true, Posts: true}
	for _, function := range []string{"config", rights.ActName, rights.OperatorName} {
		list.check(t, "function "+function, names.Document(function, needs))
	}
}

// Every condition key is one that the list has, as far as the list knows keys: those of resources.
func TestConditionKeysArePublished(t *testing.T) {
	list := readPublished(t)
	elsewhere := []string{"ec2:CreateAction", "iam:PassedToService", "kms:GrantIsForAWSResource"} // keys of requests
	for _, r := range rights.Roles(parsed(t, every), remedies.All) {
		for _, s := range r.Document.Statement {
			for _, keys := range s.Condition {
				for key := range keys {
					name, tag, tagged := strings.Cut(key, "/")
					if tagged && tag != "" {
						name += "/${TagKey}"
					}
					prefix, _, _ := strings.Cut(name, ":")
					known := slices.Contains(elsewhere, name)
					for _, typ := range list[prefix].Resources {
						known = known || slices.Contains(typ.ConditionKeys, name)
					}
					if !known {
						t.Errorf("role %s: AWS has no condition key %s", r.Service, key)
					}
				}
			}
		}
	}
}

// Every operation of the SDK that a remedy's code names has an IAM action that there is.
func TestOperationsArePublished(t *testing.T) {
	list := readPublished(t)
	ids := map[string]string{} // service ids, by import path
	operations := 0
	err := filepath.WalkDir("../internal/remedies", func(file string, d fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(file, ".go") || strings.HasSuffix(file, "_test.go") {
			return err
		}
		for _, used := range operationsOf(t, file) {
			if ids[used.service] == "" {
				ids[used.service] = serviceID(t, used.service)
			}
			operations++
			action, ok := guard.Action(ids[used.service], used.operation)
			if _, there := list.formats(action); !ok || !there {
				t.Errorf("%s: %s of %s has the action %s, which AWS does not have", file, used.operation, ids[used.service], action)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if operations < 150 || len(ids) < 20 {
		t.Errorf("found %d operations of %d services only", operations, len(ids))
	}
}

// A usedOperation is an operation that a file makes the input of.
type usedOperation struct{ service, operation string }

// operationsOf are the operations of AWS services whose inputs a file makes.
func operationsOf(t *testing.T, file string) []usedOperation {
	t.Helper()
	parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	services := map[string]string{} // import paths of services, by name
	for _, spec := range parsed.Imports {
		imported, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(imported, "/aws-sdk-go-v2/service/") && path.Base(imported) != "types" {
			name := path.Base(imported)
			if spec.Name != nil {
				name = spec.Name.Name
			}
			services[name] = imported
		}
	}
	var list []usedOperation
	ast.Inspect(parsed, func(n ast.Node) bool {
		if made, ok := n.(*ast.CompositeLit); ok {
			if selector, ok := made.Type.(*ast.SelectorExpr); ok {
				pkg, _ := selector.X.(*ast.Ident)
				if operation, input := strings.CutSuffix(selector.Sel.Name, "Input"); pkg != nil && input && services[pkg.Name] != "" {
					list = append(list, usedOperation{services[pkg.Name], operation})
				}
			}
		}
		return true
	})
	return list
}

var serviceIDConstant = regexp.MustCompile(`(?m)^const ServiceID = "(.+)"$`)

// serviceID is the id by which the SDK's package calls its service.
func serviceID(t *testing.T, imported string) string {
	t.Helper()
	folder, err := exec.Command("go", "list", "-f", "{{.Dir}}", imported).Output()
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(filepath.Join(strings.TrimSpace(string(folder)), "api_client.go"))
	if err != nil {
		t.Fatal(err)
	}
	id := serviceIDConstant.FindSubmatch(text)
	if id == nil {
		t.Fatalf("%s says no service id", imported)
	}
	return string(id[1])
}

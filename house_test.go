// Package house holds the tests of the house itself: which way imports point, and that documentation names what exists.
package house

import (
	"encoding/json"
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const (
	module = "github.com/tagwarden/tagwarden/"
	sdk    = "github.com/aws/aws-sdk-go-v2"
	cdk    = "github.com/aws/aws-cdk-go"
)

// A pkg is what `go list -deps -json` says of a package.
type pkg struct {
	ImportPath string
	Imports    []string
	Deps       []string
}

// judges are the functions that only judge.
var judges = []string{
	"functions/config", "functions/tags", "functions/create", "functions/guardduty", "functions/securityhub", "functions/securityhub-action", "functions/config-rule",
	"functions/inspector",
}

func list(t *testing.T) map[string]pkg {
	t.Helper()
	out, err := exec.Command("go", "list", "-tags", "lambda.norpc", "-json=ImportPath,Imports,Deps", "./...").Output()
	if err != nil {
		var exit *exec.ExitError
		if errors.As(err, &exit) {
			t.Fatalf("go list: %v\n%s", err, exit.Stderr)
		}
		t.Fatal(err)
	}
	all := map[string]pkg{}
	decoder := json.NewDecoder(strings.NewReader(string(out)))
	for {
		var p pkg
		if err := decoder.Decode(&p); err == io.EOF {
			return all
		} else if err != nil {
			t.Fatal(err)
		}
		all[strings.TrimPrefix(p.ImportPath, module)] = p
	}
}

// TestArrows holds the directions of imports. Patterns are package paths, "x/..." for all below; none may depend on what stands behind it, directly or through others.
func TestArrows(t *testing.T) {
	const ours = module
	rules := []struct {
		name  string
		of    []string
		never []string
		but   []string // allowed all the same
	}{
		{"finding imports nothing of ours", []string{"internal/finding", "internal/pattern", "internal/tag", "internal/change", "internal/wiring", "internal/handover", "internal/meter"}, []string{ours}, nil},
		{"arn imports nothing of ours", []string{"internal/arn"}, []string{ours}, nil},
		{"iac speaks of resources, their names and changes", []string{"internal/iac"}, []string{ours, sdk, cdk}, []string{ours + "internal/finding", ours + "internal/change", ours + "internal/arn"}},
		{
			"pure packages link no SDK",
			[]string{"internal/policy", "internal/pattern", "internal/tag", "internal/journal", "internal/notify", "internal/change", "internal/arn", "internal/finding", "internal/report", "internal/operator", "events"},
			[]string{sdk, cdk},
			nil,
		},
		{"judge knows no remedy", []string{"internal/judge"}, []string{ours + "internal/remedies", ours + "internal/guard", ours + "internal/act", ours + "internal/remedy"}, nil},
		{"only infra imports the CDK", []string{"internal/...", "functions/...", "cmd/...", "events"}, []string{cdk, ours + "infra"}, nil},
		{"infra runs nothing", []string{"infra/..."}, []string{ours + "internal/judge", ours + "internal/act", ours + "internal/guard", ours + "internal/boot"}, nil},
		{"nobody imports a main", []string{"internal/...", "events"}, []string{ours + "cmd", ours + "functions"}, nil},
		{
			"a judging function links no client but queue, table, topic and bus",
			judges,
			[]string{sdk + "/service/"},
			[]string{
				sdk + "/service/sqs", sdk + "/service/dynamodb", sdk + "/service/sns", sdk + "/service/eventbridge", sdk + "/service/internal/", sdk + "/service/sso", sdk + "/service/ssooidc", sdk + "/service/sts",
				sdk + "/service/signin",
			},
		},
		{
			"the operator function links no client but queue and table",
			[]string{"functions/operator"},
			[]string{sdk + "/service/", ours + "internal/remedies", ours + "internal/remedy", ours + "internal/act", ours + "internal/guard", ours + "internal/judge"},
			[]string{sdk + "/service/sqs", sdk + "/service/dynamodb", sdk + "/service/internal/", sdk + "/service/sso", sdk + "/service/ssooidc", sdk + "/service/sts", sdk + "/service/signin"},
		},
		{
			"the clock links no client but queue, table, topic, bus and what lists what exists",
			[]string{"functions/clock"},
			[]string{sdk + "/service/", ours + "internal/remedies", ours + "internal/remedy", ours + "internal/act", ours + "internal/guard"},
			[]string{
				sdk + "/service/sqs", sdk + "/service/dynamodb", sdk + "/service/sns", sdk + "/service/eventbridge", sdk + "/service/configservice", sdk + "/service/resourceexplorer2",
				sdk + "/service/internal/", sdk + "/service/sso", sdk + "/service/ssooidc", sdk + "/service/sts", sdk + "/service/signin",
			},
		},
		{
			"the function of buttons links no client but Security Hub, and no part that judges or changes",
			[]string{"functions/buttons"},
			[]string{sdk + "/service/", ours + "internal/remedies", ours + "internal/act", ours + "internal/guard", ours + "internal/judge", ours + "internal/journal"},
			[]string{sdk + "/service/securityhub", sdk + "/service/internal/", sdk + "/service/sso", sdk + "/service/ssooidc", sdk + "/service/sts", sdk + "/service/signin"},
		},
		{"the clock itself links no SDK", []string{"internal/clock"}, []string{sdk, ours + "internal/judge"}, nil},
		{"a judging function links no remedy", judges, []string{ours + "internal/remedies", ours + "internal/act", ours + "internal/guard"}, nil},
		{"no function links a template engine", []string{"functions/..."}, []string{"text/template", "html/template", "net/rpc"}, nil},
		{"remedies make their clients and no more", []string{"internal/remedies"}, []string{ours + "internal/boot", ours + "internal/judge", ours + "internal/act", ours + "internal/journal"}, nil},
	}
	packages := list(t)
	for _, rule := range rules {
		t.Run(rule.name, func(t *testing.T) {
			checked := 0
			for name, p := range packages {
				if !within(name, rule.of) {
					continue
				}
				checked++
				for _, dep := range p.Deps {
					if dep != p.ImportPath && hasPrefix(dep, rule.never) && !hasPrefix(dep, rule.but) {
						t.Errorf("%s depends on %s", name, dep)
					}
				}
			}
			if checked < len(rule.of) {
				t.Errorf("the rule is for %v, and only %d packages are there: was one renamed?", rule.of, checked)
			}
		})
	}
}

func within(name string, of []string) bool {
	return slices.ContainsFunc(of, func(pattern string) bool {
		root, all := strings.CutSuffix(pattern, "/...")
		return name == root || all && strings.HasPrefix(name, root+"/")
	})
}

func hasPrefix(s string, prefixes []string) bool {
	return slices.ContainsFunc(prefixes, func(p string) bool { return strings.HasPrefix(s, p) })
}

// TestEnvironment holds that only boot and cmd read the environment, so that nothing depends on what nobody sees.
func TestEnvironment(t *testing.T) {
	reads := regexp.MustCompile(`\bos\.(Getenv|LookupEnv|Environ)\b`)
	walk(t, ".go", func(path, text string) {
		if strings.HasSuffix(path, "_test.go") || strings.HasPrefix(path, "cmd/") || strings.HasPrefix(path, "internal/boot/") || strings.HasPrefix(path, "infra/") || strings.HasPrefix(path, "internal/local/") {
			return
		}
		if at := reads.FindString(text); at != "" {
			t.Errorf("%s reads the environment with %s", path, at)
		}
	})
}

// byHand is a text that names a partition: an ARN, or an address of AWS's. Names of service principals are the same in all partitions.
var byHand = regexp.MustCompile(`^arn:aws[a-z-]*:|https://[^ "]*(amazonaws|aws\.amazon)|^\.?amazonaws\.|"arn:aws`)

// partitioned are the places that may name a partition: the list of them, what makes up a world of its own to try things in, and who reads names of service principals.
var partitioned = []string{"internal/arn/partition.go", "internal/emulator/", "internal/local/", "internal/crash/", "internal/standin/", "internal/storm/", "internal/journal/journaltest/", "internal/iac/agent.go"}

// TestPartitions holds that no ARN, endpoint or link to a console is written for one partition: not in Go, but for examples of remedies, and not in a template.
func TestPartitions(t *testing.T) {
	looked := 0
	walk(t, ".go", func(path, text string) {
		if strings.HasSuffix(path, "_test.go") || hasPrefix(path, partitioned) {
			return
		}
		looked++
		files := token.NewFileSet()
		parsed, err := parser.ParseFile(files, path, text, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(parsed, func(n ast.Node) bool {
			if list, ok := n.(*ast.CompositeLit); ok && examples(list) {
				return false
			}
			literal, ok := n.(*ast.BasicLit)
			if !ok || literal.Kind != token.STRING {
				return true
			}
			if value, err := strconv.Unquote(literal.Value); err != nil || byHand.MatchString(value) {
				t.Errorf("%s: %.80s is written for one partition; take it from internal/arn, or ${AWS::Partition} in a template", files.Position(literal.Pos()), value)
			}
			return true
		})
	})
	if looked < 100 {
		t.Errorf("looked at %d files only", looked)
	}
	templates, err := filepath.Glob("testdata/stack/*.template.json")
	if err != nil || len(templates) < 5 {
		t.Fatalf("%d templates, %v", len(templates), err)
	}
	for _, file := range templates {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(string(text), "arn:aws") {
			t.Errorf("%s holds an ARN of one partition", file)
		}
	}
}

// examples tells whether a literal is the examples of a remedy, which are as somebody's resources are.
func examples(list *ast.CompositeLit) bool {
	of, ok := list.Type.(*ast.ArrayType)
	if !ok {
		return false
	}
	name, ok := of.Elt.(*ast.SelectorExpr)
	return ok && name.Sel.Name == "Example"
}

// TestDocumentsNameWhatExists holds that each path in backquotes in a document is there.
func TestDocumentsNameWhatExists(t *testing.T) {
	named := regexp.MustCompile("`((?:cmd|docs|events|functions|infra|internal|testdata|scripts)/[A-Za-z0-9_./*-]*)`")
	found := 0
	walk(t, ".md", func(path, text string) {
		for _, match := range named.FindAllStringSubmatch(text, -1) {
			found++
			if hits, err := filepath.Glob(strings.TrimSuffix(match[1], "/...")); err != nil || len(hits) == 0 {
				t.Errorf("%s names %s, which is not there", path, match[1])
			}
		}
	})
	if found == 0 {
		t.Error("no document names a path: is the expression right?")
	}
}

// walk gives each file of the project with an ending.
func walk(t *testing.T, ending string, do func(path, text string)) {
	t.Helper()
	err := filepath.WalkDir(".", func(path string, entry os.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() && (entry.Name() == "node_modules" || entry.Name() == "cdk.out" || entry.Name() == ".venv" || entry.Name() == ".git") {
			return filepath.SkipDir
		}
		if entry.IsDir() || filepath.Ext(path) != ending {
			return nil
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		do(path, string(data))
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

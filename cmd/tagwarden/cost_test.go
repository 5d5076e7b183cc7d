package main

import (
	"bytes"
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/tagwarden/tagwarden/internal/cost"
)

// costPolicy is a folder with a policy, in which the test works.
func costPolicy(t *testing.T) {
	t.Helper()
	dir := t.TempDir()
	text := "version: 1\ntags: [{key: Owner, required: true}]\nrules: [{name: tags, on: [config, tags], do: [tags]}]\n"
	if err := os.WriteFile(filepath.Join(dir, "policy.yaml"), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Chdir(dir)
}

// TestCostJSON holds what programs read: the fields of a line in their order, and sums that are those of the lines.
func TestCostJSON(t *testing.T) {
	costPolicy(t)
	args := []string{"cost", "--format", "json", "--organization", "--accounts", "100", "--regions", "3", "--items", "2e6", "--fixes", "300", "--told", "40", "--checks", "1e5"}
	out, code := playCommand(args)
	if again, _ := playCommand(args); code != exitDone || again != out {
		t.Fatalf("got %d and\n%s\nthen\n%s", code, out, again)
	}
	sums := map[string]float64{}
	lines := strings.Split(strings.TrimSpace(out), "\n")
	for _, line := range lines[:len(lines)-1] {
		var l cost.Line
		if err := json.Unmarshal([]byte(line), &l); err != nil {
			t.Fatal(err)
		}
		at := -1
		for _, field := range []string{"share", "service", "what", "quantity", "unit", "free", "price", "cost", "from", "source"} {
			i := strings.Index(line, `"`+field+`":`)
			if i <= at {
				t.Errorf("%s: the field %s is missing, or out of order", line, field)
			}
			at = i
		}
		sums[string(l.Share)] += l.Cost
	}
	var total costTotal
	if err := json.Unmarshal([]byte(lines[len(lines)-1]), &total); err != nil {
		t.Fatal(err)
	}
	for share, said := range map[string]float64{"fixed": total.Total.Fixed, "variable": total.Total.Variable, "beside": total.Total.Beside} {
		if math.Abs(sums[share]-said) > 1e-4 || said <= 0 {
			t.Errorf("%s: the lines sum up to %v, and the last line says %v", share, sums[share], said)
		}
	}
	if all := total.Total.Fixed + total.Total.Variable; math.Abs(all-total.Total.All) > 1e-5 {
		t.Errorf("all is %v, want %v", total.Total.All, all)
	}
	if total.Prices.Date == "" || total.Prices.Region != "us-east-1" || total.Prices.Currency != "USD" {
		t.Errorf("the last line says of the prices %+v", total.Prices)
	}
}

// TestCostRefuses holds what a load cannot be; the way out stands in the error.
func TestCostRefuses(t *testing.T) {
	costPolicy(t)
	for _, c := range []struct{ args, want string }{
		{"--accounts 2", "--organization"},
		{"--regions 2", "add --organization, or leave --regions out"},
		{"--organization o-short", "--organization o-short: this is no organization's id"},
		{"--organization=abc", "this is no organization's id"},
		{"--organization o-exampleorgid more", "takes no argument"},
		{"--items abc", "it must be a number, such as 5000 or 2e6"},
		{"--accounts 1.5", "it must be a whole number, such as 12"},
		{"--items 1e300", "--items is 1e+300: it must be a number from 0 to 1e15 (a thousand million million)"},
		{"--findings 1e300", "--findings is 1e+300: it must be"},
		{"--accounts 0", "--accounts"},
		{"--items -1", "--items"},
		{"--batch 0.5", "--batch"},
		{"--findings 5", "--findings"},
		{"--policy nowhere.yaml", "nowhere.yaml"},
		{"1000", "takes no argument"},
	} {
		if out, code := playCommand(append([]string{"cost"}, strings.Fields(c.args)...)); code != exitFault || !strings.Contains(out, c.want) || strings.Count(out, "\n") != 1 {
			t.Errorf("cost %s: got %d and %q, want %d and one line with %s", c.args, code, out, exitFault, c.want)
		}
	}
}

// TestCostTable holds that people see the sums, and that old prices are said to be old.
func TestCostTable(t *testing.T) {
	costPolicy(t)
	out, code := playCommand([]string{"cost", "--items", "1e6", "--free-tier"})
	for _, want := range []string{"whatever comes", "by what comes", "AWS's own bill", "3,000.00", "USD a month", "not read at AWS"} {
		if code != exitDone || !strings.Contains(out, want) {
			t.Errorf("got %d and\n%s\nwant %q in it", code, out, want)
		}
	}
	prices, err := cost.BuiltIn()
	if err != nil {
		t.Fatal(err)
	}
	for old, now := range map[string]time.Time{`"old":false`: time.Date(2026, 12, 1, 0, 0, 0, 0, time.UTC), `"old":true`: time.Date(2028, 1, 1, 0, 0, 0, 0, time.UTC)} {
		var printed bytes.Buffer
		if err := printCost(&printed, cost.Estimate{}, prices, true, now); err != nil || !strings.Contains(printed.String(), old) {
			t.Errorf("in %s: got %s, %v; want %s", now, printed.String(), err, old)
		}
	}
}

func TestGrouped(t *testing.T) {
	for n, want := range map[string]string{"0.00": "0.00", "999.50": "999.50", "1000": "1,000", "150000.25": "150,000.25", "12345678": "12,345,678"} {
		if got := grouped(n); got != want {
			t.Errorf("grouped(%s) is %s, want %s", n, got, want)
		}
	}
}

// TestCostOfAnOrganization holds that a hub costs the same whether its organization's id follows the flag or not.
func TestCostOfAnOrganization(t *testing.T) {
	costPolicy(t)
	bare, code := playCommand([]string{"cost", "--accounts", "3", "--organization"})
	if code != exitDone {
		t.Fatalf("got %d and %s", code, bare)
	}
	for _, args := range [][]string{{"--organization", "o-exampleorgid"}, {"--organization=o-exampleorgid"}} {
		if got, code := playCommand(append([]string{"cost", "--accounts", "3"}, args...)); code != exitDone || got != bare {
			t.Errorf("%v: got %d and\n%s\nwant\n%s", args, code, got, bare)
		}
	}
}

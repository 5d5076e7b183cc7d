package events

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/tagwarden/tagwarden/internal/finding"
)

var update = flag.Bool("update", false, "write the golden file anew")

// says is a finding on one line.
func says(f finding.Finding) string {
	line := f.Control + " " + f.Severity.String() + ": " + f.Resource.Type + " " + f.Resource.ARN
	for _, more := range [][2]string{{" moot: ", f.Moot}, {" forged: ", f.Forged}, {" pressed: ", f.Press.Name}} {
		if more[1] != "" {
			line += more[0] + more[1]
		}
	}
	if f.Right {
		line += " right"
	}
	if f.From != f.Resource.Account {
		line += " from " + f.From
	}
	return line
}

// TestReportSamples shows what the samples of the kinds that report findings of services say: the main resource first, what is beside it indented.
func TestReportSamples(t *testing.T) {
	var got strings.Builder
	for _, kind := range []Kind{GuardDuty(), SecurityHub(), SecurityHubAction(), SecurityHubV2()} {
		samples, err := filepath.Glob("../testdata/events/" + kind.ID + "_*.json")
		if err != nil || len(samples) == 0 {
			t.Errorf("%s has no samples: %v", kind.ID, err)
		}
		for _, path := range samples {
			data, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			findings, err := decodeAll(t, string(data))
			if err != nil {
				t.Errorf("%s: %v", path, err)
			}
			got.WriteString(filepath.Base(path) + "\n")
			for _, f := range findings {
				got.WriteString(map[bool]string{false: "  ", true: "    "}[f.Beside] + says(f) + "\n")
			}
		}
	}
	const golden = "testdata/reports.golden"
	if *update {
		if err := os.WriteFile(golden, []byte(got.String()), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil || got.String() != string(want) {
		t.Errorf("%v; got\n%s\nwant\n%s", err, got.String(), want)
	}
}

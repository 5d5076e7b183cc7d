package finding

import (
	"testing"
	"time"
)

// at is a version whose time is so many seconds after some start.
func at(source string, number int64, seconds int) Version {
	return Version{Source: source, Number: number, Time: time.Date(2026, 11, 23, 12, 0, seconds, 0, time.UTC)}
}

func TestVersionsAreComparedWithinTheirSource(t *testing.T) {
	for _, test := range []struct {
		name string
		v, w Version
		want bool
	}{
		{"older", at("config", 1, 0), at("config", 2, 0), true},
		{"the same", at("config", 2, 0), at("config", 2, 0), false},
		{"newer", at("config", 3, 0), at("config", 2, 0), false},
		{"the number decides within a source", at("config", 1, 1), at("config", 2, 0), true},
		{"and within the slack", at("config", 2, 0), at("config", 1, 1), false},
		{"unless numbers began anew", at("tags", 1, 86400), at("tags", 37, 0), false},
		{"and then the old ones are before", at("tags", 37, 0), at("tags", 1, 86400), true},
		{"of another source, without times", Version{Source: "tags", Number: 1}, Version{Source: "config", Number: 2}, false},
		{"of another source, long before", at("tags", 1, 0), at("config", 2, 60), true},
		{"of another source, long after", at("tags", 1, 60), at("config", 2, 0), false},
		{"of another source, within the slack", at("tags", 1, 0), at("config", 2, 2), false},
	} {
		if got := test.v.Before(test.w); got != test.want {
			t.Errorf("%s: got %v, want %v", test.name, got, test.want)
		}
	}
}

func TestSeverities(t *testing.T) {
	for s := Informational; s <= Critical; s++ {
		if got, err := ParseSeverity(s.String()); err != nil || got != s {
			t.Errorf("ParseSeverity(%q) = %v, %v", s.String(), got, err)
		}
	}
	for _, name := range []string{"", "HIGH", "urgent"} {
		if got, err := ParseSeverity(name); err == nil {
			t.Errorf("ParseSeverity(%q) = %v, want an error", name, got)
		}
	}
	if Severity(99).String() == "" || Unset.String() != "" {
		t.Error("an unknown severity has no name, or Unset has one")
	}
}

func TestResource(t *testing.T) {
	r := Resource{Type: "AWS::S3::Bucket", ID: "b", ARN: "arn:aws:s3:::b", Tags: map[string]string{"aws:cloudformation:stack-name": "net"}}
	if got := [...]string{r.Service(), r.Stack(), r.String()}; got != [...]string{"s3", "net", "arn:aws:s3:::b"} {
		t.Errorf("got %q", got)
	}
	bare := Resource{Type: "AWS::X::Y", ID: "1"}
	if got := [...]string{bare.Service(), bare.Stack(), bare.String()}; got != [...]string{"", "", "AWS::X::Y 1"} {
		t.Errorf("got %q", got)
	}
}

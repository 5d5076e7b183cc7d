package finding

import "testing"

func TestVersionsAreComparedWithinTheirSource(t *testing.T) {
	for _, test := range []struct {
		name string
		v, w Version
		want bool
	}{
		{"older", Version{"config", 1}, Version{"config", 2}, true},
		{"the same", Version{"config", 2}, Version{"config", 2}, false},
		{"newer", Version{"config", 3}, Version{"config", 2}, false},
		{"of another source", Version{"tags", 1}, Version{"config", 2}, false},
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

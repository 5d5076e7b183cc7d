package arn

import (
	"errors"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestParse(t *testing.T) {
	tests := map[string]ARN{
		"arn:aws:ec2:eu-west-1:111122223333:instance/i-0abc":                {"aws", "ec2", "eu-west-1", "111122223333", "instance/i-0abc"},
		"arn:aws:s3:::bucket":                                               {"aws", "s3", "", "", "bucket"},
		"arn:aws:s3:::bucket/key with space/ü":                              {"aws", "s3", "", "", "bucket/key with space/ü"},
		"arn:aws-us-gov:iam::111122223333:role/a/b":                         {"aws-us-gov", "iam", "", "111122223333", "role/a/b"},
		"arn:aws:iam::aws:policy/AdministratorAccess":                       {"aws", "iam", "", "aws", "policy/AdministratorAccess"},
		"arn:aws-cn:apigateway:cn-north-1::/restapis/a":                     {"aws-cn", "apigateway", "cn-north-1", "", "/restapis/a"},
		"arn:aws:lambda:eu-west-1:111122223333:function:f:1":                {"aws", "lambda", "eu-west-1", "111122223333", "function:f:1"},
		"arn:aws-tomorrow:unheard-of:xx-any-1:111122223333:thing::/::other": {"aws-tomorrow", "unheard-of", "xx-any-1", "111122223333", "thing::/::other"},
	}
	for text, want := range tests {
		t.Run(text, func(t *testing.T) {
			got, err := Parse(text)
			if err != nil || got != want {
				t.Errorf("Parse = %#v, %v, want %#v", got, err, want)
			}
			if got.String() != text {
				t.Errorf("String = %q, want %q", got.String(), text)
			}
		})
	}
}

func TestParseRefuses(t *testing.T) {
	tests := map[string]struct{ text, problem string }{
		"nothing":           {"", "is empty"},
		"no ARN":            {"i-0abc", "is not of six parts"},
		"five parts":        {"arn:aws:s3:::", "names no resource"},
		"four parts":        {"arn:aws:s3::", "is not of six parts"},
		"another beginning": {"urn:aws:s3:::bucket", "is not of six parts"},
		"no partition":      {"arn::s3:::bucket", `has the partition ""`},
		"odd partition":     {"arn:AWS:s3:::bucket", `has the partition "AWS"`},
		"no service":        {"arn:aws::::bucket", `has the service ""`},
		"odd region":        {"arn:aws:ec2:*:111122223333:instance/i-0", `has the region "*"`},
		"odd account":       {"arn:aws:ec2:eu-west-1:1111 2222:instance/i-0", `has the account "1111 2222"`},
		"line break":        {"arn:aws:s3:::bucket\n", "has control characters"},
		"not UTF-8":         {"arn:aws:s3:::\xff", "is not UTF-8"},
		"too long":          {"arn:aws:s3:::" + strings.Repeat("x", 2036), "has 2049 bytes"},
		"cut in a rune":     {"arn:aws:s3:::" + strings.Repeat("ü", 1100), "has 2213 bytes"},
		"cut continuation":  {strings.Repeat("\x80", 100), "is not UTF-8"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			got, err := Parse(tt.text)
			var wrong *Error
			if !errors.As(err, &wrong) || got != (ARN{}) {
				t.Fatalf("Parse = %v, %v, want an *Error", got, err)
			}
			if !strings.HasPrefix(wrong.Problem, tt.problem) || wrong.Way == "" || len(wrong.Text) > shown+len("…") {
				t.Errorf("error = %#v, want the problem %q, a way out, and a short text", wrong, tt.problem)
			}
			if strings.Contains(err.Error(), "\n") || !utf8.ValidString(err.Error()) {
				t.Errorf("error %q is not one line", err)
			}
		})
	}
	if _, err := Parse("arn:aws:s3:::" + strings.Repeat("x", 2035)); err != nil {
		t.Errorf("an ARN of 2,048 bytes is refused: %v", err)
	}
}

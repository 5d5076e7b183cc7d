package tag

import (
	"reflect"
	"strconv"
	"strings"
	"testing"
)

// many gives n tags.
func many(n int) map[string]string {
	tags := map[string]string{}
	for i := range n {
		tags["k"+strconv.Itoa(i)] = ""
	}
	return tags
}

func TestValidateSet(t *testing.T) {
	one := func(key, value string) map[string]string { return map[string]string{key: value} }
	with := func(tags map[string]string, key string) map[string]string { tags[key] = ""; return tags }
	tests := []struct {
		name string
		typ  string
		tags map[string]string
		want []string // details
	}{
		{"nothing", "AWS::S3::Bucket", nil, nil},
		{"empty value", "AWS::S3::Bucket", one("a", ""), nil},
		{"every common character", "AWS::S3::Bucket", one("aZ9 _.:/=+-@é漢", "aZ9 _.:/=+-@é漢"), nil},
		{"key of 128 code points", "AWS::S3::Bucket", one(strings.Repeat("é", 128), ""), nil},
		{
			"key of 129 code points", "AWS::SQS::Queue", one(strings.Repeat("k", 129), ""),
			[]string{`The key "` + strings.Repeat("k", 129) + `" has 129 characters; at most 128 are allowed.`},
		},
		{"value of 256 beyond the BMP", "AWS::S3::Bucket", one("a", strings.Repeat("𝒜", 256)), nil},
		{"value of 257", "AWS::S3::Bucket", one("a", strings.Repeat("é", 257)), []string{`The value of "a" has 257 characters; at most 256 are allowed.`}},
		{"empty key", "AWS::S3::Bucket", one("", ""), []string{`The key "" is empty.`}},
		{"exclamation mark", "AWS::S3::Bucket", one("a!", "b"), []string{`The key "a!" holds '!', which is not allowed.`}},
		{"newline in value", "AWS::S3::Bucket", one("a", "b\n"), []string{`The value of "a" holds '\n', which is not allowed.`}},
		{"invalid UTF-8", "AWS::EC2::Instance", one("a", "\xff"), []string{`The value of "a" is not valid UTF-8.`}},
		{"aws: in any letter case is not looked at", "AWS::S3::Bucket", one("AwS:!", "!"), nil},
		{"50 tags and AWS's", "AWS::S3::Bucket", with(many(50), "aws:a"), nil},
		{"51 tags", "AWS::S3::Bucket", many(51), []string{"The resource has 51 tags; at most 50 are allowed."}},
		{"11 tags on an object", "AWS::S3::Object", many(11), []string{"The resource has 11 tags; at most 10 are allowed."}},
		{"EC2 takes any character", "AWS::EC2::Volume", one("a!", "b\n"), nil},
		{"RDS takes no empty value", "AWS::RDS::DBInstance", one("a", ""), []string{`The value of "a" is empty, which the service does not take.`}},
		{"RDS keeps rds:", "AWS::RDS::DBCluster", one("RDS:a", "b"), []string{`The key "RDS:a" begins with rds:, which the service keeps for itself.`}},
		{"CloudTrail takes no empty value", "AWS::CloudTrail::Trail", one("a", ""), []string{`The value of "a" is empty, which the service does not take.`}},
		{"DynamoDB takes no @", "AWS::DynamoDB::Table", one("a", "b@c"), []string{`The value of "a" holds '@', which is not allowed.`}},
		{
			"WorkSpaces key of 128", "AWS::WorkSpaces::Workspace", one(strings.Repeat("é", 128), ""),
			[]string{`The key "` + strings.Repeat("é", 128) + `" has 128 characters; at most 127 are allowed.`},
		},
		{"Logs value of 256", "AWS::Logs::LogGroup", one("a", strings.Repeat("v", 256)), []string{`The value of "a" has 256 characters; at most 255 are allowed.`}},
		{
			"GuardDuty takes digits, and no space in keys", "AWS::GuardDuty::Detector",
			map[string]string{"a9": " @", "b c": ""},
			[]string{`The key "b c" holds ' ', which is not allowed.`},
		},
		{"GuardDuty takes letters and what stands from + to = in keys", "AWS::GuardDuty::Detector", one("azAZ+,-./09:;<=_", ""), nil},
		{"Firehose takes %", "AWS::KinesisFirehose::DeliveryStream", one("%", "%"), nil},
		{
			"keys of roles ignore letter case", "AWS::IAM::Role",
			map[string]string{"a": "1", "A": "2"},
			[]string{`The keys "A" and "a" are one key: letter case is ignored here.`},
		},
		{
			"and of AWS's own nothing is said", "AWS::IAM::User",
			map[string]string{"a": "1", "A": "2", "AWS:x": "", "aws:x": ""},
			[]string{`The keys "A" and "a" are one key: letter case is ignored here.`},
		},
		{"keys of policies do not", "AWS::IAM::Policy", map[string]string{"a": "1", "A": "2"}, nil},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var got []string
			for _, v := range ValidateSet(test.typ, test.tags) {
				if v.Problem != Limit || v.Fixable {
					t.Errorf("got %+v, want a limit that is not fixable", v)
				}
				got = append(got, v.Detail)
			}
			if !reflect.DeepEqual(got, test.want) {
				t.Errorf("got  %q\nwant %q", got, test.want)
			}
		})
	}
}

func TestReserved(t *testing.T) {
	for key, want := range map[string]bool{"aws:a": true, "AWS:": true, "aWs:x": true, "aws": false, "awsx:": false, "": false, "xaws:": false} {
		if got := Reserved(key); got != want {
			t.Errorf("Reserved(%q) = %v, want %v", key, got, want)
		}
	}
}

// TestGuardDutyKey holds where the ranges of GuardDuty's class of characters end.
func TestGuardDutyKey(t *testing.T) {
	for _, r := range "azAZ+=_" {
		if !guardDutyKey(r) {
			t.Errorf("%q is refused", r)
		}
	}
	for _, r := range "`{@[*>^ é" {
		if guardDutyKey(r) {
			t.Errorf("%q is taken", r)
		}
	}
}

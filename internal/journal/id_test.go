package journal

import (
	"regexp"
	"testing"

	"github.com/tagwarden/tagwarden/internal/finding"
)

func TestNewID(t *testing.T) {
	k := Key{Account: "111122223333", Region: "eu-west-1", Resource: "arn:aws:s3:::a", Setting: "tags"}
	id := NewID(k, "event", "tags")
	if !regexp.MustCompile(`^tw-[a-z2-7]{20}$`).MatchString(id) {
		t.Errorf("id %q has another shape", id)
	}
	if again := NewID(k, "event", "tags"); again != id {
		t.Errorf("got %s and %s for one event", id, again)
	}
	other := k
	other.Resource = "arn:aws:s3:::b"
	seen := map[string]string{id: "the first"}
	for name, got := range map[string]string{
		"another event":    NewID(k, "event2", "tags"),
		"another remedy":   NewID(k, "event", "tags2"),
		"another resource": NewID(other, "event", "tags"),
		"shifted fields":   NewID(k, "eventtags", ""),
	} {
		if was, ok := seen[got]; ok {
			t.Errorf("%s has the id of %s: %s", name, was, got)
		}
		seen[got] = name
	}
}

func TestKeyString(t *testing.T) {
	a := Key{Account: "1", Region: "r", Setting: "tags", Resource: "x/y"}
	if got, want := a.String(), "1/r/tags/x/y"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestKeyOfHasOneSpelling(t *testing.T) {
	for _, test := range []struct{ name, typ, one, other string }{
		{"a log group", "AWS::Logs::LogGroup", "arn:aws:logs:eu-west-1:111122223333:log-group:/x:*", "arn:aws:logs:eu-west-1:111122223333:log-group:/x"},
		{"an address", "AWS::EC2::EIP", "arn:aws:ec2:eu-west-1:111122223333:eip-allocation/eipalloc-1", "arn:aws:ec2:eu-west-1:111122223333:elastic-ip/eipalloc-1"},
		{"a role, whose path GuardDuty does not tell", "AWS::IAM::Role", "arn:aws:iam::111122223333:role/service-role/web", "arn:aws:iam::111122223333:role/web"},
		{"a snapshot, whose account AWS Config does not leave out", "AWS::EC2::Snapshot", "arn:aws:ec2:eu-west-1:111122223333:snapshot/snap-1", "arn:aws:ec2:eu-west-1::snapshot/snap-1"},
	} {
		r := finding.Resource{Partition: "aws", Account: "111122223333", Region: "eu-west-1", Type: test.typ, ARN: test.one}
		one := KeyOf(r, "tags")
		r.ARN = test.other
		if other := KeyOf(r, "tags"); one != other {
			t.Errorf("%s: %v and %v", test.name, one, other)
		}
	}
	unknown := finding.Resource{Account: "111122223333", Region: "eu-west-1", ARN: "arn:aws:brandnew:::x"}
	if got := KeyOf(unknown, "tags"); got != (Key{Account: "111122223333", Region: "eu-west-1", Resource: "arn:aws:brandnew:::x", Setting: "tags"}) {
		t.Errorf("an unknown type: %v", got)
	}
}

// TestKeyOfAnAccount holds that what an account has once has one key, whichever region reports it, and what it has in each region has one a region.
func TestKeyOfAnAccount(t *testing.T) {
	for setting, one := range map[string]bool{"iam:password-policy": true, "s3:account-public-access-block": true, "ec2:ebs-encryption-by-default": false} {
		account := finding.Resource{Partition: "aws", Account: "111122223333", Region: "eu-west-1", Type: "AWS::::Account", ID: "111122223333", ARN: "arn:aws:iam::111122223333:root"}
		here := KeyOf(account, setting)
		account.Region = "us-east-1"
		if there := KeyOf(account, setting); (here == there) != one {
			t.Errorf("%s: %v and %v", setting, here, there)
		}
	}
}

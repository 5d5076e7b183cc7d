package rights

import (
	"maps"
	"slices"
	"testing"

	"github.com/tagwarden/tagwarden/internal/remedy"
)

func TestDiff(t *testing.T) {
	all := []remedy.Remedy{
		{ID: "s3-ssl-only", Writes: []remedy.Grant{{Action: "s3:PutBucketPolicy", On: "${ARN}"}}, Reads: []remedy.Grant{{Action: "s3:GetBucketPolicy", On: "${ARN}"}}},
		{ID: "s3-other", Writes: []remedy.Grant{{Action: "s3:PutBucketPolicy", On: "${ARN}", When: map[string][]string{"aws:x": {"y"}}}}},
		{ID: "tags", Writes: []remedy.Grant{{Action: "ec2:CreateTags", On: "${ARN}"}}},
	}
	when := map[string]map[string][]string{"StringEquals": {"aws:x": {"y"}}}
	may := func(effect string, condition map[string]map[string][]string, action string, resources ...string) Statement {
		return Statement{Effect: effect, Action: []string{action}, Resource: resources, Condition: condition}
	}
	role := func(name string, remedies []string, statements ...Statement) []Held {
		return []Held{{name, remedies, Document{version, statements}}}
	}
	put := may("Allow", nil, "s3:PutBucketPolicy", "arn:aws:s3:::a", "arn:aws:s3:::b")
	for _, test := range []struct {
		name    string
		was, is []Held
		want    []string
	}{
		{"the same", role("s3", []string{"s3-ssl-only"}, put), role("s3", []string{"s3-ssl-only"}, put), nil},
		{
			"a remedy left", role("s3", []string{"s3-other", "s3-ssl-only"}, put, may("Allow", when, "s3:PutBucketPolicy", "*")), role("s3", []string{"s3-other"}, may("Allow", when, "s3:PutBucketPolicy", "*")),
			[]string{"role s3: may no longer s3:PutBucketPolicy on arn:aws:s3:::a, arn:aws:s3:::b: no rule may fix or propose with s3-ssl-only any more"},
		},
		{"a role came", nil, role("s3", []string{"s3-ssl-only"}, put), []string{"role s3: may now s3:PutBucketPolicy on arn:aws:s3:::a, arn:aws:s3:::b: a rule may now fix or propose with s3-ssl-only"}},
		{"a role left, and nobody knows what for", role("s3", nil, put), nil, []string{"role s3: may no longer s3:PutBucketPolicy on arn:aws:s3:::a, arn:aws:s3:::b"}},
		{
			"fewer types", role("ec2", []string{"tags"}, may("Allow", nil, "ec2:CreateTags", "a", "b")), role("ec2", []string{"tags"}, may("Allow", nil, "ec2:CreateTags", "b")),
			[]string{"role ec2: may no longer ec2:CreateTags on a: tags now work on fewer types of resources, or with fewer parameters"},
		},
		{
			"a wildcard took the place of a list: only what it adds is gained", role("s3", nil, put), role("s3", nil, may("Allow", nil, "s3:Put*", "arn:aws:s3:::*")),
			[]string{"role s3: may now s3:Put* on arn:aws:s3:::*"},
		},
		{"a condition came", role("x", nil, may("Allow", nil, "a:B", "*")), role("x", nil, may("Allow", when, "a:B", "*")), []string{"role x: may no longer a:B on *"}},
		{"a condition left", role("x", nil, may("Allow", when, "a:B", "*")), role("x", nil, may("Allow", nil, "a:B", "*")), []string{"role x: may now a:B on *"}},
		{"a condition is said", nil, role("x", nil, may("Allow", when, "a:B", "*")), []string{"role x: may now a:B on *, where aws:x StringEquals y"}},
		{
			"what is denied", role("x", nil, may("Deny", nil, "a:B", "*")), role("x", nil, may("Deny", nil, "a:C", "*"), may("Allow", nil, "a:B", "*")),
			[]string{"role x: is no longer denied a:B on *", "role x: may now a:B on *", "role x: is now denied a:C on *"},
		},
		{"many resources", nil, role("x", nil, may("Allow", nil, "a:B", "5", "4", "3", "2", "1")), []string{"role x: may now a:B on 1, 2, 3 and 2 more"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			var got []string
			for _, d := range Diff(test.was, test.is, all) {
				got = append(got, d.String())
			}
			if !slices.Equal(got, test.want) {
				t.Errorf("got\n%q, want\n%q", got, test.want)
			}
		})
	}
}

func TestWild(t *testing.T) {
	for _, test := range []struct {
		glob, text string
		want       bool
	}{
		{"*", "", true},
		{"a", "a", true},
		{"a", "ab", false},
		{"a*", "a*", true},
		{"a*", "b", false},
		{"a*c", "abc", true},
		{"a*c", "ac", true},
		{"a*c", "acb", false},
		{"a*b*c", "axbxc", true},
		{"a*b*c", "axc", false},
		{"ab*b", "ab", false},
		{"a*b", "a*", false},
		{"*:b", "a:*", false},
	} {
		if got := wild(test.glob, test.text); got != test.want {
			t.Errorf("%q holds %q: got %v", test.glob, test.text, got)
		}
	}
}

// TestMoves holds which roles come and go: one that may do nothing is none.
func TestMoves(t *testing.T) {
	may := Document{version, []Statement{{Effect: "Allow", Action: []string{"a:B"}, Resource: []string{"*"}}}}
	was := []Held{{"gone", nil, may}, {"emptied", nil, may}, {"stays", nil, may}, {"never", nil, Document{}}}
	is := []Held{{"emptied", nil, Document{}}, {"stays", nil, may}, {"new", nil, may}}
	if got, want := Moves(was, is), map[string]string{"gone": "goes", "emptied": "goes", "new": "comes"}; !maps.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

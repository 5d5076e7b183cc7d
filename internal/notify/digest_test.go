package notify

import (
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/tagwarden/tagwarden/internal/finding"
	"github.com/tagwarden/tagwarden/internal/journal"
)

func digestOf(entries ...journal.Entry) DigestOf {
	until := time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC)
	return DigestOf{Owner: "web-team", Since: until.AddDate(0, 0, -1), Until: until, Entries: entries, Totals: map[string]int{"told": 3, "fixed": 12, "observed": 3}, Policy: "3f2a91c0"}
}

// gatheredAs makes an entry one of a digest.
func gatheredAs(id, severity string, days int) journal.Entry {
	return with(is(journal.Told), func(e *journal.Entry) {
		e.ID, e.Severity, e.Since, e.Gathered, e.Mode = id, severity, e.Since.AddDate(0, 0, -days), true, "notify"
	})
}

// TestDigestGolden holds a whole digest.
func TestDigestGolden(t *testing.T) {
	bucket := gatheredAs("tw-2", "high", 3)
	bucket.Resource = finding.Resource{Account: "444455556666", Region: "us-east-1", Type: "AWS::S3::Bucket", ID: "site", ARN: "arn:aws:s3:::site"}
	bucket.Key.Setting, bucket.Rule, bucket.State = "s3:public-access-block", "public bucket", journal.Observed
	list := Digest(digestOf(gatheredAs("tw-3", "low", 1), bucket, gatheredAs("tw-4", "", 9), gatheredAs("tw-1", "low", 5), with(is(journal.Compliant), says("x"))))
	if len(list) != 1 {
		t.Fatalf("got %d messages", len(list))
	}
	check(t, list[0])
	golden(t, "digest", show(t, list[0]))
}

// TestDigestIsDeterministic holds that the order of entries changes nothing, and nothing is changed of what was given.
func TestDigestIsDeterministic(t *testing.T) {
	entries := []journal.Entry{gatheredAs("tw-1", "low", 1), gatheredAs("tw-2", "low", 1), gatheredAs("tw-3", "critical", 0)}
	first := digestOf(entries...)
	second := digestOf(entries[2], entries[0], entries[1])
	if a, b := Digest(first), Digest(second); !reflect.DeepEqual(a, b) {
		t.Errorf("got %+v and %+v", a, b)
	}
	if entries[0].ID != "tw-1" || second.Entries[0].ID != "tw-3" {
		t.Error("the entries were sorted in place")
	}
}

// TestDigestKeepsLimits holds that what does not fit is counted, and that as many are shown as fit.
func TestDigestKeepsLimits(t *testing.T) {
	odd := strings.Repeat("é\xff\x00\u202e\"", 500)
	for name, change := range map[string]func(*journal.Entry){
		"plain": func(*journal.Entry) {},
		"odd": func(e *journal.Entry) {
			e.ID, e.Rule, e.Severity, e.Resource.Name, e.Resource.Type, e.Resource.Account, e.Resource.ARN = odd, odd, odd, odd, odd, odd, odd
		},
	} {
		for _, n := range []int{0, 1, 100, 3000} {
			d := digestOf()
			d.Topic = "arn:aws:sns:eu-west-1:111122223333:data"
			for i := range n {
				e := gatheredAs(fmt.Sprintf("tw-%04d", i), "low", 0)
				change(&e)
				d.Entries = append(d.Entries, e)
			}
			list := Digest(d)
			if len(list) != 1 || list[0].Topic != d.Topic {
				t.Fatalf("%s, %d: got %d messages", name, n, len(list))
			}
			m := list[0]
			check(t, m)
			shown, more := strings.Count(m.Email, "\n- "), 0
			if _, rest, found := strings.Cut(m.Email, "\nand "); found {
				if _, err := fmt.Sscanf(rest, "%d more: tagwarden journal --since 2026-03-01", &more); err != nil {
					t.Fatal(err)
				}
			}
			if shown+more != n {
				t.Errorf("%s, %d: %d are shown and %d more", name, n, shown, more)
			}
			if room := maxEmail - len(m.Email); more > 0 && room > len(m.Email)/shown+50 {
				t.Errorf("%s, %d: %d are shown, and there is room of %d bytes", name, n, shown, room)
			}
			var doc digest
			if err := json.Unmarshal([]byte(m.JSON), &doc); err != nil {
				t.Fatal(err)
			}
			if len(doc.Entries)+doc.More != n || !maps.Equal(doc.Totals, d.Totals) || slices.Contains(doc.Cut, "entries") != (doc.More > 0 || name == "odd" && n > 0) {
				t.Errorf("%s, %d: the document has %d entries and %d more, cut %v", name, n, len(doc.Entries), doc.More, doc.Cut)
			}
		}
	}
}

// TestAnEmptyDigestIsNone holds that nobody is sent nothing.
func TestAnEmptyDigestIsNone(t *testing.T) {
	if got := Digest(DigestOf{Owner: "web-team"}); got != nil {
		t.Errorf("got %v", got)
	}
}

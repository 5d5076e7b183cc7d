package act

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/tagwarden/tagwarden/internal/finding"
	"github.com/tagwarden/tagwarden/internal/journal"
	"github.com/tagwarden/tagwarden/internal/remedy"
)

// ownTags are the tags of a resource whose setting does not show them.
type ownTags struct {
	tags  map[string]string
	err   error
	reads int
}

// reader is a remedy that reads them; it is never asked to write.
func (o *ownTags) reader() remedy.Remedy {
	read := func(_ context.Context, _ aws.Config, r finding.Resource) (map[string]string, error) {
		o.reads++
		if r.Tags == nil {
			return nil, errors.New("nothing says that the resource exists")
		}
		return o.tags, o.err
	}
	return remedy.Remedy{ID: "tags", Setting: "tags", Show: show, Lens: remedy.Erase(remedy.Setting[map[string]string]{Read: read})}
}

// TestWhoseCodeMadeIt holds that a resource whose tags no event showed is changed only when its tags say that no stack made it.
func TestWhoseCodeMadeIt(t *testing.T) {
	stack := map[string]string{"aws:cloudformation:stack-name": "site", "aws:cloudformation:logical-id": "Bucket"}
	tests := []struct {
		name   string
		iac    string
		own    ownTags
		change func(*journal.Entry)
		want   journal.State
		reason string // a part of it
		reads  int    // of the tags
	}{
		{"nobody's", "", ownTags{tags: map[string]string{"Owner": "web"}}, nil, journal.Fixed, "", 2}, // before the write, and when it is verified
		{"without tags", "", ownTags{}, nil, journal.Fixed, "", 2},
		{"a stack's", "", ownTags{tags: stack}, nil, journal.Told, "the CloudFormation stack site", 1},
		{"a stack's, and the rule fixes it all the same", ", iac: fix", ownTags{tags: stack}, nil, journal.Fixed, "", 0},
		{"a stack's, and it is about a threat", "", ownTags{tags: stack}, threat("f1"), journal.Fixed, "", 0},
		{"a stack's, and a button was pressed", "", ownTags{tags: stack}, press("Fix all"), journal.Fixed, "", 0},
		{"the event showed that there are none", "", ownTags{tags: stack}, func(e *journal.Entry) { e.Resource.Tags = map[string]string{} }, journal.Fixed, "", 0},
		{"its tags cannot be read", "", ownTags{err: &remedy.RefusedError{Why: "The role may not."}}, nil, journal.Refused, "The role may not.", 1},
		{"it is gone", "", ownTags{err: remedy.ErrGone}, func(e *journal.Entry) { e.Since = clock.Add(-time.Hour) }, journal.Gone, "", 1},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			w := newBucketWorld(t, "fix", remedy.Exact)
			w.own = test.own
			text := strings.Replace(fmt.Sprintf(bucketPolicy, "fix"), "do: [block]", "do: [block]"+test.iac, 1)
			w.actor.Policy = parseBucket(t, text, remedy.Exact)
			change := test.change
			if change == nil {
				change = func(*journal.Entry) {}
			}
			e := w.report(t, "e1", change)
			if err := w.act(e, false); err != nil {
				t.Fatal(err)
			}
			if e = w.entry(t, e.ID); e.State != test.want || !strings.Contains(e.Reason+e.Err, test.reason) || w.own.reads != test.reads {
				t.Errorf("got %s after %d reads of the tags (%s %s), want %s after %d", e.State, w.own.reads, e.Reason, e.Err, test.want, test.reads)
			}
		})
	}
	t.Run("they cannot be read for now", func(t *testing.T) {
		w := newBucketWorld(t, "fix", remedy.Exact)
		w.own.err = errors.New("throttled")
		e := w.report(t, "e1")
		if err := w.act(e, false); err == nil {
			t.Error("got no error, want it delivered again")
		}
		if e = w.entry(t, e.ID); e.State != journal.Open || w.writes != 0 {
			t.Errorf("got %s after %d writes, want it open and untouched", e.State, w.writes)
		}
	})
}

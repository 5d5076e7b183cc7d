package remedy_test

import (
	"context"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/tagwarden/tagwarden/internal/finding"
	"github.com/tagwarden/tagwarden/internal/remedy"
)

// TestTagReader holds that who reads tags may read them and nothing else, and that the remedy itself stays as it is.
func TestTagReader(t *testing.T) {
	lists := remedy.Grant{Action: "sqs:ListQueueTags", On: "${ARN}"}
	all := []remedy.Remedy{{ID: "block"}, {
		ID: "tags", Writes: []remedy.Grant{{Action: "sqs:TagQueue"}}, Reads: []remedy.Grant{{Action: "organizations:ListTagsForResource", For: "account"}, lists},
		Show: func(_ remedy.State, r finding.Resource) (finding.Resource, error) { return r, nil },
		Facts: func(context.Context, aws.Config, finding.Resource, remedy.FactsWanted) (remedy.Facts, error) {
			return remedy.Facts{}, nil
		},
	}}
	got, ok := remedy.TagReader(all)
	if !ok || got.ID != "tags" || got.Writes != nil || got.Facts != nil || len(got.Reads) != 1 || got.Reads[0].Action != lists.Action {
		t.Errorf("got %+v, %v, want tags with %s alone", got, ok, lists.Action)
	}
	if whole := all[1]; len(whole.Writes) != 1 || len(whole.Reads) != 2 || whole.Reads[1].Action != lists.Action || whole.Facts == nil {
		t.Errorf("the remedy became %+v", whole)
	}
	if got, ok := remedy.TagReader(all[:1]); ok {
		t.Errorf("got %+v of remedies that show nothing", got)
	}
}

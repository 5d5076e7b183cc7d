package local

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/tagwarden/tagwarden/internal/awsdynamodb"
	"github.com/tagwarden/tagwarden/internal/deployed"
	"github.com/tagwarden/tagwarden/internal/finding"
	"github.com/tagwarden/tagwarden/internal/journal"
	"github.com/tagwarden/tagwarden/internal/remedies"
	"github.com/tagwarden/tagwarden/internal/remedy"
	"github.com/tagwarden/tagwarden/internal/report"
)

// The ways of an event to its queue.
const (
	Bus    = "bus"    // PutEvents on the emulator
	Router = "router" // from the rule as deployed to its targets, by us
	Nobody = "none"   // no rule selects it
)

// A Sent is what became of an event.
type Sent struct {
	Place   string // file
	Kind    string
	By      string
	Rules   []string // names of the rules that select it, as deployed
	Results []report.Result
	source  *source
}

// prove says what became of each event, and asks the resource itself whether it is as the journal says.
func (s *stage) prove(ctx context.Context) error {
	entries, err := s.kept().Recent(ctx, time.Time{}, math.MaxInt32)
	if err != nil {
		return err
	}
	told, err := s.mail(ctx)
	if err != nil {
		return err
	}
	var summary report.Summary
	lost, err := s.lost(ctx, &summary)
	if err != nil {
		return err
	}
	if summary.Lost > 0 {
		s.fault("%d messages were not worked off, or lie in dead-letter queues", summary.Lost)
	}
	for i := range s.found.Sent {
		sent := &s.found.Sent[i]
		if sent.By == Nobody && s.options.Fixed {
			s.fault("%s: no rule selects it", sent.Place)
			continue
		}
		sent.Results = s.resultsOf(*sent.source, answers{entries: entries, told: told}, lost)
		for _, r := range sent.Results {
			s.judge(ctx, *sent, r, entries)
		}
	}
	return nil
}

func (s *stage) kept() *awsdynamodb.Journal {
	return awsdynamodb.New(dynamodb.NewFromConfig(config(s.emulator.endpoint, Region)), s.table, awsdynamodb.Options{})
}

func (s *stage) fault(format string, args ...any) {
	s.found.Problems = append(s.found.Problems, fmt.Sprintf(format, args...))
}

// judge names what is wrong about one result.
func (s *stage) judge(ctx context.Context, sent Sent, r report.Result, entries []journal.Entry) {
	i := slices.IndexFunc(entries, func(e journal.Entry) bool { return e.ID == r.Entry })
	switch {
	case r.Outcome == "failed":
		s.fault("%s: it failed: %s", sent.Place, r.Reason)
	case !s.options.Fixed && r.Outcome != "fixed":
	case r.Outcome != "fixed":
		s.fault("%s: it is %s and not fixed: %s %s", sent.Place, r.Outcome, r.Reason, r.Error)
	case r.Message == "":
		s.fault("%s: nobody was told that it was fixed", sent.Place)
	case i < 0:
		s.fault("%s: the journal has no entry of it", sent.Place)
	default:
		if err := s.holds(ctx, entries[i]); err != nil {
			s.fault("%s: the resource is not as the journal says: %v", sent.Place, err)
		}
	}
}

// holds reads the resource anew, past all functions, and holds it against what the journal says was changed.
func (s *stage) holds(ctx context.Context, e journal.Entry) error {
	if e.Change.Empty() {
		return errors.New("the entry holds no change")
	}
	i := slices.IndexFunc(remedies.All, func(r remedy.Remedy) bool { return r.ID == e.Remedy })
	if i < 0 {
		return fmt.Errorf("there is no remedy %s", e.Remedy)
	}
	r, on := remedies.All[i], e.Resource
	if r.About != nil {
		var err error
		if on, err = r.About(on, remedy.Params{}); err != nil {
			return err
		}
	}
	state, err := r.Lens.Read(ctx, config(s.front.Address, on.Region), on)
	if err != nil {
		return err
	}
	stale, err := e.Change.Reverse().Stale(state)
	if err == nil && len(stale) > 0 {
		err = fmt.Errorf("%s is %s and not %s", stale[0].Path, stale[0].After, stale[0].Before)
	}
	return err
}

// An Update is what was seen of the update from the last release.
type Update struct {
	From   string
	Made   deployed.Comparison
	Frozen []string // logical ids of what the emulator cannot update
	New    []string // logical ids of what the update brings
	Drain  []string // queues that the update removes, whose messages are to be taken off before
	Kept   int      // entries that were in the journal before, and are after it
}

// updated deploys the last release, writes an entry into its journal, updates, and reads the entry again.
func updated(ctx context.Context, cloud *deployed.Cloud, cfg aws.Config, o StageOptions) (u Update, err error) {
	u.From = o.Released
	before, err := deployed.Read(o.Released)
	if err != nil {
		return u, err
	}
	after, err := deployed.Read(o.Template)
	if err != nil {
		return u, err
	}
	if err := cloud.Create(ctx, before, nil); err != nil {
		return u, err
	}
	table, err := before.Table()
	if err != nil {
		return u, err
	}
	entry, err := awsdynamodb.New(dynamodb.NewFromConfig(cfg), table, awsdynamodb.Options{}).Begin(ctx, remembered(cloud.Place), time.Now())
	if err != nil {
		return u, fmt.Errorf("write into the journal of the last release: %w", err)
	}
	if err := cloud.Update(ctx, after, nil); err != nil {
		return u, err
	}
	u.Frozen, u.New = cloud.Frozen(before), deployed.New(before, after)
	if u.Made, err = cloud.Compare(ctx, u.Frozen...); err != nil {
		return u, err
	}
	loss := deployed.LossOf(before, after)
	u.Made.Differences, u.Drain = append(u.Made.Differences, loss.Faults...), loss.Drain
	if table, err = after.Table(); err != nil {
		return u, err
	}
	again, err := awsdynamodb.New(dynamodb.NewFromConfig(cfg), table, awsdynamodb.Options{}).Get(ctx, entry.Entry.ID)
	if err != nil || again.Key != entry.Entry.Key {
		return u, fmt.Errorf("the entry %s that was in the journal before the update is not there after it: %w", entry.Entry.ID, err)
	}
	u.Kept = 1
	return u, nil
}

// remembered is an entry as the last release leaves it.
func remembered(p deployed.Place) journal.Entry {
	r := finding.Resource{
		Partition: p.Partition, Account: p.Account, Region: p.Region, Type: "AWS::SQS::Queue", ID: "orders",
		ARN: strings.Join([]string{"arn", p.Partition, "sqs", p.Region, p.Account, "orders"}, ":"),
	}
	return journal.Entry{
		ID: "tw-before-the-update", State: journal.Open, Key: journal.KeyOf(r, "tags"), Event: "7bf73129-1428-4cd3-a780-000000000001", Kind: "tags", Control: "tags",
		Rule: "tags", Remedy: "tags", Mode: "fix", Resource: r, Since: time.Now(), Updated: time.Now(), Reason: "Written before the update.",
	}
}

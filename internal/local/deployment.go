package local

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/sns"

	"github.com/tagwarden/tagwarden/internal/act"
	"github.com/tagwarden/tagwarden/internal/awsdynamodb"
	"github.com/tagwarden/tagwarden/internal/awssecurityhub"
	"github.com/tagwarden/tagwarden/internal/awssns"
	"github.com/tagwarden/tagwarden/internal/awssts"
	"github.com/tagwarden/tagwarden/internal/emulator"
	"github.com/tagwarden/tagwarden/internal/finding"
	"github.com/tagwarden/tagwarden/internal/handover"
	"github.com/tagwarden/tagwarden/internal/journal"
	"github.com/tagwarden/tagwarden/internal/meter"
	"github.com/tagwarden/tagwarden/internal/policy"
	"github.com/tagwarden/tagwarden/internal/remedies"
	"github.com/tagwarden/tagwarden/internal/wiring"
)

// A Deployment is a deployment on an emulator that was kept.
type Deployment struct{ endpoint string }

// Open gives the deployment on the emulator at an endpoint, "http://127.0.0.1:PORT".
func Open(endpoint string) Deployment { return Deployment{endpoint} }

func (d Deployment) journal(endpoint string, keep time.Duration) *awsdynamodb.Journal {
	return awsdynamodb.New(dynamodb.NewFromConfig(config(endpoint, Region)), names.Table(), awsdynamodb.Options{Keep: keep})
}

// Entries are all entries of the journal, newest first, with what was reported since their last revision: that may be of those which have not ended.
func (d Deployment) Entries(ctx context.Context) ([]journal.Entry, error) {
	kept := d.journal(d.endpoint, 0)
	entries, err := kept.Recent(ctx, time.Time{}, math.MaxInt32)
	for i := range entries {
		if err == nil && !entries[i].State.Final() {
			entries[i], err = kept.Get(ctx, entries[i].ID)
		}
	}
	return entries, err
}

// ErrBusy says that another change of the same setting is on its way.
var ErrBusy = errors.New("another change of this resource is on its way: try again when it is answered")

// Undo takes an entry's change back under the name of who asks for it, and gives the entry of the undo as it ended. An entry that the journal does not know is
// journal.ErrUnknown; one that cannot be taken back whatever the resource is like, a *remedy.RefusedError: then no undo was begun.
func (d Deployment) Undo(ctx context.Context, id, by string, p *policy.Policy) (journal.Entry, error) {
	f, err := emulator.New(d.endpoint, nil)
	if err != nil {
		return journal.Entry{}, err
	}
	defer f.Close()
	entries := d.journal(f.Address, p.Journal().Keep)
	original, err := entries.Get(ctx, id)
	if err != nil {
		return journal.Entry{}, err
	}
	actor := d.actor(f.Address, entries, p)
	if err := actor.Undoable(original); err != nil {
		return journal.Entry{}, err
	}
	now := time.Now()
	begun, err := entries.Begin(ctx, journal.Undo(original, by, fmt.Sprintf("undo-%d", now.UnixNano())), now)
	if err != nil {
		return journal.Entry{}, err
	}
	if begun.Kind != journal.Started {
		return journal.Entry{}, ErrBusy
	}
	undo := begun.Entry
	h := handover.Handover{
		Entry: undo.ID, Revision: undo.Revision, Account: undo.Key.Account, Region: undo.Key.Region, Service: undo.Resource.Service(), EventTime: now, Source: "operator",
	}
	if err := carryOut(ctx, actor, h); err != nil {
		return journal.Entry{}, err
	}
	return entries.Get(ctx, undo.ID)
}

// carryOut plays the hand-over queue: it delivers until act has an outcome.
func carryOut(ctx context.Context, a *act.Actor, h handover.Handover) error {
	for receives := 1; ; receives++ {
		last := receives == wiring.MaxReceives
		err := a.Act(ctx, ctx, act.Delivery{Handover: h, Holder: h.Entry, Last: last})
		if err == nil || last || ctx.Err() != nil {
			return err
		}
		sleep(ctx, retry*time.Second)
	}
}

func (d Deployment) actor(endpoint string, entries *awsdynamodb.Journal, p *policy.Policy) *act.Actor {
	cfg := config(endpoint, Region)
	return &act.Actor{
		Policy: p, Remedies: remedies.All, Journal: entries,
		Topic: awssns.New(sns.NewFromConfig(cfg), fmt.Sprintf("arn:aws:sns:%s:%s:%s", Region, Account, names.Topic())),
		Hub:   awssecurityhub.New(cfg, finding.Product("aws", Region, Account)),
		Reach: awssts.Roles{Config: cfg, Names: names}.Reach,
		Log:   slog.New(slog.NewTextHandler(io.Discard, nil)), Meter: &meter.Meter{Function: actName}, Now: time.Now,
		Wait: func(ctx context.Context, d time.Duration) error { sleep(ctx, d); return ctx.Err() },
	}
}

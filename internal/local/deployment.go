package local

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"math"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/kms"
	"github.com/aws/aws-sdk-go-v2/service/sns"

	"github.com/tagwarden/tagwarden/internal/act"
	"github.com/tagwarden/tagwarden/internal/awsdynamodb"
	"github.com/tagwarden/tagwarden/internal/awskms"
	"github.com/tagwarden/tagwarden/internal/awssecurityhub"
	"github.com/tagwarden/tagwarden/internal/awssns"
	"github.com/tagwarden/tagwarden/internal/awssts"
	"github.com/tagwarden/tagwarden/internal/emulator"
	"github.com/tagwarden/tagwarden/internal/finding"
	"github.com/tagwarden/tagwarden/internal/handover"
	"github.com/tagwarden/tagwarden/internal/journal"
	"github.com/tagwarden/tagwarden/internal/meter"
	"github.com/tagwarden/tagwarden/internal/operator"
	"github.com/tagwarden/tagwarden/internal/policy"
	"github.com/tagwarden/tagwarden/internal/remedies"
	"github.com/tagwarden/tagwarden/internal/rights"
	"github.com/tagwarden/tagwarden/internal/wiring"
)

// A Deployment is a deployment on an emulator that was kept.
type Deployment struct{ endpoint string }

// Open gives the deployment on the emulator at an endpoint, "http://127.0.0.1:PORT".
func Open(endpoint string) Deployment { return Deployment{endpoint} }

func (d Deployment) journal(endpoint string, keep time.Duration) *awsdynamodb.Journal {
	cfg := config(endpoint, Region)
	return awsdynamodb.New(dynamodb.NewFromConfig(cfg), names.Table(), awsdynamodb.Options{Keep: keep, Key: awskms.New(kms.NewFromConfig(cfg), keyAlias)})
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

// Operator gives the deployment's operator, in this process: what it hands over is carried out before it answers. close it when all is asked.
func (d Deployment) Operator(p *policy.Policy) (o *operator.Operator, done func() error, err error) {
	f, err := emulator.New(d.endpoint, nil)
	if err != nil {
		return nil, nil, err
	}
	entries := d.journal(f.Address, p.Journal().Keep)
	return &operator.Operator{
		Policy: p, Journal: entries, Queue: carrier{d.actor(f.Address, entries, p)}, Log: quiet(), Meter: &meter.Meter{Function: rights.OperatorName}, Now: time.Now,
	}, f.Close, nil
}

// A carrier is a hand-over queue that is worked off at once.
type carrier struct{ actor *act.Actor }

// Send carries out what is handed over.
func (c carrier) Send(ctx context.Context, h handover.Handover) error {
	return carryOut(ctx, c.actor, h)
}

func quiet() *slog.Logger { return slog.New(slog.NewTextHandler(io.Discard, nil)) }

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
		Log:   quiet(), Meter: &meter.Meter{Function: actName}, Now: time.Now,
		Wait: func(ctx context.Context, d time.Duration) error { sleep(ctx, d); return ctx.Err() },
	}
}

package journaltest

import (
	"encoding/json"
	"errors"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/tagwarden/tagwarden/internal/change"
	"github.com/tagwarden/tagwarden/internal/finding"
	"github.com/tagwarden/tagwarden/internal/iac"
	"github.com/tagwarden/tagwarden/internal/journal"
)

// givenByJournal are the fields that a journal sets when an entry is begun, whatever the caller gives.
var givenByJournal = []string{"Revision", "State", "Updated", "Told", "Prior"}

// full is an entry with a value in every field that a caller gives, among them what JSON likes to change.
func full() journal.Entry {
	e := entry(volume, "e1", config(9_007_199_254_740_993), "f1")
	e.Severity, e.Actor, e.Unread, e.Err, e.Undoes = "high", "arn:aws:iam::111122223333:user/å", "oversized", "a\nb\u2028c", "tw-other"
	e.Resource = finding.Resource{Partition: "aws", Account: volume.Account, Region: volume.Region, Type: "AWS::EC2::Volume", ID: "vol-0abc", ARN: volume.Resource}
	e.Violations = json.RawMessage(`[{"key":"Owner","detail":"<b> & \"c\" 資源","n":12345678901234567890}]`)
	e.Reporters = []journal.Reporter{{Kind: "securityhub", Event: "e1", Control: "securityhub:S3.8", Report: finding.Report{Service: "securityhub", ID: "f", Product: "p", Title: "é"}}}
	e.Subject, e.Once, e.Press, e.Approved, e.Noted = finding.Subject{"key": "AKIA1"}, "once", "Remediate", true, true
	e.Held, e.Due, e.Spent, e.Left, e.Owner, e.Agent = "grace", start.Add(time.Hour), true, "f2", "équipe <a>", "Terraform 1.9.5"
	e.Origin = iac.Origin{Tool: iac.CloudFormation, Stack: "shop", LogicalID: "Bucket", Group: true}
	e.Tries, e.Redoes, e.Shown = 2, true, "0123456789abcdef"
	e.Flips, e.Approver, e.Gathered = journal.Flips{start, start.Add(time.Minute)}, "arn:aws:iam::111122223333:role/ops", true
	e.Override = journal.Override{Freeze: true, Brake: true, All: true, Force: true}
	e.With = json.RawMessage(`{"a":[1,2.50,null]}`)
	e.Attributes = map[string]string{"configuration.vpcId": "vpc-1", "": ""}
	e.Calls = []string{"ec2:CreateTags"}
	e.Change = change.Change{Remedy: "tags", Schema: 1, Touched: []change.Touch{
		{Path: "Secret", Before: json.RawMessage(`"p&ss<w>ord \u00e9 =="`), After: nil},
		{Path: "a~1b", After: json.RawMessage(`"x"`)},
	}}
	return e
}

var recordCases = []testCase{
	{"a whole life, revision by revision", func(b *bench) {
		e := b.begin(full(), journal.Started)
		var all []journal.Entry
		all = append(all, e)
		for _, s := range []journal.State{journal.Waiting, journal.Planned, journal.Applying, journal.Settling, journal.Fixed} {
			was := e
			e = b.record(e, s)
			was.Revision, was.State, was.Updated = was.Revision+1, s, b.now
			b.same(string(s), e, was)
			all = append(all, e)
		}
		b.closed(volume)
		e.Told = true
		all = append(all, b.record(e, journal.Fixed))
		got, err := b.j.History(b.Context(), e.ID)
		b.is("history", err, nil)
		b.same("history", got, all)
		b.same("get", b.get(e.ID), all[len(all)-1])
	}},
	{"values are kept as they are", func(b *bench) {
		want := full()
		fields := reflect.ValueOf(want)
		for i := range fields.NumField() {
			if name := fields.Type().Field(i).Name; fields.Type().Field(i).IsExported() && fields.Field(i).IsZero() != slices.Contains(givenByJournal, name) {
				b.Errorf("full() and field %s: give it a value, unless the journal does", name)
			}
		}
		e := b.get(b.begin(want, journal.Started).ID)
		want.Revision, want.State, want.Updated = e.Revision, e.State, e.Updated
		b.same("begun", e, want)
		e.Told, want.Told = true, true
		e = b.get(b.record(e, journal.Waiting).ID)
		want.Revision, want.State, want.Updated = e.Revision, e.State, e.Updated
		b.same("recorded", e, want)
	}},
	{"nobody shares memory with the journal", func(b *bench) {
		mine := full()
		e := b.begin(mine, journal.Started)
		mine.Violations[2], mine.Attributes["configuration.vpcId"], mine.Change.Touched[0].Path = 'X', "changed", "changed"
		e.Violations[2], e.Attributes["configuration.vpcId"], e.Reporters[0].Event = 'X', "changed", "changed"
		got := b.get(e.ID)
		b.same("kept", []any{string(got.Violations), got.Attributes["configuration.vpcId"], got.Change.Touched[0].Path, got.Reporters[0]},
			[]any{string(full().Violations), "vpc-1", "Secret", full().Reporters[0]})
	}},
	{"of two who record, the second conflicts", func(b *bench) {
		e := b.begin(entry(bucket, "e1", config(5), "f1"), journal.Started)
		first := b.record(e, journal.Planned)
		e.State = journal.Told
		_, err := b.j.Record(b.Context(), e)
		b.is("the second", err, journal.ErrConflict)
		e.Revision = 7
		_, err = b.j.Record(b.Context(), e)
		b.is("a revision ahead", err, journal.ErrConflict)
		b.same("kept", b.get(e.ID), first)
		b.same("life", b.life(e.ID), []journal.State{journal.Open, journal.Planned})
	}},
	{"an unknown entry", func(b *bench) {
		_, err := b.j.Record(b.Context(), entry(bucket, "e1", config(5), "f1"))
		b.is("on a new key", err, journal.ErrUnknown)
		b.begin(entry(bucket, "e2", config(5), "f1"), journal.Started)
		_, err = b.j.Record(b.Context(), entry(bucket, "e1", config(5), "f1"))
		b.is("on another's key", err, journal.ErrUnknown)
		_, err = b.j.Record(b.Context(), journal.Entry{})
		b.is("without id", err, journal.ErrUnknown)
	}},
	{"an entry keeps its key", func(b *bench) {
		e := b.begin(entry(bucket, "e1", config(5), "f1"), journal.Started)
		e.Key, e.State = volume, journal.Told
		if got, err := b.j.Record(b.Context(), e); err == nil {
			b.Errorf("got %+v, want an error", got)
		}
		b.closed(volume)
	}},
	{"a final entry does not move again, but may be undone", func(b *bench) {
		e := b.record(b.begin(entry(bucket, "e1", config(5), "f1"), journal.Started), journal.Fixed)
		again := e
		again.State = journal.Planned
		if got, err := b.j.Record(b.Context(), again); err == nil {
			b.Errorf("got %+v, want an error", got)
		}
		b.closed(bucket)
		b.same("undone", b.record(e, journal.Undone).Revision, 3)
		b.closed(bucket)
	}},
	{"an entry that lost its claim is told and undone beside the new one", func(b *bench) {
		old := b.record(b.begin(entry(bucket, "e1", config(5), "f1"), journal.Started), journal.Fixed)
		e := b.begin(entry(bucket, "e2", config(6), "f2"), journal.Started)
		old.Told = true
		b.record(b.record(old, journal.Fixed), journal.Undone)
		b.same("open", b.opened(bucket), e)
		b.same("life", b.life(old.ID), []journal.State{journal.Open, journal.Fixed, journal.Fixed, journal.Undone})
		_, err := b.j.Record(b.Context(), old)
		b.is("from an old revision", err, journal.ErrConflict)
	}},
	{"a compliant event ends it and advances what was seen", func(b *bench) {
		b.record(b.begin(entry(bucket, "e5", config(5), "f1"), journal.Started), journal.Told)
		e := b.opened(bucket)
		e.Seen = config(8)
		b.record(e, journal.Compliant)
		b.closed(bucket)
		b.begin(entry(bucket, "e7", config(7), "f2"), journal.Stale)
		b.begin(entry(bucket, "e8", config(9), "f2"), journal.Started)
	}},
	{"a compliant or deletion event that is older than what was seen ends nothing", func(b *bench) {
		b.begin(entry(bucket, "t7", tags(7), "f1"), journal.Started)
		b.begin(entry(bucket, "e5", config(5), "f1"), journal.Repeated)
		stands := b.record(b.opened(bucket), journal.Told)
		for _, s := range []journal.State{journal.Compliant, journal.Gone} {
			for _, seen := range []finding.Version{tags(6), config(4)} {
				e := stands
				e.State, e.Seen = s, seen
				_, err := b.j.Record(b.Context(), e)
				b.is(string(s)+" by "+seen.Source, err, journal.ErrStale)
			}
		}
		b.same("open", b.opened(bucket), stands)
		e := stands
		e.Seen = tags(7)
		b.record(e, journal.Compliant)
	}},
	{"after a deletion, tag versions count anew, and older configuration items stay stale", func(b *bench) {
		b.begin(entry(bucket, "t7", tags(7), "f1"), journal.Started)
		e := b.opened(bucket)
		e.Seen = config(50)
		b.record(e, journal.Gone)
		b.begin(entry(bucket, "e49", config(49), "f1"), journal.Stale)
		b.begin(entry(bucket, "t1", tags(1), "f1"), journal.Started)
	}},
	{"what was reported since an entry was taken to be judged has to be judged, too", func(b *bench) {
		taken := b.begin(entry(bucket, "e1", config(5), "f1"), journal.Started)
		b.begin(entry(bucket, "t2", tags(1), "f2"), journal.Repeated)
		for _, s := range []journal.State{journal.Told, journal.Proposed, journal.Observed, journal.Refused, journal.Failed, journal.Compliant} {
			e := taken
			e.State = s
			_, err := b.j.Record(b.Context(), e)
			b.is(string(s), err, journal.ErrStale)
		}
		writing := b.record(taken, journal.Applying) // what is being changed goes on, and keeps the newest of what was seen
		b.same("reporters", writing.Reporters, by("config e1", "tags t2"))
		b.record(writing, journal.Fixed)
	}},
	{"an entry is never stale by its own claim", func(b *bench) {
		at := func(v finding.Version, after time.Duration) finding.Version {
			v.Time = start.Add(after)
			return v
		}
		taken := b.begin(entry(bucket, "t5", at(tags(5), 0), "f1"), journal.Started)
		b.begin(entry(bucket, "t6", at(tags(6), time.Second), "f1"), journal.Repeated)
		b.begin(entry(bucket, "e1", at(config(1), 1500*time.Millisecond), "f1"), journal.Repeated)
		b.record(b.record(taken, journal.Applying), journal.Refused)
	}},
	{"a clock behind does not make the newest revision older", func(b *bench) {
		e := b.begin(entry(bucket, "e1", config(5), "f1"), journal.Started)
		e.State, e.Updated = journal.Told, b.now.Add(-time.Hour)
		got, err := b.j.Record(b.Context(), e)
		b.is("record", err, nil)
		b.same("updated", got.Updated, b.now)
	}},
	{"times are kept in UTC", func(b *bench) {
		b.now = b.now.In(time.FixedZone("somewhere", 3600))
		e := b.begin(entry(bucket, "e1", config(5), "f1"), journal.Started)
		b.same("updated", e.Updated, start)
		e = b.record(e, journal.Told)
		b.same("updated", e.Updated, start.Add(time.Second))
	}},
	{"what is too large is named", func(b *bench) {
		huge := json.RawMessage(`"` + strings.Repeat("x", 500_000) + `"`)
		e := entry(bucket, "e1", config(5), "f1")
		e.Violations = huge
		_, err := b.j.Begin(b.Context(), e, b.now)
		tooLarge(b, "violations", err)
		b.closed(bucket)
		e = b.begin(entry(bucket, "e1", config(5), "f1"), journal.Started)
		changed := e
		changed.State, changed.Change.Touched = journal.Applying, []change.Touch{{Path: "a", Before: huge}}
		_, err = b.j.Record(b.Context(), changed)
		tooLarge(b, "change", err)
		b.same("kept", b.get(e.ID), e)
	}},
	{"as large as may be", func(b *bench) {
		e := entry(bucket, "e1", config(5), "f1")
		e.Violations = json.RawMessage(`"` + strings.Repeat("x", journal.MaxBytes-2_000) + `"`)
		b.same("kept", b.get(b.begin(e, journal.Started).ID).Violations, e.Violations)
	}},
}

func tooLarge(b *bench, part string, err error) {
	b.Helper()
	if !errors.Is(err, journal.ErrTooLarge) || !strings.Contains(err.Error(), "in its "+part+";") {
		b.Errorf("got error %v, want %v that names the %s", err, journal.ErrTooLarge, part)
	}
}

package cost

import (
	"fmt"

	"github.com/tagwarden/tagwarden/internal/rights"
	"github.com/tagwarden/tagwarden/internal/wiring"
)

// read are the kinds of which each event that complies has the journal read once: the event itself shows that something open may have ended. An item of AWS Config shows that only
// where tags are among what changed, of which a tag event tells, too.
var read = map[string]bool{"tags": true, "guardduty": true, "securityhub": true, "securityhub-v2": true, "config-rule": true, "inspector": true}

// events are the lines of what the judges hear, as if all of it complied.
func (b *bill) events() {
	heard := b.echoes()
	b.add(Variable, "eventbridge.cross-account", "what no rule hears", b.Unheard, "Members forward all kinds: their rules stay the same whatever the policy says.")
	for _, f := range b.Functions {
		n, reads := 0.0, 0.0
		for _, kind := range f.Kinds {
			n += heard[kind]
			if read[kind] {
				reads += heard[kind]
			}
		}
		if n > 0 {
			b.judge(f, n, reads)
		}
	}
}

// echoes are the events that come, and those that fixes make: each is an item, a tag event, and a finding that was written into.
func (b *bill) echoes() map[string]float64 {
	heard := map[string]float64{}
	for kind, n := range b.Events {
		heard[kind] = n
	}
	for kind, makes := range map[string]bool{"config": true, "tags": true, "securityhub": b.WritesBack} {
		if makes && b.hears(kind) {
			heard[kind] += b.Fixes
		}
	}
	return heard
}

// judge adds what so many events of a judge cost, for some of which the journal is read.
func (b *bill) judge(f Function, n, reads float64) {
	what, batches := "judging "+f.Name, n/b.Batch
	if b.Organization {
		b.add(Variable, "eventbridge.cross-account", what, n, "Each event goes from its account to the hub's bus.")
		b.add(Variable, "dynamodb.read", what+", whose account it is", min(n, float64(b.Accounts)*lookups*monthHours*wiring.MaxConcurrency),
			fmt.Sprintf("The directory is asked for each event's account, and remembers it for ten minutes in each of at most %d functions at work.", wiring.MaxConcurrency))
	}
	b.add(Variable, string(f.Queue), what, n+2*batches, fmt.Sprintf("EventBridge sends each by itself; they are received and deleted %g at a time.", b.Batch))
	u := b.path(PathTags)
	share := reads / n
	b.invoke(Variable, f, what, batches, b.Batch*(judgeMillis+share*u.millis()), fmt.Sprintf("%g events at a time.", b.Batch))
	b.add(Variable, "dynamodb.read", what, reads*u.Reads, "The journal is read where the event shows that what was open may have ended.")
	b.add(Variable, "logs.ingest", what, reads*gigabytes(u.LogBytes)+(n-reads)*gigabytes(b.path(PathConfig).LogBytes), "Lines of log of what complies, as counted.")
}

// violations are the lines of what does not comply, beside its being judged: what is put right, and what people are told.
func (b *bill) violations() {
	told, judged, acted := b.path(PathTold), b.path(PathJudged), b.path(PathActed)
	act := b.named(rights.ActName)
	b.add(Variable, string(act.Queue), "fixing", 3*b.Fixes, "Each is sent, received and deleted.")
	b.invoke(Variable, act, "fixing", b.Fixes, acted.millis(), "One at a time.")
	seconds := (b.Fixes*judged.millis() + b.Told*told.millis()) / 1000
	b.add(Variable, "lambda.arm64", "recording what violates", seconds*wiring.JudgeMemory/1024, "The judges' calls, as counted.")
	b.add(Variable, "dynamodb.write", "fixing", b.Fixes*(judged.Writes+acted.Writes), fmt.Sprintf("%g units a fix, as counted.", judged.Writes+acted.Writes))
	b.add(Variable, "dynamodb.read", "fixing", b.Fixes*(judged.Reads+acted.Reads), fmt.Sprintf("%g units a fix, as counted.", judged.Reads+acted.Reads))
	b.add(Variable, "dynamodb.write", "telling", b.Told*told.Writes, fmt.Sprintf("%g units, as counted.", told.Writes))
	b.add(Variable, "dynamodb.read", "telling", b.Told*told.Reads, fmt.Sprintf("%g units, as counted.", told.Reads))
	b.messages()
	b.kept(told, judged, acted)
}

// messages are the lines of what people and programs are told.
func (b *bill) messages() {
	n := b.Fixes + b.Told
	b.add(Variable, "sns.publish", "messages", n, "One a violation. A digest makes them fewer.")
	b.add(Variable, "sns.email", "messages", n*subscribers, "One subscriber.")
	b.add(Variable, "kms.request", "messages", 2*n, "One to encrypt a message and one to deliver it. SNS keeps data keys for minutes, so that there are fewer under load.")
	b.add(Variable, "eventbridge.custom", "outcomes on the bus", n, "One a violation.")
}

// kept are the lines of what is kept: the log, and the journal once it is as large as it gets.
func (b *bill) kept(told, judged, acted Usage) {
	lines := b.Fixes*gigabytes(judged.LogBytes+acted.LogBytes) + b.Told*gigabytes(told.LogBytes)
	b.add(Variable, "logs.ingest", "violations", lines, fmt.Sprintf("%d bytes a fix, %d where people are told, as counted.", judged.LogBytes+acted.LogBytes, told.LogBytes))
	b.add(Variable, "logs.storage", "violations", lines*logMonths, fmt.Sprintf("Kept for %d months. AWS bills it compressed, so that it is less.", logMonths))
	months := b.Keep.Hours() / monthHours
	table := b.Fixes*gigabytes(judged.StoredBytes+acted.StoredBytes) + b.Told*gigabytes(told.StoredBytes)
	index := b.Fixes*gigabytes(judged.IndexBytes+acted.IndexBytes+perEntry*itemBytes) + b.Told*gigabytes(told.IndexBytes+perEntry*itemBytes)
	from := fmt.Sprintf("What a month writes, as counted, kept for %.0f months: so much it is once so many have passed.", months)
	b.add(Variable, "dynamodb.storage", "the journal", (table+index)*months, from)
	b.add(Variable, "dynamodb.pitr", "the journal", table*months, from)
}

func gigabytes(bytes int) float64 { return float64(bytes) / gigabyte }

// metrics are the lines of our own metrics, which cost only in the hours in which they have values, and what complies gives them none.
func (b *bill) metrics() {
	if b.Fixes+b.Told > 0 {
		b.add(Variable, "cloudwatch.metric", "metrics of our own", float64(b.Watched.Metrics), "As soon as something is answered, as if it were in each hour. What complies writes none.")
	}
}

// Security Hub's prices go down at these numbers of checks in one account and region.
const (
	checksFirst = 100_000
	checksNext  = 400_000
)

// beside are the lines of the services on which Tagwarden sits, as if all accounts and regions were of one size.
func (b *bill) beside() {
	if b.hears("config") {
		b.add(Beside, "config.item", "what it records", b.Items, "Whoever uses it. Each that no rule wants is recorded all the same.")
		b.add(Beside, "config.item", "what fixes make it record", b.Fixes, "One a fix.")
	}
	places := float64(b.Accounts * b.Regions)
	each := b.Checks / places
	first := min(each, checksFirst)
	next := min(each-first, checksNext)
	for _, part := range []struct {
		key string
		n   float64
	}{{"first", first}, {"next", next}, {"more", each - first - next}} {
		b.add(Beside, "securityhub.check."+part.key, "its checks", part.n*places, "Spread evenly over accounts and regions.")
	}
}

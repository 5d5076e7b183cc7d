package cost

import (
	"fmt"
	"strings"

	"github.com/tagwarden/tagwarden/internal/rights"
)

// ticks is how often the clock looks in a month: each minute.
const ticks = monthHours * 60

// fixed are the lines of a deployment to which nothing comes.
func (b *bill) fixed() {
	b.add(Fixed, "kms.key", "the key of topic, logs and journal", 1, "One key encrypts all. It is renewed after seven years; with -c rotation=365 each of the first two renewals adds as much again.")
	for _, queue := range []Queue{Standard, FIFO} {
		var names []string
		for _, f := range b.Functions {
			if f.Queue == queue {
				names = append(names, f.Name)
			}
		}
		if len(names) > 0 {
			b.add(Fixed, string(queue), "asking idle queues", float64(len(names))*pollers*monthSeconds/pollSeconds,
				fmt.Sprintf("Lambda keeps %d pollers at each queue, which ask every %d s: %s.", pollers, pollSeconds, strings.Join(names, ", ")))
		}
	}
	b.clock()
	b.add(Fixed, "cloudwatch.alarm", "alarms", float64(b.Watched.Alarms), "One for each metric that an alarm looks at.")
	b.add(Fixed, "cloudwatch.composite", "alarms", float64(b.Watched.Composites), "Of several that say the same.")
	b.add(Fixed, "cloudwatch.dashboard", "dashboards", float64(b.Watched.Dashboards), "One for each stack.")
}

// clock are the lines of the clock, which looks each minute what is due.
func (b *bill) clock() {
	clock, used := b.named(rights.ClockName), b.path(PathTick)
	b.add(Fixed, "scheduler", "the clock's ticks", ticks, "One a minute.")
	b.add(Fixed, string(clock.Queue), "the clock's ticks", 3*ticks, "Each is sent, received and deleted.")
	b.invoke(Fixed, clock, "the clock's ticks", ticks, used.millis(), "One a minute.")
	b.add(Fixed, "dynamodb.read", "the clock's ticks", ticks*used.Reads, fmt.Sprintf("%g units a tick where nothing is due, as counted.", used.Reads))
}

// organization are the lines that accounts make in which nothing happens: their beats, and the directory.
func (b *bill) organization() {
	if !b.Organization {
		return
	}
	accounts, each := float64(b.Accounts), float64(beatsADay)*monthDays
	beats := accounts * float64(b.Regions*b.Forwarded+1) * each
	b.add(Fixed, "scheduler", "heartbeats", accounts*float64(b.Regions+1)*each, fmt.Sprintf("%d a day in each account and region, and of each account's roles.", beatsADay))
	b.add(Fixed, "eventbridge.custom", "heartbeats", beats, fmt.Sprintf("Each sends an event for each of the %d kinds that members forward, whatever the policy hears.", b.Forwarded))
	b.add(Fixed, "eventbridge.cross-account", "heartbeats", beats, "Each goes to the hub's bus.")
	clock := b.named(rights.ClockName)
	b.add(Fixed, string(clock.Queue), "heartbeats", beats+2*beats/b.Batch, fmt.Sprintf("EventBridge sends each by itself; they are received and deleted %g at a time.", b.Batch))
	b.invoke(Fixed, clock, "heartbeats", beats/b.Batch, b.Batch*callMillis, fmt.Sprintf("%g at a time; each is written down by itself.", b.Batch))
	b.add(Fixed, "dynamodb.write", "heartbeats", beats, "One unit each.")
	kept := accounts * float64(b.Regions*b.Forwarded+1) // the last beat of each, which the clock looks through for what is silent
	b.add(Fixed, "dynamodb.read", "heartbeats", kept*beatBytes/4096/2*looks*monthHours, fmt.Sprintf("All are looked through %d times an hour, half a unit for 4 KB.", looks))
	b.add(Fixed, "dynamodb.write", "the directory of accounts", accounts*refreshes*monthDays, fmt.Sprintf("%d times a day, one unit an account.", refreshes))
}

// invoke adds what so many invocations of a function cost, each of which takes so many milliseconds beside what all take.
func (b *bill) invoke(share Share, f Function, what string, invocations, millis float64, from string) {
	b.add(share, "lambda.request", what, invocations, from)
	each := invokeMillis + coldShare*coldMillis + millis
	b.add(share, "lambda.arm64", what, invocations*each/1000*f.Memory/1024,
		fmt.Sprintf("%g MiB for %.1f ms, %g ms of it for one start in %g.", f.Memory, each, coldShare*coldMillis, 1/coldShare))
	b.add(share, "kms.request", what, coldShare*invocations, "Each start has the journal's secret decrypted.")
	if f.Traced {
		b.add(share, "xray.trace", what, traces(invocations), "X-Ray records one invocation a second and 5 % of the others.")
	}
}

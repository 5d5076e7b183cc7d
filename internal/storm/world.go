package storm

import (
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/tagwarden/tagwarden/internal/catalog"
	"github.com/tagwarden/tagwarden/internal/policy"
	"github.com/tagwarden/tagwarden/internal/tag"
)

// The accounts, by the mode of the rule that is for them, and one that is none of ours.
var (
	modes    = []policy.Verdict{policy.Fix, policy.Fix, policy.Fix, policy.Fix, policy.Fix, policy.Propose, policy.Propose, policy.Notify}
	regions  = []string{"us-east-1", "eu-west-1", "ap-southeast-2"}
	foreign  = "999999999999"
	accounts = func() []string {
		var all []string
		for i := range modes {
			all = append(all, fmt.Sprintf("1111%08d", i+1))
		}
		return all
	}()
)

// text is the policy: each account is in the mode of its place. Budgets are as high as can be: what they hold back is another test's.
const text = `
version: 1
scope: {account: %s}
tags:
  - {key: Owner, required: true, aliases: [owned-by], fill: [{value: Unassigned}]}
  - {key: Environment, required: true, values: [Dev, Prod], synonyms: {Prod: [production]}, fill: [{value: Dev}]}
  - {key: 'tmp-*', forbid: true}
rules:
  - {name: fix, on: [config, tags], do: [tags], mode: fix, where: {account: %s}, budget: {account: 1000000/h, total: 1000000/h}}
  - {name: propose, on: [config, tags], do: [tags], mode: propose, where: {account: %s}}
  - {name: notify, on: [config, tags], do: [tags], mode: notify, where: {account: %s}}
`

func parsed() (*policy.Policy, error) {
	of := func(mode policy.Verdict) string {
		var some []string
		for i, m := range modes {
			if m == mode || mode == "" {
				some = append(some, accounts[i])
			}
		}
		list, _ := json.Marshal(some) // strings only
		return string(list)
	}
	return policy.Parse("policy.yaml", fmt.Appendf(nil, text, of(""), of(policy.Fix), of(policy.Propose), of(policy.Notify)), catalog.Known())
}

// types are the types of the resources: two that are tagged by EC2, and one by the Resource Groups Tagging API.
var types = []struct{ name, service, prefix string }{
	{"AWS::EC2::Instance", "ec2", "instance/i-"},
	{"AWS::EC2::Volume", "ec2", "volume/vol-"},
	{"AWS::Athena::WorkGroup", "athena", "workgroup/w-"},
}

// A fate is what becomes of a resource.
type fate int

const (
	right  fate = iota // it complies all the time
	broken             // it complies, and then no more
	healed             // it is put right by somebody before we look
	gone               // it is deleted before we look
)

// A resource is a resource of the world, and what is to be made of it.
type resource struct {
	arn, typ, account, region string
	mode                      policy.Verdict
	fate                      fate
	version                   int64 // of its tags
	breakage                  int   // the last one, -1 for none
	maybe                     int   // how many violations may have been told, or not: they were over before anybody looked
	violations                []violation
	tags                      map[string]string // as its owner left them last
}

// A violation is a violation that must be answered once: the tags as they were found, and as they must be in the end.
type violation struct{ before, after map[string]string }

// breakages are the ways in which tags break the policy. Each can be put right.
var breakages = []func(tags map[string]string){
	func(tags map[string]string) { delete(tags, "Owner") },
	func(tags map[string]string) { rename(tags, "Owner", "owned-by") },
	func(tags map[string]string) { tags["Environment"] = "production" },
	func(tags map[string]string) { tags["tmp-copy"] = "1" },
	func(tags map[string]string) { rename(tags, "Environment", "environment") },
}

func rename(tags map[string]string, from, to string) {
	if value, there := tags[from]; there {
		tags[to] = value
		delete(tags, from)
	}
}

// A world is the resources, and what AWS says of them.
type world struct {
	*rand.Rand
	judge     *tag.Judge
	resources []*resource
	byARN     map[string]*resource
	events    int
}

// wave are the events that are delivered together, and what must be heard of those that no judge can read.
type wave struct {
	bodies []timed
	poison poison
}

// A timed is an event, and when it is delivered compared to others.
type timed struct {
	at   time.Time
	body string
}

// start makes the resources, and the events that led to how they are now.
func (w *world) start(now time.Time, events int) *wave {
	out := &wave{}
	began := now.Add(-time.Hour)
	for n := events; n > 0; {
		some := min(n, 1+w.IntN(7)) // four on average
		n -= some
		w.history(out, w.born(len(w.resources), some), began.Add(time.Duration(w.IntN(40*60))*time.Second), some)
	}
	return out
}

func (w *world) born(number, events int) *resource {
	typ, account := types[w.IntN(len(types))], w.IntN(len(accounts))
	r := &resource{typ: typ.name, account: accounts[account], region: regions[w.IntN(len(regions))], mode: modes[account], breakage: -1}
	r.arn = fmt.Sprintf("arn:aws:%s:%s:%s:%s%017x", typ.service, r.region, r.account, typ.prefix, number)
	r.tags = map[string]string{"Owner": fmt.Sprintf("team-%d", number%50), "Environment": []string{"Dev", "Prod"}[number%2], "Name": "n0"}
	switch at := w.IntN(100); {
	case at < 35:
		r.fate = right
	case at < 85 || events < 2:
		r.fate = broken
	case at < 95 || typ.service != "ec2":
		r.fate = healed
	default:
		r.fate = gone
	}
	w.resources, w.byARN[r.arn] = append(w.resources, r), r
	return r
}

// history is a resource's life up to now, an event a version. Nothing in it is nearer than the ten seconds that tell two sources' events apart for sure.
func (w *world) history(out *wave, r *resource, began time.Time, events int) {
	turn := events // from which event on it is another way
	if events > 1 {
		turn = 1 + w.IntN(events-1)
	}
	good := maps.Clone(r.tags)
	bad := w.spoilt(r)
	for i := range events {
		states := map[fate]map[string]string{right: good, broken: good, healed: bad, gone: bad}
		if i >= turn || events == 1 {
			states[broken], states[healed] = bad, good
		}
		r.tags = maps.Clone(states[r.fate])
		r.tags["Name"] = fmt.Sprintf("n%d", i)
		r.version++
		at := began.Add(time.Duration(i) * 20 * time.Second)
		if r.fate == gone && i == events-1 {
			out.add(at, w.item(r, at, true))
			break
		}
		out.add(at, w.event(r, at))
	}
	switch {
	case r.fate == broken:
		r.violations = append(r.violations, w.found(r))
	case r.fate != right && r.mode == policy.Notify:
		r.maybe++
	}
}

// spoilt are the resource's tags with another breakage than the last.
func (w *world) spoilt(r *resource) map[string]string {
	tags := maps.Clone(r.tags)
	for {
		next := w.IntN(len(breakages))
		if next == r.breakage {
			continue
		}
		breakages[next](tags)
		if !maps.Equal(tags, r.tags) {
			r.breakage = next
			return tags
		}
	}
}

// found is the violation that the resource's tags are.
func (w *world) found(r *resource) violation {
	before := maps.Clone(r.tags)
	if r.mode != policy.Fix {
		return violation{before, before}
	}
	return violation{before, w.judge.Judge(r.typ, maps.Clone(before), tag.Facts{}).After}
}

// again breaks some of the resources anew, from how they are now. own gives a resource as it is, and takes what is made of it.
func (w *world) again(now time.Time, events int, own func(r *resource, change func())) *wave {
	out := &wave{}
	for _, i := range w.Perm(len(w.resources)) {
		r := w.resources[i]
		if events <= 0 {
			break
		}
		if r.fate == gone {
			continue
		}
		own(r, func() { r.tags, r.version = w.spoilt(r), r.version+1 })
		r.violations = append(r.violations, w.found(r))
		for n := range min(events, 1+w.IntN(2)) { // the second says the same once more
			out.add(now.Add(time.Duration(20*n)*time.Second), w.event(r, now.Add(time.Duration(20*n)*time.Second)))
			events--
		}
	}
	return out
}

func (o *wave) add(at time.Time, body string) { o.bodies = append(o.bodies, timed{at, body}) }

// repeat delivers some events once more, up to twenty minutes later.
func (w *world) repeat(out *wave, n int) {
	for range n {
		e := out.bodies[w.IntN(len(out.bodies))]
		out.add(e.at.Add(time.Duration(w.IntN(20*60))*time.Second), e.body)
	}
}

// shuffle brings the events into the order of their times, but that each may be three minutes early or late.
func (w *world) shuffle(out *wave) []string {
	for i := range out.bodies {
		out.bodies[i].at = out.bodies[i].at.Add(time.Duration(w.IntN(6*60)) * time.Second)
	}
	slices.SortStableFunc(out.bodies, func(a, b timed) int { return a.at.Compare(b.at) })
	var bodies []string
	for _, e := range out.bodies {
		bodies = append(bodies, e.body)
	}
	return bodies
}

package notify

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/tagwarden/tagwarden/internal/change"
	"github.com/tagwarden/tagwarden/internal/finding"
	"github.com/tagwarden/tagwarden/internal/iac"
	"github.com/tagwarden/tagwarden/internal/journal"
	"github.com/tagwarden/tagwarden/internal/policy"
)

var due = time.Date(2026, 3, 4, 9, 30, 0, 0, time.UTC)

// waits makes an entry one that waits for some reason.
func waits(why string) func(*journal.Entry) {
	return func(e *journal.Entry) {
		e.State, e.Held, e.Due, e.Reason = journal.Waiting, why, due, "Environment is spelt otherwise."
	}
}

func is(s journal.State) func(*journal.Entry) { return func(e *journal.Entry) { e.State = s } }

// says gives the entry a reason.
func says(reason string) func(*journal.Entry) { return func(e *journal.Entry) { e.Reason = reason } }

// undoes makes an entry one that takes the sample back.
func undoes(e *journal.Entry) {
	e.Undoes, e.ID, e.Change, e.Violations = e.ID, "tw-zyxwvutsrq9876543210", e.Change.Reverse(), nil
	e.Actor, e.Approver, e.Reason = "arn:aws:iam::111122223333:role/ops", "arn:aws:iam::111122223333:role/ops", "Takes back entry tw-abcdefghij0123456789."
}

// exemption makes the entry that keeps a resource's exemptions.
func exemption(until time.Time, changes ...func(*journal.Entry)) journal.Entry {
	now := time.Date(2026, 3, 1, 9, 30, 0, 0, time.UTC)
	r := entry().Resource
	k, _ := journal.ExemptionKey(r)
	e, err := journal.Exempt(r, k, []journal.Grant{
		{Rules: []string{"tags"}, Until: now.AddDate(0, 0, 7), Owner: "ops", By: "ops", Undo: "tw-1", Reason: "entry tw-2 was taken back"},
		{Rules: []string{"public bucket", "tags"}, Until: until, Reason: "it moves in April", Owner: "web-team@example.com", By: "arn:aws:iam::111122223333:role/security", Event: "e1"},
	}, now)
	if err != nil {
		panic(err)
	}
	e.State, e.Updated, e.Revision = journal.Told, now, 2
	for _, f := range changes {
		f(&e)
	}
	return e
}

func notice(about, what, severity, reason string, changes ...func(*journal.Entry)) journal.Entry {
	e := journal.Notice(about, what, "x", severity, reason, time.Date(2026, 3, 1, 9, 30, 0, 0, time.UTC))
	e.State, e.Updated = journal.Told, e.Since
	for _, f := range changes {
		f(&e)
	}
	return e
}

// braked makes a notice one of a brake that somebody put on, or took off.
func braked(control string) func(*journal.Entry) {
	return func(e *journal.Entry) { e.Control, e.Actor = control, "arn:aws:iam::111122223333:role/ops" }
}

// control makes a notice one about something.
func control(is string) func(*journal.Entry) { return func(e *journal.Entry) { e.Control = is } }

// TestGuardrailsGolden holds the whole messages of what guardrails make of an entry.
func TestGuardrailsGolden(t *testing.T) {
	fight := func(e *journal.Entry) {
		e.State, e.Held, e.Due, e.Agent, e.Violations = journal.Told, journal.Fight, due, "Terraform 1.9.5", nil
		e.Reason = "It was put right and changed back 3 times."
		e.Flips = journal.Flips{due.Add(-96 * time.Hour), due.Add(-80 * time.Hour), due.Add(-72 * time.Hour)}
	}
	cases := map[string]journal.Entry{
		"waiting-grace":  with(waits(journal.Grace)),
		"waiting-window": with(waits(journal.Window), func(e *journal.Entry) { e.Mode, e.Change = "propose", change.Change{} }),
		"waiting-freeze": with(waits(journal.Freeze), func(e *journal.Entry) { e.Approved, e.Approver = true, "arn:aws:iam::111122223333:role/ops" }),
		"waiting-brake":  with(waits(journal.Braked)),
		"put-right":      with(waits(journal.Grace), is(journal.Compliant), says("Nothing is wrong any more.")),
		"deleted":        with(waits(journal.Window), is(journal.Gone), says("The resource does not exist any more.")),
		"after-freeze":   with(waits(journal.Freeze), is(journal.Fixed), says("It was put right.")),
		"asked-for":      with(proposal, func(e *journal.Entry) { e.Due = due }),
		"asked-again": with(proposal, func(e *journal.Entry) {
			e.Due, e.Approver, e.Reason = due, "arn:aws:iam::111122223333:role/ops", "It changed since it was shown and approved, so it is shown again."
		}),
		"held-budget":    with(proposal, func(e *journal.Entry) { e.Due, e.Held, e.Press = due, journal.Budget, "Remediate" }),
		"held-breaker":   with(proposal, func(e *journal.Entry) { e.Due, e.Held, e.Press = due, journal.Broken, "Remediate" }),
		"not-approved":   with(proposal, is(journal.Lapsed), says("Nobody approved it in time.")),
		"approved":       with(func(e *journal.Entry) { e.Approved, e.Approver = true, "arn:aws:iam::111122223333:role/ops" }),
		"undone-by-name": with(undoes, func(e *journal.Entry) { e.Due = due }),
		"undo-refused":   with(undoes, is(journal.Refused), says("It was not undone: Environment "+journal.ChangedSince)),
		"redone":         with(undoes, func(e *journal.Entry) { e.Redoes = true }),
		"fight":          with(fight),
		"exempted":       exemption(time.Date(2026, 5, 1, 0, 0, 0, 0, time.UTC)),
		"exemption-ends": exemption(time.Date(2026, 3, 8, 0, 0, 0, 0, time.UTC)),
		"exemption-over": exemption(due, is(journal.Lapsed), says(`Its exemption from rule "tags" ended: in force again.`), func(e *journal.Entry) { e.With = nil }),
		"exemption-ended": exemption(due, is(journal.Lapsed), says("Its exemption was ended by arn:aws:iam::111122223333:role/security."), func(e *journal.Entry) {
			e.With, e.Actor = json.RawMessage("[]"), "arn:aws:iam::111122223333:role/security"
		}),
		"budget":         notice("rule/tags", "budget", "medium", `Rule "tags" has spent its budget (50/h an account, 500/h in total): 14 changes are proposed instead.`),
		"breaker":        notice("rule/tags", "breaker", "high", `The breaker of rule "tags" has opened.`),
		"breaker-closed": notice("rule/tags", "breaker", "medium", `The breaker of rule "tags" is closed.`, braked("breaker")),
		"brake-on":       notice("brake/all", "brake", "high", "The brake is on in all accounts.", braked("brake")),
		"brake-off":      notice("brake/111122223333", "brake", "high", "The brake is off in account 111122223333.", braked(journal.BrakeOff)),
		"brake-restored": notice("brake/all", "brake", "high", "The brake is on: "+journal.Restored+"."),
		"silent":         notice("member/444455556666/eu-west-1", "silent", "high", "No heartbeat of the kinds config, tags came from account 444455556666, region eu-west-1, since 2026-02-28 20:00 UTC."),
		"silent-over":    notice("member/444455556666/eu-west-1", "silent", "high", "Heartbeats of the kinds config come from account 444455556666, region eu-west-1, again.", control(journal.SilenceOver)),
		"directory":      notice("organization/directory", "directory", "high", "The accounts of the organization cannot be read from AWS Organizations since 2026-02-28 20:00 UTC."),
		"directory-back": notice("organization/directory", "directory", "high", "The accounts of the organization were read from AWS Organizations again.", control(journal.DirectoryBack)),
		"no-events":      notice("source/config", "quiet", "medium", "No event of config has come since 2026-02-28 09:30 UTC. On 5 of the last 7 days there were some."),
		"events-again":   notice("source/config", "quiet", "low", "Events of config come again, since 2026-03-01 09:29 UTC.", func(e *journal.Entry) { e.Control = journal.HeardAgain }),
		"sweep":          notice("sweep", "uncovered", "informational", "The sweep asks AWS Config, which shows nothing of 2 types."),
	}
	for name, e := range cases {
		t.Run(name, func(t *testing.T) {
			about := About{Policy: "3f2a91c0", Approve: true, Button: "Remediate", Posts: true}
			if name == "fight" {
				about.Origin = "Terraform"
				about.Patch = []iac.Snippet{
					{Language: "Terraform", Code: "tags = {\n  Environment = \"Prod\"\n}", Note: "In the resource block of web-1."},
					{Language: "By hand", Note: "Delete the keys environment, owned-by."},
				}
			}
			m := Render(e, about)
			check(t, m)
			golden(t, name, show(t, m))
		})
	}
}

// TestCodeIsWholeOrLeftOut holds that no message shows a part of a snippet, and that each that leaves one out says so.
func TestCodeIsWholeOrLeftOut(t *testing.T) {
	code := strings.Repeat("  Environment: Prod # “quoted”\n", 200)
	for n, whole := range map[int]bool{1: true, 30: false, 300: false} {
		about := About{}
		for i := range n {
			about.Patch = append(about.Patch, iac.Snippet{Language: fmt.Sprint("language ", i), Code: code + fmt.Sprint("last ", i)})
		}
		m := Render(entry(), about)
		check(t, m)
		last := strings.Contains(m.Email, "    last 0\n")
		if last != whole || strings.Contains(m.Email, "This message was cut") == whole || strings.Contains(m.Email, "Environment: Prod #") != whole {
			t.Errorf("%d snippets: whole: %v", n, last)
		}
		var doc struct {
			Code []iac.Snippet `json:"code"`
			Cut  []string      `json:"cut"`
		}
		if err := json.Unmarshal([]byte(m.JSON), &doc); err != nil {
			t.Fatal(err)
		}
		for i, s := range doc.Code {
			if s.Code != "" && s.Code != about.Patch[i].Code {
				t.Errorf("%d snippets: the document shows a part of one", n)
			}
		}
		if complete := len(doc.Code) == n && doc.Code[0].Code != ""; complete != (len(doc.Cut) == 0) {
			t.Errorf("%d snippets: complete %v, and cut is %v", n, complete, doc.Cut)
		}
	}
}

// TestAFightShowsTheCode holds that whoever is on the other side is shown the code to change, in the language of the program where that is known.
func TestAFightShowsTheCode(t *testing.T) {
	p, err := policy.Parse("p.yaml", []byte("version: 1\n"), policy.Catalog{})
	if err != nil {
		t.Fatal(err)
	}
	fight := func(e *journal.Entry) { e.State, e.Held = journal.Told, journal.Fight }
	for name, c := range map[string]struct {
		e         journal.Entry
		origin    string
		languages []string
	}{
		"Terraform":       {with(fight, func(e *journal.Entry) { e.Agent = "Terraform 1.9.5" }), "Terraform", []string{"Terraform"}},
		"not known":       {with(fight), "", []string{"CloudFormation", "CDK (TypeScript)", "Terraform"}},
		"another setting": {with(fight, func(e *journal.Entry) { e.Remedy = "s3-versioning" }), "", nil},
		"no fight":        {with(is(journal.Told)), "", nil},
	} {
		about := AboutOf(p, c.e)
		var languages []string
		for _, s := range about.Patch {
			languages = append(languages, s.Language)
		}
		if about.Origin != c.origin || !slices.Equal(slices.Compact(languages), c.languages) {
			t.Errorf("%s: got %q in %q, want %q in %q", name, about.Origin, languages, c.origin, c.languages)
		}
		m := Render(c.e, about)
		check(t, m)
		if shown := strings.Contains(m.Email, "CHANGE THE CODE"); shown != (c.languages != nil) {
			t.Errorf("%s: the code is shown: %v", name, shown)
		}
	}
}

// TestHostileTexts holds the limits where what people and programs wrote is as long and odd as can be.
func TestHostileTexts(t *testing.T) {
	odd := strings.Repeat("é\xff\x00\u2028\u202e\"", 4_000)
	e := exemption(due, func(e *journal.Entry) {
		e.Actor, e.Reason = odd, odd
		e.With, _ = json.Marshal([]journal.Grant{{Rules: []string{odd, odd}, Until: due, Reason: odd, Owner: odd, By: odd}})
	})
	broken := e
	broken.With = json.RawMessage(`{"no":"list"}`)
	for name, e := range map[string]journal.Entry{
		"exemption": e, "unreadable exemption": broken, "notice": notice("rule/"+odd, "budget", "medium", odd), "sweep": notice("sweep", odd, "low", odd),
		"other notice": notice(odd, odd, "high", odd), "fight": with(func(e *journal.Entry) { e.State, e.Held, e.Agent, e.Actor = journal.Told, journal.Fight, odd, odd }),
	} {
		t.Run(name, func(t *testing.T) {
			m := Render(e, About{Origin: odd, Patch: []iac.Snippet{{Language: odd, Code: odd, Note: odd}}})
			check(t, m)
			check(t, m.Redirected(odd))
		})
	}
}

// TestKeyOfTellings holds which tellings of an entry a topic may take for one.
func TestKeyOfTellings(t *testing.T) {
	key := func(e journal.Entry) string { return Render(e, About{}).Key() }
	for _, c := range []struct {
		name string
		a, b journal.Entry
		same bool
	}{
		{"a second delivery", with(), with(func(e *journal.Entry) { e.Revision++ }), true},
		{"fixed is told once", with(), with(says("x")), true},
		{"another outcome", with(), with(is(journal.Failed)), false},
		{"a proposal, delivered again", with(proposal), with(proposal, func(e *journal.Entry) { e.Revision++ }), true},
		{"a proposal shown anew", with(proposal), with(proposal, func(e *journal.Entry) { e.Shown = "fedcba" }), false},
		{"it waits for something else", with(waits(journal.Grace)), with(waits(journal.Freeze)), false},
		{"a reminder", exemption(due), exemption(due, says("It ends soon.")), false},
		{"a notice that tells more", notice("rule/x", "budget", "low", "5 are held."), notice("rule/x", "budget", "low", "6 are held."), false},
	} {
		if got := key(c.a) == key(c.b); got != c.same {
			t.Errorf("%s: the same: %v (%s)", c.name, got, key(c.a))
		}
	}
}

// TestForceIsNamedOnlyWhereItHelps holds that people are told to force an undo only where what others changed is why it was refused.
func TestForceIsNamedOnlyWhereItHelps(t *testing.T) {
	changed := says("It was not undone: Environment " + journal.ChangedSince)
	for name, c := range map[string]struct {
		e    journal.Entry
		want bool
	}{
		"others changed it":     {with(undoes, is(journal.Refused), changed), true},
		"it was forced already": {with(undoes, is(journal.Refused), changed, func(e *journal.Entry) { e.Override.Force = true }), false},
		"the brake is on":       {with(undoes, is(journal.Refused), says("It was not undone: the brake is on.")), false},
		"it failed":             {with(undoes, is(journal.Failed), changed), false},
		"it is no undo":         {with(is(journal.Refused), changed), false},
	} {
		if got := strings.Contains(Render(c.e, About{}).Email, "--force"); got != c.want {
			t.Errorf("%s: named: %v", name, got)
		}
	}
}

// TestArgument holds that what is pasted into a shell is one argument.
func TestArgument(t *testing.T) {
	for in, want := range map[string]string{
		"arn:aws:s3:::site": "arn:aws:s3:::site", "public bucket": "'public bucket'", "": "''", "a;rm -rf ~": "'a;rm -rf ~'", "it's $(x)": `'it'\''s $(x)'`, "a\nb": "'a b'",
	} {
		if got := argument(in); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}

// TestWanted holds of what people hear at once.
func TestWanted(t *testing.T) {
	gathered := func(e *journal.Entry) { e.Gathered = true }
	again := func(e *journal.Entry) {
		e.Fingerprint = "f"
		e.Prior = &journal.Prior{State: e.State, Fingerprint: "f", Told: true}
	}
	low := func(e *journal.Entry) { e.Severity = "informational" }
	for name, c := range map[string]struct {
		e    journal.Entry
		want bool
	}{
		"fixed":                              {with(), true},
		"below the least":                    {with(low), false},
		"of a severity that is none":         {with(func(e *journal.Entry) { e.Severity = "" }), true},
		"told, gathered":                     {with(is(journal.Told), gathered), false},
		"observed, gathered":                 {with(is(journal.Observed), gathered), false},
		"gathered, and right by now":         {with(is(journal.Compliant), gathered), false},
		"gathered, and fixed by now":         {with(gathered), true},
		"gathered, and proposed by now":      {with(is(journal.Proposed), gathered), true},
		"gathered, and failed by now":        {with(is(journal.Failed), gathered), true},
		"gathered, and fought over by now":   {with(is(journal.Told), gathered, func(e *journal.Entry) { e.Held = journal.Fight }), true},
		"gathered, and a button was pressed": {with(is(journal.Told), gathered, func(e *journal.Entry) { e.Press = "Fix" }), true},
		"told before":                        {with(is(journal.Told), again), false},
		"told before, of other violations":   {with(is(journal.Told), again, func(e *journal.Entry) { e.Fingerprint = "g" }), true},
		"proposed before, and approved":      {with(is(journal.Proposed), again, func(e *journal.Entry) { e.Approver = "arn" }), true},
		"fixed before":                       {with(again), true},
		"a brake":                            {notice("brake/all", "brake", "informational", "x"), true},
		"a breaker":                          {notice("rule/x", "breaker", "informational", "x"), true},
		"a sweep, below the least":           {notice("sweep", "uncovered", "informational", "x"), false},
		"a budget":                           {notice("rule/x", "budget", "medium", "x"), true},
		"an exemption":                       {exemption(due), true},
	} {
		if got := Wanted(c.e, finding.Low); got != c.want {
			t.Errorf("%s: wanted: %v", name, got)
		}
	}
}

// TestOutcomeOfExemptions holds that what keeps exemptions is no violation that a person is told of.
func TestOutcomeOfExemptions(t *testing.T) {
	for state, want := range map[journal.State]string{journal.Open: "waiting", journal.Told: "exempt", journal.Lapsed: "lapsed", journal.Compliant: "lapsed"} {
		if got := Outcome(exemption(due, is(state))); got != want {
			t.Errorf("%s: got %q, want %q", state, got, want)
		}
	}
}

// TestRouting holds what a route's conditions are asked of, and that a message goes where the policy says.
func TestRouting(t *testing.T) {
	owned := func(e *journal.Entry) { e.Owner, e.Severity = "team-data", "high" }
	for _, c := range []struct {
		name string
		e    journal.Entry
		want policy.Routing
	}{
		{"a violation", with(owned), policy.Routing{
			Owner: "team-data", Account: "111122223333", Region: "eu-west-1", Severity: finding.High, Rule: "tags", Type: "AWS::EC2::Instance",
		}},
		{"a budget", notice("rule/tags", "budget", "medium", "x"), policy.Routing{Severity: finding.Medium, Rule: "tags"}},
		{"a brake", notice("brake/444455556666", "brake", "high", "x"), policy.Routing{Severity: finding.High, Account: "444455556666"}},
		{"the brake of all", notice("brake/all", "brake", "high", "x"), policy.Routing{Severity: finding.High}},
		{"a member's rules", notice("member/444455556666/eu-west-1", "silent", "high", "x"), policy.Routing{Severity: finding.High, Account: "444455556666"}},
		{"a resource that is called like a rule", with(func(e *journal.Entry) { e.Key.Resource, e.Rule, e.Severity = "rule/x", "", "" }), policy.Routing{
			Account: "111122223333", Region: "eu-west-1", Type: "AWS::EC2::Instance",
		}},
	} {
		if got := Routing(c.e); got != c.want {
			t.Errorf("%s: got %+v, want %+v", c.name, got, c.want)
		}
	}
	const topic = "arn:aws:sns:eu-west-1:111122223333:data"
	p, err := policy.Parse("p.yaml", []byte("version: 1\nnotify: {routes: [{match: {owner: [team-data]}, topic: \""+topic+"\"}]}\n"), policy.Catalog{})
	if err != nil {
		t.Fatal(err)
	}
	for owner, want := range map[string]string{"team-data": topic, "team-web": ""} {
		e := with(func(e *journal.Entry) { e.Owner = owner })
		if got := Render(e, AboutOf(p, e)).Topic; got != want {
			t.Errorf("the message of %s goes to %q, want %q", owner, got, want)
		}
	}
}

// TestPolicysExemption holds that people hear of an exemption of the policy as of any other: that it ends, and that the rules are in force again.
func TestPolicysExemption(t *testing.T) {
	for _, test := range []struct{ control, want string }{
		{"exemption", "Exemption ends: an exemption of the policy"},
		{journal.ExemptionOver, "In force again: an exemption of the policy"},
	} {
		e := notice("exemption/0123456789ab", "exemption", "", "The policy's exemption ends.", func(e *journal.Entry) { e.Control = test.control })
		if got := Render(e, About{}).Subject; got != test.want {
			t.Errorf("got %q, want %q", got, test.want)
		}
	}
}

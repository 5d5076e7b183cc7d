package awsdynamodb

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/tagwarden/tagwarden/internal/journal"
)

// described is the table as DynamoDB describes it, by its id; "" is an emulator that gives none.
func described(id string) line {
	return line{"DescribeTable", 200, fmt.Sprintf(`{"Table":{"TableId":%q,"CreationDateTime":1772366400.25}}`, id)}
}

// sealed is the seal of the table of that id.
func sealed(id string) string {
	return fmt.Sprintf(`{"pk":{"S":"brake"},"sk":{"S":"table"},"resource":{"S":"%s of 2026-03-01T12:00:00.250000000Z"}}`, id)
}

// found is the answer to a query.
func found(items ...string) line {
	return line{"Query", 200, `{"Items":[` + strings.Join(items, ",") + `]}`}
}

func brake(at, more string) string {
	return fmt.Sprintf(`{"pk":{"S":"brake"},"sk":{"S":%q}%s}`, at, more)
}

const denied = `{"__type":"AccessDeniedException","message":"no"}`

// TestTheSwitchThatNeedsNoTool holds what an item means that somebody wrote by hand, in a hurry: whatever is not plainly off is on, and whatever is no account is all.
func TestTheSwitchThatNeedsNoTool(t *testing.T) {
	const by = `,"doc":{"S":"{\"account\":\"111122223333\",\"on\":false,\"by\":\"me\",\"reason\":\"r\"}"}`
	hand := journal.Brake{On: true, Reason: "put on in the table itself"}
	mine := hand
	mine.Account = "111122223333"
	for name, c := range map[string]struct {
		items []string
		want  *journal.Brake // of 111122223333; nil: none
	}{
		"nothing":                        {nil, nil},
		"all":                            {[]string{brake("all", "")}, &hand},
		"all, in other letters":          {[]string{brake("ALL", "")}, &hand},
		"all, in other words":            {[]string{brake("everything!", "")}, &hand},
		"an account in another spelling": {[]string{brake("1111-2222-3333", "")}, &hand},
		"the account":                    {[]string{brake("111122223333", "")}, &mine},
		"another account":                {[]string{brake("444455556666", "")}, nil},
		"another account, and all":       {[]string{brake("444455556666", ""), brake("all", "")}, &hand},
		"the account, and all":           {[]string{brake("111122223333", ""), brake("all", "")}, &hand},
		"off":                            {[]string{brake("all", `,"state":{"S":"off"}`)}, nil},
		"off, in other letters":          {[]string{brake("all", `,"state":{"S":" Off "}`)}, nil},
		"all is off, the account is not": {[]string{brake("111122223333", ""), brake("all", `,"state":{"S":"off"}`)}, &mine},
		"on":                             {[]string{brake("all", `,"state":{"S":"on"}`)}, &hand},
		"a state that means nothing":     {[]string{brake("all", `,"state":{"S":"no"}`)}, &hand},
		"a state that is no text":        {[]string{brake("all", `,"state":{"BOOL":false}`)}, &hand},
		"a document that is nonsense":    {[]string{brake("all", `,"doc":{"S":"{"}`)}, &hand},
		"put on by hand, off before":     {[]string{brake("all", by)}, &journal.Brake{On: true, By: "me", Reason: "r"}},
	} {
		t.Run(name, func(t *testing.T) {
			j, s, _ := play(t, found(append(c.items, sealed("id-1"))...), described("id-1"))
			rails, err := j.Rails(t.Context(), "111122223333")
			same(t, "rails", []any{rails.Brake, err}, []any{c.want, nil})
			query := object(t, s.asked[0].body)
			same(t, "query", []any{query["ConsistentRead"], query["ExpressionAttributeValues"]}, []any{true, map[string]any{":p": map[string]any{"S": "brake"}}})
		})
	}
}

// TestTheSeal holds that a table in which the journal was not written has the brake on, and that nothing is known where that cannot be read.
func TestTheSeal(t *testing.T) {
	restored := &journal.Brake{On: true, Reason: journal.Restored}
	wrote, there := line{"PutItem", 200, `{}`}, line{"PutItem", 400, `{"__type":"ConditionalCheckFailedException"}`}
	for name, c := range map[string]struct {
		lines []line
		want  *journal.Brake
		code  string // of the error; "-": of none of AWS's
	}{
		"the same table":             {[]line{found(sealed("id-1")), described("id-1")}, nil, ""},
		"another table":              {[]line{found(sealed("id-1")), described("id-2")}, restored, ""},
		"an emulator's table":        {[]line{found(sealed("")), described("")}, nil, ""},
		"an emulator's other table":  {[]line{found(sealed("")), {"DescribeTable", 200, `{"Table":{"CreationDateTime":1772366400.5}}`}}, restored, ""},
		"a new table":                {[]line{found(), described("id-1"), wrote}, nil, ""},
		"sealed in the same moment":  {[]line{found(), described("id-1"), there}, nil, ""},
		"a new table, not written":   {[]line{found(), described("id-1"), {"PutItem", 400, denied}}, nil, "AccessDeniedException"},
		"not described":              {[]line{found(sealed("id-1")), {"DescribeTable", 400, denied}}, nil, "AccessDeniedException"},
		"described without its time": {[]line{found(sealed("id-1")), {"DescribeTable", 200, `{"Table":{"TableId":"id-1"}}`}}, nil, "-"},
		"no brakes read":             {[]line{{"Query", 400, denied}}, nil, "AccessDeniedException"},
	} {
		t.Run(name, func(t *testing.T) {
			j, s, _ := play(t, c.lines...)
			rails, err := j.Rails(t.Context(), "111122223333")
			same(t, "brake", rails.Brake, c.want)
			switch c.code {
			case "":
				same(t, "error", err, nil)
			case "-":
				same(t, "is there an error", err != nil, true)
			default:
				refused(t, err, c.code)
			}
			if last := s.asked[len(s.asked)-1]; last.operation == "PutItem" {
				put := object(t, last.body)
				same(t, "seal", []any{put["Item"], put["ConditionExpression"]}, []any{any(object(t, sealed("id-1"))), "attribute_not_exists(pk)"})
			}
		})
	}
}

// TestTheSealIsReadAgain holds for how long it is believed which table this is: ten seconds, by a clock that nothing stops, and not after that clock was set back.
func TestTheSealIsReadAgain(t *testing.T) {
	s := found(sealed("id-1"))
	j, _, _ := play(t, s, described("id-1"), s, s, described("id-1"), s, described("id-2"))
	for _, c := range []struct {
		after time.Duration
		want  *journal.Brake
	}{{0, nil}, {9 * time.Second, nil}, {10 * time.Second, nil}, {time.Second, &journal.Brake{On: true, Reason: journal.Restored}}} {
		j.now = func() time.Time { return noon.Add(c.after) }
		rails, err := j.Rails(t.Context(), "")
		same(t, c.after.String(), []any{rails.Brake, err}, []any{c.want, nil})
	}
}

// TestTheBrakeIsTakenOff holds that whoever takes the brake of all accounts off takes off all that means it, the seal before the last: what fails halfway leaves it on.
func TestTheBrakeIsTakenOff(t *testing.T) {
	wrote := line{"PutItem", 200, `{}`}
	lines := []line{found(brake("ALL", ""), brake("111122223333", ""), brake("all", ""), sealed("id-1")), wrote, described("id-2"), wrote, wrote}
	j, s, _ := play(t, lines...)
	if err := j.SetBrake(t.Context(), journal.Brake{By: "me", Since: noon}); err != nil {
		t.Fatal(err)
	}
	var puts []any
	for _, c := range s.asked {
		if c.operation == "PutItem" {
			it := object(t, c.body)["Item"].(map[string]any)
			puts = append(puts, it["sk"].(map[string]any)["S"], it["state"])
		}
	}
	state := map[string]any{"S": "off"}
	same(t, "puts", puts, []any{"ALL", any(state), "table", nil, "all", any(state)})

	for n := range lines {
		broken := slices.Clone(lines[:n+1])
		broken[n] = line{broken[n].operation, 400, denied}
		j, _, _ := play(t, broken...)
		refused(t, j.SetBrake(t.Context(), journal.Brake{Since: noon}), "AccessDeniedException")
	}
	j, _, _ = play(t, line{"PutItem", 400, denied})
	refused(t, j.SetBrake(t.Context(), journal.Brake{On: true, Since: noon}), "AccessDeniedException")
}

// TestAllBrakes holds that the brakes of one account are one, and that those which mean all are one.
func TestAllBrakes(t *testing.T) {
	hand := journal.Brake{On: true, Reason: "put on in the table itself"}
	mine := hand
	mine.Account = "111122223333"
	j, _, _ := play(t, line{"Query", 200, `{"Items":[` + brake("111122223333", "") + "," + brake("ALL", "") + `],"LastEvaluatedKey":{"pk":{"S":"brake"},"sk":{"S":"ALL"}}}`},
		found(brake("all", ""), sealed("id-0")), described("id-1"))
	got, err := j.Brakes(t.Context())
	same(t, "brakes", []any{got, err}, []any{[]journal.Brake{hand, mine}, nil})
}

// TestGuardrailsThatCannotBeRead: no counter and no brake is ever taken to be absent.
func TestGuardrailsThatCannotBeRead(t *testing.T) {
	brakes := []line{found(sealed("id-1")), described("id-1")}
	mark := journal.Mark{Counter: "made", Limit: 1, Per: time.Hour}
	claim := line{"GetItem", 200, `{"Item":` + keptClaim(t, journal.Claim{Version: 1, Entry: journal.Entry{ID: "tw-1", Key: key, State: journal.Open}}) + `}`}
	rails := func(j *Journal) error { _, err := j.Rails(t.Context(), "", "made"); return err }
	due := func(j *Journal) error { _, err := j.Due(t.Context(), noon, 5); return err }
	reset := func(j *Journal) error { return j.Reset(t.Context(), noon, "made") }
	record := func(j *Journal) error {
		_, err := j.Record(t.Context(), journal.Entry{ID: "tw-1", Key: key, State: journal.Planned, Updated: noon}, mark)
		return err
	}
	left := `{"Responses":{},"UnprocessedKeys":{"journal":{"Keys":[{"pk":{"S":"x"},"sk":{"S":"counter"}}]}}}`
	counter := func(doc string) string {
		return `{"Responses":{"journal":[{"pk":{"S":"counter#x"},"sk":{"S":"counter"},"resource":{"S":"made"}` + doc + `}]}}`
	}
	for name, c := range map[string]struct {
		lines []line
		call  func(j *Journal) error
	}{
		"rails: counters denied":       {append(slices.Clone(brakes), line{"BatchGetItem", 400, denied}), rails},
		"rails: counters left":         {append(slices.Clone(brakes), line{"BatchGetItem", 200, left}), rails},
		"rails: a counter of nonsense": {append(slices.Clone(brakes), line{"BatchGetItem", 200, counter(`,"doc":{"S":"{"}`)}), rails},
		"rails: a counter of nothing":  {append(slices.Clone(brakes), line{"BatchGetItem", 200, counter("")}), rails},
		"brakes denied":                {[]line{{"Query", 400, denied}}, func(j *Journal) error { _, err := j.Brakes(t.Context()); return err }},
		"record: counters denied":      {[]line{claim, {"BatchGetItem", 400, denied}}, record},
		"record: counters left":        {[]line{claim, {"BatchGetItem", 200, left}}, record},
		"reset: counters denied":       {[]line{{"BatchGetItem", 400, denied}}, reset},
		"reset: counters left":         {[]line{{"BatchGetItem", 200, left}}, reset},
		"due: index denied":            {[]line{{"Query", 400, denied}}, due},
	} {
		t.Run(name, func(t *testing.T) {
			j, _, _ := play(t, c.lines...)
			if err := c.call(j); err == nil || errors.Is(err, journal.ErrConflict) {
				t.Errorf("got error %v, want one that is no conflict", err)
			}
		})
	}
}

// TestCountersMoveInTheTransaction holds what is sent: each counter on the condition of its version; and that a race that is lost for a counter is tried again with what it is by
// then.
func TestCountersMoveInTheTransaction(t *testing.T) {
	claim := line{"GetItem", 200, `{"Item":` + keptClaim(t, journal.Claim{Version: 3, Entry: journal.Entry{ID: "tw-1", Revision: 2, Key: key, State: journal.Open}}) + `}`}
	kept := func(version int64, n int) line {
		data, err := journal.EncodeCounter(journal.Counter{Name: "made", Version: version, Per: time.Hour, Slots: map[int64]int{noon.Unix(): n}, Touched: noon})
		if err != nil {
			t.Fatal(err)
		}
		return line{"BatchGetItem", 200, `{"Responses":{"journal":[{"pk":{"S":"counter#x"},"sk":{"S":"counter"},"doc":{"S":` + quote(string(data)) + `}}]}}`}
	}
	e := journal.Entry{ID: "tw-1", Revision: 2, Key: key, State: journal.Planned, Updated: noon}
	made, failed := journal.Mark{Counter: "made", Limit: 8, Per: time.Hour}, journal.Mark{Counter: "failed", Per: 30 * 24 * time.Hour, Kind: journal.Trip}

	j, s, pauses := play(t, claim, kept(4, 6), canceled("None", "None", "ConditionalCheckFailed", "None"), claim, kept(5, 7), written)
	if _, err := j.Record(t.Context(), e, made, failed); err != nil {
		t.Fatal(err)
	}
	same(t, "pauses", len(*pauses), 1)
	write := object(t, s.asked[5].body)["TransactItems"].([]any)
	same(t, "writes", len(write), 4)
	second, third := write[2].(map[string]any)["Put"].(map[string]any), write[3].(map[string]any)["Put"].(map[string]any)
	same(t, "conditions", []any{second["ConditionExpression"], second["ExpressionAttributeValues"], third["ConditionExpression"]},
		[]any{"#v = :was", any(map[string]any{":was": map[string]any{"N": "5"}}), "attribute_not_exists(pk)"})
	expires := func(put map[string]any) any { return put["Item"].(map[string]any)["expires"] }
	same(t, "expiry, of all that counts", []any{expires(second), expires(third)}, []any{any(seconds(noon.Add(26 * time.Hour))), any(seconds(noon.Add(61 * 24 * time.Hour)))})

	j, _, _ = play(t, claim, kept(6, 8)) // the other one took the last of it
	var spent *journal.SpentError
	if _, err := j.Record(t.Context(), e, made, failed); !errors.As(err, &spent) {
		t.Errorf("got %v, want that it is spent", err)
	}
}

func seconds(at time.Time) map[string]any { return map[string]any{"N": fmt.Sprint(at.Unix())} }

// TestCountersAreReadByHundreds holds that no read asks for more than one may.
func TestCountersAreReadByHundreds(t *testing.T) {
	none := line{"BatchGetItem", 200, `{"Responses":{}}`}
	j, s, _ := play(t, found(sealed("id-1")), described("id-1"), none, none, none)
	var names []string
	for n := range 201 {
		names = append(names, fmt.Sprint(n), fmt.Sprint(n)) // the second is not asked for
	}
	if _, err := j.Rails(t.Context(), "", names...); err != nil {
		t.Fatal(err)
	}
	var asked []int
	for _, c := range s.asked[2:] {
		asked = append(asked, len(object(t, c.body)["RequestItems"].(map[string]any)["journal"].(map[string]any)["Keys"].([]any)))
	}
	same(t, "keys", asked, []int{100, 100, 1})
}

// TestWhatIsDueOutlivesItsTime holds that an entry is kept for as long after it is due as others are after they were written; the journal of the test keeps a day.
func TestWhatIsDueOutlivesItsTime(t *testing.T) {
	for name, c := range map[string]struct {
		due  time.Time
		want time.Time
	}{
		"never":     {time.Time{}, noon.Add(24 * time.Hour)},
		"soon":      {noon.Add(time.Minute), noon.Add(24*time.Hour + time.Minute)},
		"in a year": {noon.Add(365 * 24 * time.Hour), noon.Add(366 * 24 * time.Hour)},
		"before":    {noon.Add(-time.Hour), noon.Add(24 * time.Hour)},
	} {
		t.Run(name, func(t *testing.T) {
			j, s, _ := play(t, nothing, written)
			e := report()
			e.Due = c.due
			if _, err := j.Begin(t.Context(), e, noon); err != nil {
				t.Fatal(err)
			}
			for _, w := range object(t, s.asked[1].body)["TransactItems"].([]any) {
				same(t, "expires", w.(map[string]any)["Put"].(map[string]any)["Item"].(map[string]any)["expires"], any(seconds(c.want)))
			}
		})
	}
}

// indexed is a claim as the index of what is due has it.
func indexed(name string, due time.Time) string {
	return fmt.Sprintf(`{"pk":{"S":%q},"sk":{"S":"claim"},"dpk":{"S":"due#0"},"dsk":{"S":%q}}`, name, due.Format(sortableTime))
}

// TestDueReads holds that the longest due come first whatever shard they are in, that the index is not believed, and that what cannot be read holds up no other.
func TestDueReads(t *testing.T) {
	claim := func(id string, due time.Time) line {
		return line{"GetItem", 200, `{"Item":` + keptClaim(t, journal.Claim{Version: 1, Entry: journal.Entry{ID: id, Key: key, State: journal.Waiting, Due: due}}) + `}`}
	}
	empty := slices.Repeat([]line{found()}, shards-3)
	lines := append([]line{
		{"Query", 200, `{"Items":[` + indexed("claim#c", noon.Add(-time.Minute)) + `],"LastEvaluatedKey":{"pk":{"S":"x"}}}`},
		found(indexed("claim#gone", noon.Add(-30*time.Second)), indexed("claim#late", noon)),
		found(indexed("claim#b", noon.Add(-2*time.Minute)), indexed("claim#moved", noon.Add(-time.Second))),
		found(indexed("claim#a", noon.Add(-time.Hour)), indexed("claim#bad", noon.Add(-time.Hour))),
	}, empty...)
	lines = append(lines,
		claim("tw-a", noon.Add(-time.Hour)),
		line{"GetItem", 200, `{"Item":{"pk":{"S":"claim#bad"},"sk":{"S":"claim"},"doc":{"S":"{"}}}`},
		claim("tw-b", noon.Add(-2*time.Minute)), claim("tw-c", noon.Add(-time.Minute)),
		line{"GetItem", 200, `{}`}, claim("tw-moved", noon.Add(time.Hour)))
	j, s, _ := play(t, lines...)
	got, err := j.Due(t.Context(), noon, 6)
	var ids []string
	for _, e := range got {
		ids = append(ids, e.ID)
	}
	same(t, "due", ids, []string{"tw-a", "tw-b", "tw-c"})
	same(t, "is the one that cannot be read told", err != nil && strings.Contains(err.Error(), "decode claim"), true)
	var read []any
	for _, c := range s.asked[shards+1:] {
		read = append(read, object(t, c.body)["Key"].(map[string]any)["pk"].(map[string]any)["S"])
	}
	same(t, "read, the longest due first", read, []any{"claim#a", "claim#bad", "claim#b", "claim#c", "claim#gone", "claim#moved"})
	query := object(t, s.asked[0].body)
	same(t, "query", []any{query["IndexName"], query["Limit"], query["ExpressionAttributeValues"]},
		[]any{"due", 6.0, any(map[string]any{":p": map[string]any{"S": "due#0"}, ":s": map[string]any{"S": "2026-03-01T12:00:00.500000000Z"}})})
	same(t, "read", object(t, s.asked[len(s.asked)-1].body)["ConsistentRead"], true)

	j, _, _ = play(t, append(slices.Repeat([]line{found()}, shards-1), found(indexed("claim#a", noon)), line{"GetItem", 400, denied})...)
	_, err = j.Due(t.Context(), noon, 6)
	refused(t, err, "AccessDeniedException")
}

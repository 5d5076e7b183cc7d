package pattern

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"reflect"
	"strings"
	"testing"
	"time"
)

// TestCases tries the patterns and events whose outcome AWS's own engine gave.
func TestCases(t *testing.T) {
	for file, atLeast := range map[string]int{"event-pattern-cases.jsonl": 800, "edge-cases.jsonl": 1200} {
		t.Run(file, func(t *testing.T) {
			f, err := os.Open("../../testdata/patterns/" + file)
			if err != nil {
				t.Fatal(err)
			}
			defer f.Close()
			lines := bufio.NewScanner(f)
			lines.Buffer(nil, 1<<20)
			tried := 0
			for ; lines.Scan(); tried++ {
				tryCase(t, lines.Bytes())
			}
			if err := lines.Err(); err != nil || tried < atLeast {
				t.Errorf("tried %d cases, error %v; want %d and no error", tried, err, atLeast)
			}
		})
	}
}

func tryCase(t *testing.T, line []byte) {
	t.Helper()
	var c struct {
		Name                 string
		Pattern, Event, Want json.RawMessage
	}
	if err := json.Unmarshal(line, &c); err != nil {
		t.Fatal(err)
	}
	p, err := Parse(c.Pattern)
	if err != nil {
		if string(c.Want) != `"invalid"` {
			t.Errorf("%s: got %v, want %s", c.Name, err, c.Want)
		}
		return
	}
	for _, q := range []Pattern{p, MustParse(p.String())} {
		got, err := q.Match(c.Event)
		if want := string(c.Want) == "true"; err != nil || got != want || string(c.Want) == `"invalid"` {
			t.Errorf("%s: got %v, %v, want %s", c.Name, got, err, c.Want)
		}
	}
	if want, _ := p.Match(c.Event); !strings.HasPrefix(c.Name, "duplicate keys in event") && p.MatchValue(decoded(t, c.Event)) != want {
		t.Errorf("%s: MatchValue and Match differ", c.Name)
	}
}

func decoded(t testing.TB, event []byte) map[string]any {
	t.Helper()
	dec := json.NewDecoder(bytes.NewReader(event))
	dec.UseNumber()
	var v map[string]any
	if err := dec.Decode(&v); err != nil {
		t.Fatal(err)
	}
	return v
}

func TestParseRefuses(t *testing.T) {
	tests := []struct {
		name, pattern string
		path          []string
		line          string
	}{
		{"empty", `{}`, nil, `event pattern: an empty object matches nothing; name a field in it: {"FIELD": ["VALUE"]}`},
		{"no object", `[1]`, nil, `event pattern: a pattern is a JSON object; write {"FIELD": ["VALUE"]}`},
		{"trailing garbage", `{"a":[1]} x`, nil, "event pattern: not one JSON document at byte 11: invalid character 'x' after top-level value; write one JSON object and nothing after it"},
		{"cut off", `{"a":[1`, nil, "event pattern: not one JSON document at byte 7: unexpected end of JSON input; write one JSON object and nothing after it"},
		{"empty object below", `{"detail":{"a":{}}}`, []string{"detail", "a"}, `detail.a: an empty object matches nothing; name a field in it: {"FIELD": ["VALUE"]}`},
		{"no array", `{"detail":{"a":"x"}}`, []string{"detail", "a"}, "detail.a: a field wants an array of values or an object of fields; write the value in brackets: [...]"},
		{"numeric", `{"detail":{"severity":[{"numeric":"x"}]}}`, []string{"detail", "severity", "[0]", "numeric"}, `detail.severity[0].numeric: numeric wants an array of operators and numbers; write one comparison, as [">=", 7], or a range from below, as [">", 0, "<=", 10]`},
		{"wildcard", `{"a":["x",{"wildcard":"a**b"}]}`, []string{"a", "[1]", "wildcard"}, `a[1].wildcard: two asterisks side by side, at byte 1; write * once for any text, \* for an asterisk, \\ for a backslash`},
		{"in $or", `{"$or":[{"a":[1]},{"b":[]}]}`, []string{"$or", "[1]", "b"}, `$or[1].b: an empty array matches nothing; write the values: ["VALUE"], or [{"exists": true}]`},
		{"anything-but list", `{"a":[{"anything-but":{"prefix":["x",5]}}]}`, []string{"a", "[0]", "anything-but", "prefix", "[1]"}, `a[0].anything-but.prefix[1]: prefix wants a string; write it in quotes: "TEXT"`},
		{"empty anything-but", `{"a":["x",{"anything-but":{"prefix":[]}}]}`, []string{"a", "[1]", "anything-but", "prefix"}, `a[1].anything-but.prefix: an empty list; write what is not to match`},
		{"numeric of nothing", `{"a":[{"numeric":[]}]}`, []string{"a", "[0]", "numeric"}, `a[0].numeric: numeric wants an array of operators and numbers; write one comparison, as [">=", 7], or a range from below, as [">", 0, "<=", 10]`},
		{"numeric of text", `{"a":[{"numeric":[">",0,"<","x"]}]}`, []string{"a", "[0]", "numeric", "[3]"}, `a[0].numeric[3]: not a number; write the number without quotes`},
		{"numeric of too many digits", `{"a":[{"numeric":["=",12345678901234567890]}]}`, []string{"a", "[0]", "numeric", "[1]"}, `a[0].numeric[1]: a number that a float64 does not hold exactly; write fewer digits`},
		{"anything-but of a word", `{"a":[{"anything-but":true}]}`, []string{"a", "[0]", "anything-but"}, `a[0].anything-but: anything-but wants strings or numbers; write "TEXT" or NUMBER`},
		{"anything-but of too many digits", `{"a":[{"anything-but":[1,12345678901234567890]}]}`, []string{"a", "[0]", "anything-but", "[1]"}, `a[0].anything-but[1]: a number that a float64 does not hold exactly; write fewer digits`},
		{"a backslash", `{"a":[{"wildcard":"ab\\c"}]}`, []string{"a", "[0]", "wildcard"}, `a[0].wildcard: a backslash before what needs none, at byte 2; write * once for any text, \* for an asterisk, \\ for a backslash`},
		{"too many alternatives", `{` + strings.Repeat(`"$or":[{"a":[1]},{"b":[1]}],`, 10) + `"c":[1]}`, []string{"$or"}, "$or: the $ors of the pattern make more than 1000 combinations; write fewer alternatives, or several patterns"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := Parse([]byte(tt.pattern))
			fault, ok := errors.AsType[*Error](err)
			if !ok || !reflect.DeepEqual(fault.Path, tt.path) || err.Error() != tt.line {
				t.Errorf("got %v\nwant %v at %q", err, tt.line, tt.path)
			}
		})
	}
	for _, deep := range []string{
		strings.Repeat(`{"a":`, maxDepth) + "[1]" + strings.Repeat("}", maxDepth),
		`{"a":` + strings.Repeat("[", maxDepth) + strings.Repeat("]", maxDepth) + "}",
	} {
		if _, err := Parse([]byte(deep)); err == nil || !strings.Contains(err.Error(), "nested deeper than 500 levels") {
			t.Errorf("got %v for a deep pattern", err)
		}
	}
}

func TestString(t *testing.T) {
	for source, want := range map[string]string{
		`{ "b": ["<é>", 1.0], "a": {"y":[null],"x":[{"exists":false}]} }`: `{"a":{"x":[{"exists":false}],"y":[null]},"b":["<é>",1.0]}`,
		`{"a":{"x":[1]},"b":[1],"a":{"w":[2]}}`:                           `{"a":{"w":[2],"x":[1]},"b":[1]}`,
		`{"a":{"x":[1]},"a":{"w":[2]},"c":[1],"b":[1]}`:                   `{"a":{"w":[2],"x":[1]},"b":[1],"c":[1]}`,
		`{"b":[3],"a":[1],"b":[2]}`:                                       `{"b":[3],"a":[1],"b":[2]}`,
	} {
		p := MustParse(source)
		data, err := json.Marshal(map[string]Pattern{"p": p})
		if err != nil {
			t.Fatal(err)
		}
		var back map[string]json.RawMessage
		if err := json.Unmarshal(data, &back); err != nil || p.String() != want || p.Len() != len([]rune(want)) {
			t.Errorf("got %s, %d characters, error %v\nwant %s", p, p.Len(), err, want)
		}
	}
}

func TestZero(t *testing.T) {
	var p Pattern
	matched, err := p.Match([]byte(`{}`))
	_, added := p.And([]string{"a"}, []byte(`[1]`))
	if !p.IsZero() || matched || err != nil || added || p.MatchValue(map[string]any{}) || p.String() != "" {
		t.Errorf("the zero pattern: matched %v, %v, added %v, %q", matched, err, added, p)
	}
}

func TestMatchNoObject(t *testing.T) {
	p := MustParse(`{"a":[1]}`)
	for _, event := range []string{``, ` `, `[]`, `1`, `null`, `{"a":1`, `{"a":1}{}`, `{"a":1} x`} {
		if got, err := p.Match([]byte(event)); got || err == nil {
			t.Errorf("%q: got %v, %v, want an error", event, got, err)
		}
	}
}

func TestMatchValueOfGoValues(t *testing.T) {
	p := MustParse(`{"n":[5],"tags":{"Owner":["x"]},"list":["y"],"f":[0.5]}`)
	event := map[string]any{"n": 5, "tags": map[string]string{"Owner": "x"}, "list": []string{"z", "y"}, "f": 0.5}
	if !p.MatchValue(event) {
		t.Error("got no match")
	}
	event["list"] = func() {}
	if p.MatchValue(event) {
		t.Error("got a match of what cannot be JSON")
	}
}

func TestAnd(t *testing.T) {
	const source = `{"detail":{"a":[1]},"x.y":[1]}`
	tests := []struct {
		name, path, leaf, want string
	}{
		{"beside", "detail/b", `["x"]`, `{"detail":{"a":[1],"b":["x"]},"x.y":[1]}`},
		{"new objects", "q/r/s", `[null]`, `{"detail":{"a":[1]},"q":{"r":{"s":[null]}},"x.y":[1]}`},
		{"constrained", "detail/a", `[1]`, ""},
		{"constrained by dots", "x/y", `[1]`, ""},
		{"an object", "detail", `[1]`, ""},
		{"below values", "detail/a/b", `[1]`, ""},
		{"below values of a later field", "x.y/z", `[1]`, ""},
		{"no leaf", "z", `{"a":[1]}`, ""},
		{"empty leaf", "z", `[]`, ""},
		{"operator as name", "z/$or", `["x"]`, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p := MustParse(source)
			got, ok := p.And(strings.Split(tt.path, "/"), json.RawMessage(tt.leaf))
			want := tt.want
			if want == "" {
				want = source
			}
			if got.String() != want || ok != (tt.want != "") || p.String() != source {
				t.Errorf("got %s, %v, want %s", got, ok, want)
			}
		})
	}
}

// TestMatchIsBounded holds events against patterns on which a search without memory would not end.
func TestMatchIsBounded(t *testing.T) {
	scalars := `{"a":[` + strings.Repeat(`"x",`, 60000) + `"x"],"b":["x","x"],"z":1}`
	objects := `{"a":[` + strings.Repeat(`{"b":1,"c":1},`, 17000) + `{"b":1}],"z":[{"b":1}]}`
	twice := `{` + strings.Repeat(`"a":[`+strings.Repeat(`{"b":1},{"c":1},{"d":1},`, 2500)+`{}],`, 4) + `"z":1}`
	nested := `{"a":` + strings.Repeat(`[`, 5000) + strings.Repeat(`[1],`, 50000) + `[1]` + strings.Repeat(`]`, 5000) + `}`
	for name, c := range map[string][2]string{
		"scalars":   {`{"a":["x"],"b":["x"],"z":[2]}`, scalars},
		"objects":   {`{"a":{"b":[1],"c":[1],"d":[{"exists":true}]},"z":{"b":[1]}}`, objects},
		"absent":    {`{"a":{"b":[1],"c":[{"exists":false}],"d":[{"exists":true}]}}`, objects},
		"twice":     {`{"a":{"b":[1],"c":[1],"d":[1],"e":[{"exists":false}]},"z":[2]}`, twice},
		"nested":    {`{"a":[2,1],"b":[1]}`, nested},
		"wildcards": {`{"a":[{"wildcard":"*` + strings.Repeat("a*", 500) + `b"}]}`, `{"a":"` + strings.Repeat("a", 256<<10) + `"}`},
	} {
		start := time.Now()
		if got, err := MustParse(c[0]).Match([]byte(c[1])); got || err != nil {
			t.Errorf("%s: got %v, %v, want no match", name, got, err)
		}
		if took := time.Since(start); took > 20*time.Second {
			t.Errorf("%s: took %v", name, took)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(`{"a":[{"wildcard":"*x"}],"$or":[{"b":[1]},{"c":[{"exists":false}]}]}`), []byte(`{"a":["yx"],"b":1}`))
	f.Add([]byte(`{"":{"a.b":[{"anything-but":{"suffix":["x"]}}]}}`), []byte(`{"a":[[{"b":null}]]}`))
	f.Add([]byte(`{"a":["::1",{"cidr":"10.0.0.0/8"},{"numeric":[">",1e3]}]}`), []byte(`{"a":"\ud800"}`))
	f.Fuzz(func(t *testing.T, source, event []byte) {
		p, err := Parse(source)
		if err != nil {
			if _, ok := errors.AsType[*Error](err); !ok {
				t.Fatalf("an error of another type: %v", err)
			}
			return
		}
		q, err := Parse([]byte(p.String()))
		if err != nil || q.String() != p.String() {
			t.Fatalf("%s does not come back: %s, %v", p, q, err)
		}
		first, err1 := p.Match(event)
		for _, again := range []Pattern{p, q} {
			if got, err := again.Match(event); got != first || (err == nil) != (err1 == nil) {
				t.Fatalf("%s: got %v, %v and then %v, %v", p, first, err1, got, err)
			}
		}
	})
}

func BenchmarkMatch(b *testing.B) {
	p := MustParse(`{"source":["aws.tag"],"detail-type":["Tag Change on Resource"],"account":["111122223333"],"detail":{"service":["ec2","s3"],"tags":{"Environment":[{"anything-but":"Sandbox"}]}}}`)
	event := []byte(`{"version":"0","id":"627655da","detail-type":"Tag Change on Resource","source":"aws.tag","account":"111122223333","time":"2026-11-22T10:00:00Z","region":"eu-west-1","resources":["arn:aws:ec2:eu-west-1:111122223333:instance/i-0abc"],"detail":{"changed-tag-keys":["Environment"],"service":"ec2","resource-type":"instance","version":2,"tags":{"Environment":"Dev","Owner":"team-a","CostCenter":"42"}}}`)
	b.ReportAllocs()
	for b.Loop() {
		if ok, err := p.Match(event); !ok || err != nil {
			b.Fatal(ok, err)
		}
	}
}

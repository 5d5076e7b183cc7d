package pattern

import (
	"fmt"
	"strings"
	"testing"
)

// TestCorners holds what decides one thing each: the ends of ranges, spellings that mean the same, and what only looks as if it did.
func TestCorners(t *testing.T) {
	const beyond = `{"equals-ignore-case":"\ud83d\ude00b"}`
	tests := []struct {
		name, pattern, event string
		want                 bool
	}{
		{"zeros before an address's numbers mean nothing", `["010.000.000.001"]`, `"10.0.0.1"`, true},
		{"more characters than an address has", `["0010.000.000.001"]`, `"10.0.0.1"`, false},
		{"an address in two notations is none", `["::ffff:10.0.0.1"]`, `"10.0.0.1"`, false},
		{"below the first address", `[{"cidr":"10.200.2.3/12"}]`, `"10.191.255.255"`, false},
		{"the first address", `[{"cidr":"10.200.2.3/12"}]`, `"10.192.0.0"`, true},
		{"the last address", `[{"cidr":"10.200.2.3/12"}]`, `"10.207.255.255"`, true},
		{"above the last address", `[{"cidr":"10.200.2.3/12"}]`, `"10.208.0.0"`, false},
		{"the first address of a few", `[{"cidr":"10.0.0.9/29"}]`, `"10.0.0.8"`, true},
		{"below the first address of a few", `[{"cidr":"10.0.0.9/29"}]`, `"10.0.0.7"`, false},
		{"the digits of a number read as an address", `[{"cidr":"16.0.0.0/8"},"x"]`, `10000000`, true},
		{"fewer digits than an address", `[{"cidr":"16.0.0.0/8"}]`, `1`, false},
		{"a fraction is no address", `[{"cidr":"0.0.0.0/3"}]`, `1.5`, false},
		{"an address with a zone is text", `["fe80::1%a"]`, `"fe80::1"`, false},
		{"beside a number, a number is nothing else", `[{"cidr":"16.0.0.0/8"},5]`, `10000000`, false},
		{"beside a number that is excluded, too", `[{"cidr":"16.0.0.0/8"},{"anything-but":10000000}]`, `10000000`, false},
		{"a zero of many digits", `[0]`, `0.00`, true},
		{"a zero below nothing", `[0]`, `-0.0`, true},
		{"a suffix from the first character", `[{"suffix":{"equals-ignore-case":"\"ab"}}]`, `"AB"`, true},
		{"a suffix not from the first character", `[{"suffix":{"equals-ignore-case":"\"ab"}}]`, `"xab"`, false},
		{"one character beyond U+FFFF is two question marks", `[` + beyond + `]`, `"??B"`, true},
		{"and what follows it counts", `[` + beyond + `]`, `"??"`, false},
		{"U+FFFF is itself", `[{"equals-ignore-case":"\uffff"}]`, `"\uffff"`, true},
		{"the first letter whose upper case is two", `[{"equals-ignore-case":"ß"}]`, `"SS"`, true},
		{"the first of the ligatures", `[{"equals-ignore-case":"ﬀ"}]`, `"FF"`, true},
		{"spaces in an event", `[1]`, " \t\r\n1 ", true},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			holds(t, `{"a":`+test.pattern+`}`, `{"a":`+test.event+`}`, test.want)
		})
	}
}

func holds(t *testing.T, pattern, event string, want bool) {
	t.Helper()
	p := MustParse(pattern)
	if got, err := p.Match([]byte(event)); got != want || err != nil {
		t.Errorf("%s of %s: got %v, %v, want %v", pattern, event, got, err, want)
	}
}

// TestOr holds how the alternatives of an `$or` stand to each other, and what the name is where it is no operator.
func TestOr(t *testing.T) {
	tests := []struct {
		name, pattern, event string
		want                 bool
	}{
		{"a field below others", `{"a":{"$or":["x"]}}`, `{"a":{"$or":"x"}}`, true},
		{"beside a field of that name, one prefix may be excluded", `{"$or":["x"],"a":[{"anything-but":{"prefix":"y"}}]}`, `{"$or":"x","a":"z"}`, true},
		{"and a list without letter case", `{"$or":["x"],"a":[{"anything-but":{"equals-ignore-case":["y"]}}]}`, `{"$or":"x","a":"Y"}`, false},
		{"one value in two spellings hides the later alternative", `{"$or":[{"a":[0]},{"a":[-0,5]}],"b":[1]}`, `{"a":5,"b":1}`, false},
		{"two values do not, though they begin alike", `{"$or":[{"a":[1.25]},{"a":[1.375]}],"b":[1]}`, `{"a":1.375,"b":1}`, true},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) { holds(t, test.pattern, test.event, test.want) })
	}
	ten := `"$or":[{"%[1]s":[0]},{"%[1]s":[1]},{"%[1]s":[2]},{"%[1]s":[3]},{"%[1]s":[4]},{"%[1]s":[5]},{"%[1]s":[6]},{"%[1]s":[7]},{"%[1]s":[8]},{"%[1]s":[9]}]`
	thousand := []string{fmt.Sprintf(ten, "a"), fmt.Sprintf(ten, "b"), fmt.Sprintf(ten, "c")}
	holds(t, "{"+strings.Join(thousand, ",")+"}", `{"a":9,"b":9,"c":9}`, true)
}

// TestMissing holds of which elements it is asked whether a field is missing.
func TestMissing(t *testing.T) {
	tests := []struct {
		name, pattern, event string
		want                 bool
	}{
		{"of the element that a path which sorts before it has chosen", `{"a":{"x-y":[1],"x":{"z":[{"exists":false}]}}}`, `{"a":[{"x-y":1},{"x":{"z":1}}]}`, true},
		{"of that element alone", `{"a":{"x-y":[1],"x":{"z":[{"exists":false}]}}}`, `{"a":[{"x-y":1,"x":{"z":1}},{"x-y":2}]}`, false},
		{"of each element that may be chosen", `{"a":{"b":[1],"c":[{"exists":false}]}}`, `{"a":[{"b":1},{"c":1}],"a.b":1}`, true},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) { holds(t, test.pattern, test.event, test.want) })
	}
}

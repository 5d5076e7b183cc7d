package standin

import (
	"regexp"
	"strings"
	"testing"
)

func s(text string) value { return value{S: &text} }
func n(text string) value { return value{N: &text} }

func TestConditions(t *testing.T) {
	it := item{"pk": s("claim#1"), "sk": s("b"), "v": n("10")}
	subs := substitutes{
		ExpressionAttributeNames:  map[string]string{"#v": "v"},
		ExpressionAttributeValues: item{":ten": n("10.0"), ":nine": n("9"), ":a": s("a"), ":c": s("c"), ":claim": s("claim#")},
	}
	for _, c := range []struct {
		text string
		want bool
	}{
		{"", true},
		{"attribute_exists(pk)", true},
		{"attribute_not_exists(pk)", false},
		{"attribute_not_exists(other)", true},
		{"#v = :ten", true}, // numbers, not texts
		{"#v > :nine", true},
		{"#v < :nine", false},
		{"#v >= :ten AND sk > :a", true},
		{"#v <= :ten AND sk < :a", false},
		{"sk <> :a", true},
		{"sk = :ten", false}, // of two types
		{"sk <> :ten", true},
		{"other = :a", false},
		{"sk BETWEEN :a AND :c AND #v = :ten", true},
		{"sk BETWEEN :c AND :a", false},
		{"begins_with(pk, :claim)", true},
		{"begins_with(sk, :claim)", false},
		{"attribute_not_exists(pk) OR #v = :ten", true},
		{"NOT (attribute_not_exists(pk) OR sk = :c)", true},
	} {
		used := substitutes{ExpressionAttributeNames: map[string]string{}, ExpressionAttributeValues: item{}}
		for name, to := range subs.ExpressionAttributeNames {
			if strings.Contains(c.text, name) {
				used.ExpressionAttributeNames[name] = to
			}
		}
		for name, to := range subs.ExpressionAttributeValues {
			if regexp.MustCompile(name + `\b`).MatchString(c.text) {
				used.ExpressionAttributeValues[name] = to
			}
		}
		conditions, err := parse(used, c.text)
		if err != nil {
			t.Errorf("%s: %v", c.text, err)
			continue
		}
		if got := conditions[0].holds(it); got != c.want {
			t.Errorf("%s: got %v", c.text, got)
		}
	}
}

func TestWhatIsNoExpression(t *testing.T) {
	subs := substitutes{ExpressionAttributeValues: item{":a": s("a")}}
	for _, text := range []string{
		"size(pk) > :a", "contains(pk, :a)", "pk = :b", "#p = :a", "pk", "pk =", "pk = :a AND", "(pk = :a", "pk = :a )", "pk BETWEEN :a", "begins_with(pk :a)", "pk ! :a",
		"attribute_exists(pk)", // :a is left over
	} {
		if _, err := parse(subs, text); err == nil {
			t.Errorf("%s was read", text)
		}
	}
}

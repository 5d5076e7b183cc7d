package local

import "testing"

func TestFill(t *testing.T) {
	p := places{"web": {"i-1", "arn:aws:ec2:us-east-1:111122223333:instance/i-1"}, `a.arn`: {"odd", "arn:odd"}, "say": {`a"b`, "x"}}
	for _, c := range []struct{ name, text, want, err string }{
		{"id and ARN", `{"id":"{{web}}","arn":"{{ web.arn }}"}`, `{"id":"i-1","arn":"arn:aws:ec2:us-east-1:111122223333:instance/i-1"}`, ""},
		{"a name that ends like an ARN's", `{{a.arn}} {{a.arn.arn}}`, `odd arn:odd`, ""},
		{"quotes stay within quotes", `"{{say}}"`, `"a\"b"`, ""},
		{"nothing to fill", `{"a":{"b":{}}}`, `{"a":{"b":{}}}`, ""},
		{"unknown", `{{web}} {{db}}`, "", "events/a.json: the seed has no {{db}}; it has a.arn, say, web"},
		{"unknown ARN", `{{db.arn}}`, "", "events/a.json: the seed has no {{db.arn}}; it has a.arn, say, web"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := p.fill("events/a.json", []byte(c.text))
			if text := errText(err); text != c.err {
				t.Fatalf("got error %q, want %q", text, c.err)
			}
			if string(got) != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

func errText(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

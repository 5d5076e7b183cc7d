package standin

import (
	"encoding/xml"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"
)

// A Topic is an SNS topic with one subscriber.
type Topic struct {
	ARN     string
	deliver func(Published)
}

// A Published is what a subscriber gets: one text a protocol, where the message has a structure.
type Published struct {
	Subject, Message string
	Attributes       map[string]string
}

// NewTopic makes a topic. Its subscriber is called once a publication, by several at once.
func (c *Cloud) NewTopic(name string, deliver func(Published)) *Topic {
	t := &Topic{ARN: "arn:aws:sns:us-east-1:" + Account + ":" + name, deliver: deliver}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.topics[t.ARN] = t
	return t
}

// maxPublished is how long a message may be, in bytes. Source: SNS API reference, Publish.
const maxPublished = 256 << 10

type publishAnswer struct {
	XMLName   xml.Name `xml:"PublishResponse"`
	MessageID string   `xml:"PublishResult>MessageId"`
}

func publish(c *Cloud, _ request, form url.Values) (publishAnswer, error) {
	c.mu.Lock()
	t := c.topics[form.Get("TopicArn")]
	c.mu.Unlock()
	switch {
	case t == nil:
		return publishAnswer{}, &Error{Status: http.StatusNotFound, Code: "NotFound", Message: "Topic does not exist"}
	case len(form.Get("Message")) > maxPublished:
		return publishAnswer{}, &Error{Status: http.StatusBadRequest, Code: "InvalidParameter", Message: "Message too long"}
	}
	p := Published{Subject: form.Get("Subject"), Message: form.Get("Message"), Attributes: map[string]string{}}
	for n := 1; form.Has(fmt.Sprintf("MessageAttributes.entry.%d.Name", n)); n++ {
		at := fmt.Sprintf("MessageAttributes.entry.%d.", n)
		p.Attributes[form.Get(at+"Name")] = form.Get(at + "Value.StringValue")
	}
	t.deliver(p)
	return publishAnswer{MessageID: "published"}, nil
}

type assumed struct {
	XMLName      xml.Name `xml:"AssumeRoleResponse"`
	AccessKeyID  string   `xml:"AssumeRoleResult>Credentials>AccessKeyId"`
	Secret       string   `xml:"AssumeRoleResult>Credentials>SecretAccessKey"`
	SessionToken string   `xml:"AssumeRoleResult>Credentials>SessionToken"`
	Expiration   string   `xml:"AssumeRoleResult>Credentials>Expiration"`
}

// assumeRole gives credentials whose access key tells the role's account. They do not run out: the SDK holds them against another clock than ours.
func assumeRole(_ *Cloud, _ request, form url.Values) (assumed, error) {
	parts := strings.Split(form.Get("RoleArn"), ":")
	if len(parts) != 6 || form.Get("RoleSessionName") == "" {
		return assumed{}, &Error{Status: http.StatusBadRequest, Code: "ValidationError", Message: "no role, or no session name"}
	}
	return assumed{AccessKeyID: "ASIA" + parts[4], Secret: "secret", SessionToken: "token", Expiration: "2100-01-01T00:00:00Z"}, nil
}

// A Hub is Security Hub. It is safe for concurrent use.
type Hub struct {
	mu       sync.Mutex
	findings map[string]Finding
}

// A Finding is a finding in the AWS Security Finding Format.
type Finding map[string]any

func (f Finding) name() string { return fmt.Sprint(f["ProductArn"], " ", f["Id"]) }

// Import puts a finding in, as its product does: what customers wrote into it stays.
//
// Source: Security Hub API reference, BatchImportFindings.
func (h *Hub) Import(f Finding) {
	h.mu.Lock()
	defer h.mu.Unlock()
	kept := Finding{"Workflow": map[string]any{"Status": "NEW"}}
	for _, ours := range []string{"Workflow", "Note", "UserDefinedFields"} {
		if was, ok := h.findings[f.name()][ours]; ok {
			kept[ours] = was
		}
	}
	imported := maps.Clone(f)
	maps.Copy(imported, kept)
	h.findings[f.name()] = imported
}

// Get is a finding; nil if there is none.
func (h *Hub) Get(product, id string) Finding {
	h.mu.Lock()
	defer h.mu.Unlock()
	return maps.Clone(h.findings[Finding{"ProductArn": product, "Id": id}.name()])
}

type equals []struct{ Value, Comparison string }

// takes tells whether a filter lets a value through: one of its values must equal it.
func (e equals) takes(v any) bool {
	return len(e) == 0 || slices.ContainsFunc(e, func(f struct{ Value, Comparison string }) bool { return f.Value == v && f.Comparison == "EQUALS" })
}

type findings struct{ Findings []Finding }

func getFindings(c *Cloud, _ request, in struct {
	Filters struct{ Id, ProductArn equals } //nolint:revive // the names are Security Hub's
},
) (findings, error) {
	c.Hub.mu.Lock()
	defer c.Hub.mu.Unlock()
	out := findings{Findings: []Finding{}}
	for _, name := range slices.Sorted(maps.Keys(c.Hub.findings)) {
		if f := c.Hub.findings[name]; in.Filters.Id.takes(f["Id"]) && in.Filters.ProductArn.takes(f["ProductArn"]) {
			out.Findings = append(out.Findings, f)
		}
	}
	return out, nil
}

func batchUpdateFindings(c *Cloud, _ request, in struct {
	FindingIdentifiers []struct{ Id, ProductArn string } //nolint:revive // the names are Security Hub's
	Note, Workflow     map[string]any
	UserDefinedFields  map[string]string
},
) (any, error) {
	c.Hub.mu.Lock()
	defer c.Hub.mu.Unlock()
	var processed, unprocessed []any
	for _, id := range in.FindingIdentifiers {
		f, ok := c.Hub.findings[Finding{"ProductArn": id.ProductArn, "Id": id.Id}.name()]
		if !ok {
			unprocessed = append(unprocessed, map[string]any{"FindingIdentifier": id, "ErrorCode": "FindingNotFound", "ErrorMessage": "Finding Not Found"})
			continue
		}
		processed = append(processed, id)
		updated := maps.Clone(f)
		if in.Note != nil {
			updated["Note"] = map[string]any{"Text": in.Note["Text"], "UpdatedBy": in.Note["UpdatedBy"], "UpdatedAt": c.Clock.Now().Format(time.RFC3339)}
		}
		if in.Workflow != nil {
			updated["Workflow"] = in.Workflow
		}
		if in.UserDefinedFields != nil {
			updated["UserDefinedFields"] = in.UserDefinedFields
		}
		c.Hub.findings[f.name()] = updated
	}
	return map[string]any{"ProcessedFindings": processed, "UnprocessedFindings": unprocessed}, nil
}

func batchImportFindings(c *Cloud, _ request, in findings) (any, error) {
	for _, f := range in.Findings {
		c.Hub.Import(f)
	}
	return map[string]any{"SuccessCount": len(in.Findings), "FailedCount": 0}, nil
}

package arn

import (
	_ "embed"
	"fmt"
	"slices"
	"strings"
	"sync"
)

//go:embed types.txt
var typesText string

// Taggability says whether resources of a type can carry tags.
type Taggability uint8

// The zero Taggability is Unknown: who needs to be sure must ask AWS.
const (
	Unknown Taggability = iota
	Yes
	No
)

// String gives "unknown", "yes" or "no".
func (t Taggability) String() string {
	switch t {
	case Yes:
		return "yes"
	case No:
		return "no"
	}
	return "unknown"
}

// A resourceType is what the table says of one type.
type resourceType struct {
	name      string
	cfn       string // CloudFormation's name where it differs
	taggable  Taggability
	service   string
	templates []template // the first is the form to write; all are read
	shared    bool       // the ARN does not tell this type
	ids       ids
}

// ids says how AWS Config spells the ids of a type.
type ids struct {
	arn, arnOnly bool   // as the ARN; and nothing shorter tells the ARN
	slash        bool   // with a leading "/" where there are several parts
	uuid         bool   // as a generated UUID
	unique       string // as a generated id with this prefix
}

// A form is one way in which the ARNs of a type are written.
type form struct {
	template
	typ *resourceType
}

// A table is types.txt, read.
type table struct {
	types  map[string]*resourceType // by both names
	names  []string                 // as AWS Config spells them, sorted
	forms  map[string][]form        // by service, the most specific first; without shared types
	faults []error                  // lines that could not be read: none, as a test shows
}

// known reads the table when it is first needed: a function that never asks does not pay.
var known = sync.OnceValue(func() *table { return readTable(typesText) })

// readTable reads the text of types.txt.
func readTable(text string) *table {
	t := &table{types: make(map[string]*resourceType, 1024), forms: make(map[string][]form, 256)}
	last := new(resourceType)
	for line := range strings.Lines(text) {
		line = strings.TrimSuffix(line, "\n")
		if line == "" || line[0] == '#' {
			continue
		}
		if err := t.readLine(line, &last); err != nil {
			t.faults = append(t.faults, err)
		}
	}
	for _, forms := range t.forms {
		slices.SortStableFunc(forms, func(a, b form) int { return a.compare(b.template) })
	}
	slices.Sort(t.names)
	return t
}

// readLine reads one line; last is the type of the line before, to which an "alt" belongs.
func (t *table) readLine(line string, last **resourceType) error {
	name, rest, _ := strings.Cut(line, "\t")
	tags, rest, found := strings.Cut(rest, "\t")
	text, options, _ := strings.Cut(rest, "\t")
	if !found || text == "" {
		return fmt.Errorf("line %q has not TYPE, taggable and template", line)
	}
	if tags != "alt" {
		*last = &resourceType{name: name, taggable: taggability(tags)}
		if err := (*last).setOptions(options); err != nil {
			return err
		}
		t.add(*last)
	}
	if (*last).name != name {
		return fmt.Errorf("line %q does not follow its type", line)
	}
	return t.addForm(*last, text)
}

// taggability reads "yes", "no" or "?".
func taggability(s string) Taggability {
	switch s {
	case "yes":
		return Yes
	case "no":
		return No
	}
	return Unknown
}

// add makes the type known under its names.
func (t *table) add(r *resourceType) {
	t.types[r.name] = r
	t.names = append(t.names, r.name)
	if r.cfn != "" {
		t.types[r.cfn] = r
	}
}

// addForm adds a template to a type; text without a colon is a service alone.
func (t *table) addForm(r *resourceType, text string) error {
	if !strings.Contains(text, ":") {
		r.service = text
		return nil
	}
	tmpl, err := newTemplate(text)
	if err != nil {
		return err
	}
	r.service, r.templates = tmpl.service, append(r.templates, tmpl)
	if !r.shared {
		t.forms[tmpl.service] = append(t.forms[tmpl.service], form{tmpl, r})
	}
	return nil
}

// setOptions reads the last column.
func (r *resourceType) setOptions(options string) error {
	if options == "" {
		return nil
	}
	for o := range strings.SplitSeq(options, ",") {
		word, value, _ := strings.Cut(o, ":")
		switch word {
		case "shared":
			r.shared = true
		case "arn":
			r.ids.arn = true
		case "arn!":
			r.ids.arn, r.ids.arnOnly = true, true
		case "slash":
			r.ids.slash = true
		case "uuid":
			r.ids.uuid = true
		case "unique":
			r.ids.unique = value
		case "cfn":
			r.cfn = value
		default:
			return fmt.Errorf("type %s has the unknown option %q", r.name, o)
		}
	}
	return nil
}

// Canonical gives the name of a type as AWS Config spells it: AWS::ACM::Certificate for
// AWS::CertificateManager::Certificate. ok is false for a type that the table does not know;
// letter case counts.
func Canonical(typ string) (name string, ok bool) {
	if r, found := known().types[typ]; found {
		return r.name, true
	}
	return "", false
}

// Taggable says whether resources of a type can be tagged after they were made, through the
// service's API; Unknown for a type that the table does not know.
func Taggable(typ string) Taggability {
	if r, found := known().types[typ]; found {
		return r.taggable
	}
	return Unknown
}

// Types gives all types that the table knows, as AWS Config spells them, sorted. The result
// is the caller's.
func Types() []string { return slices.Clone(known().names) }

// Service gives the service as the ARNs of the type spell it ("ec2", "elasticloadbalancing",
// "states"), which is also the prefix of its IAM actions, but for Service Catalog's products
// and portfolios ("catalog", where the actions are servicecatalog's). Empty for a type that
// the table does not know.
func Service(typ string) string {
	if r, found := known().types[typ]; found {
		return r.service
	}
	return ""
}

// Format gives the ARNs of a type as one pattern for the Resource element of an IAM policy:
// "arn:${Partition}:ec2:${Region}:${Account}:instance/*", with * for the id, and for an account
// that some ARNs leave out. IAM's * also spans "/", so that the pattern of buckets matches
// objects too. ok is false where the form is not known.
func Format(typ string) (pattern string, ok bool) {
	if r, found := known().types[typ]; found && len(r.templates) > 0 {
		return r.templates[0].format(), true
	}
	return "", false
}

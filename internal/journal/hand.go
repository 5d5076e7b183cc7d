package journal

import "github.com/tagwarden/tagwarden/internal/arn"

// Service is the service of an entry's resource, by its type where its ARN is not known: what has no ARN yet is worked on in the group of its like. "" where neither tells.
func (e Entry) Service() string {
	if s := e.Resource.Service(); s != "" || e.Resource.Type == "" {
		return s
	}
	return arn.Service(e.Resource.Type)
}

// Urgent tells whether an entry, handed over again, goes before those that come in by the thousand: a threat's, and one for which a button was pressed.
func (e Entry) Urgent() bool { return e.Kind == "guardduty" || e.Press != "" }

package policy

import (
	"slices"
)

// Topics are the ARNs of all topics that routes name, in order, each once: what functions must be allowed to publish to beside the stack's own topic.
func (p *Policy) Topics() []string {
	var topics []string
	for i := range p.routes {
		topics = append(topics, p.routes[i].topic)
	}
	slices.Sort(topics)
	return slices.Compact(topics)
}

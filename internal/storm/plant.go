package storm

import (
	"fmt"
	"maps"
	"slices"

	"github.com/tagwarden/tagwarden/internal/policy"
)

// Plants are the faults that a storm can be given, so that it is seen that the audit finds them.
var Plants = map[string]string{
	"drop":  "a hand-over is lost",
	"mute":  "a message is lost",
	"touch": "a resource that complies is changed",
	"twice": "a change is made twice",
}

func (s *storm) check() error {
	if _, ok := Plants[s.Plant]; ok || s.Plant == "" {
		return nil
	}
	return fmt.Errorf("there is no fault %q to plant; there are %v", s.Plant, slices.Sorted(maps.Keys(Plants)))
}

// spoil plants the faults in what was changed.
func (s *storm) spoil() {
	flip := func(tags map[string]string) {
		if _, there := tags["planted"]; there {
			delete(tags, "planted")
			return
		}
		tags["planted"] = "1"
	}
	for _, r := range s.resources {
		switch {
		case s.Plant == "touch" && len(r.violations) == 0 && r.fate == right:
			s.rig.Cloud.Tags.Change(r.arn, flip)
			return
		case s.Plant == "twice" && len(r.violations) > 0 && r.mode == policy.Fix:
			s.rig.Cloud.Tags.Change(r.arn, flip)
			s.rig.Cloud.Tags.Change(r.arn, flip)
			return
		}
	}
}

package events

import "strings"

// longestTitle is how many code points of a title are kept.
const longestTitle = 256

// shortTitle is a title as a report keeps it: never cut within a code point.
func shortTitle(title string) string {
	title, points := strings.ToValidUTF8(title, "\uFFFD"), 0
	for at := range title {
		if points == longestTitle {
			return title[:at]
		}
		points++
	}
	return title
}

// sampleTitle tells whether a title is that of a finding which somebody had made up, to see what findings look like.
//
// Source: GuardDuty user guide, "Sample findings": their titles begin with [SAMPLE].
func sampleTitle(title string) bool { return strings.HasPrefix(strings.TrimSpace(title), "[SAMPLE]") }

// Why nothing is to be done about a report.
const (
	itIsArchived = "it is archived"
	itIsASample  = "it is a sample finding"
)

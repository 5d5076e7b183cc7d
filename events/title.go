package events

import "unicode/utf8"

// maxTitle is how many code points of a title are kept, as finding.Report has it.
const maxTitle = 256

// shortened is a title cut on the border of a rune.
func shortened(title string) string {
	if utf8.RuneCountInString(title) <= maxTitle {
		return title
	}
	return string([]rune(title)[:maxTitle-1]) + "…"
}

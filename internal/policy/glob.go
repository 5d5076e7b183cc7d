package policy

import "strings"

// globMatch tells whether text is what glob says, in which `*` stands for any text, the empty one included. It takes time linear in the text for each part.
func globMatch(glob, text string) bool {
	first, rest, starred := strings.Cut(glob, "*")
	if !starred {
		return glob == text
	}
	text, ok := strings.CutPrefix(text, first)
	if !ok {
		return false
	}
	for {
		var part string
		part, rest, starred = strings.Cut(rest, "*")
		if !starred {
			return strings.HasSuffix(text, part)
		}
		i := strings.Index(text, part)
		if i < 0 {
			return false
		}
		text = text[i+len(part):]
	}
}

// globAny tells whether text is what one of the globs says.
func globAny(globs []string, text string) bool {
	for _, glob := range globs {
		if globMatch(glob, text) {
			return true
		}
	}
	return false
}

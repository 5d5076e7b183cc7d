package remedies

import "time"

// days is a span of whole days.
func days(n int) time.Duration { return time.Duration(n) * 24 * time.Hour }

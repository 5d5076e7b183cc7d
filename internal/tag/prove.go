package tag

// Prove stub, replaced below.
func Prove(r Rules, types []string) []Problem { return nil }

package remedies

// orNil is a text for AWS, and nil for none.
func orNil(text string) *string {
	if text == "" {
		return nil
	}
	return &text
}

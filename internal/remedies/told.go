package remedies

import (
	"fmt"

	"github.com/tagwarden/tagwarden/internal/finding"
)

// told is a value as AWS tells it. One that AWS leaves out is not known, which is not the same as off or none.
func told[T any](r finding.Resource, what string, value *T) (T, error) {
	if value == nil {
		var unknown T
		return unknown, fmt.Errorf("read %s: AWS does not tell %s", r, what)
	}
	return *value, nil
}

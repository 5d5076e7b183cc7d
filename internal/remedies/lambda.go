package remedies

import (
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/tagwarden/tagwarden/internal/arn"
	"github.com/tagwarden/tagwarden/internal/finding"
)

// noFunction is Lambda's code for a function, version, alias, policy or statement that does not exist.
//
// Source: Lambda API reference, "Errors" of GetPolicy and GetFunctionConcurrency.
const noFunction = "ResourceNotFoundException"

// functionOf is a function's name, with the version or alias that its ARN names; nil where it names the function itself.
//
// Source: Service Authorization Reference, "AWS Lambda" (resource types function, function version, function alias).
func functionOf(r finding.Resource) (name string, qualifier *string) {
	name = r.ID
	if a, err := arn.Parse(r.ARN); err == nil {
		name = strings.TrimPrefix(a.Resource, "function:")
	}
	name, version, _ := strings.Cut(name, ":")
	if version == "" || version == "$LATEST" {
		return name, nil
	}
	return name, aws.String(version)
}

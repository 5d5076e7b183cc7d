package remedies

import (
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/tagwarden/tagwarden/internal/arn"
	"github.com/tagwarden/tagwarden/internal/finding"
	"github.com/tagwarden/tagwarden/internal/remedy"
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

// aboutFunction gives the function itself of a version or alias: Lambda reserves concurrency for all of them together, and checks rights on that.
func aboutFunction(r finding.Resource, _ remedy.Params) (finding.Resource, error) {
	name, _ := functionOf(r)
	return functionARN(r, name, ""), nil
}

// aboutPolicy gives what has a resource policy of its own: a version, an alias, or the function itself, which $LATEST is another word for. A finding's resource is the
// function; its subject tells the version.
func aboutPolicy(r finding.Resource, p remedy.Params) (finding.Resource, error) {
	name, qualifier := functionOf(r)
	if version := p.Subject["version"]; qualifier == nil && version != "$LATEST" {
		qualifier = &version
	}
	return functionARN(r, name, aws.ToString(qualifier)), nil
}

// functionARN is a resource under the function's name, and with a qualifier if there is one.
func functionARN(r finding.Resource, name, qualifier string) finding.Resource {
	a, err := arn.Parse(r.ARN)
	if err != nil {
		return r
	}
	a.Resource = "function:" + name
	if qualifier != "" {
		a.Resource += ":" + qualifier
	}
	r.ID, r.ARN = name, a.String()
	return r
}

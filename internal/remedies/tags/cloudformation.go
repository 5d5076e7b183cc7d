package tags

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/tagwarden/tagwarden/internal/finding"
	"github.com/tagwarden/tagwarden/internal/remedy"
)

// stackTagger leaves CloudFormation stacks and stack sets alone: there is no call that tags them. Source: CloudFormation API reference, UpdateStack.
var stackTagger = tagger{
	types: []string{"AWS::CloudFormation::*"},
	open: func(_ context.Context, _ aws.Config, _ finding.Resource) (calls, error) {
		return calls{}, &remedy.RefusedError{Why: "the tags of a stack change only by updating the stack, which passes them on to all its resources: set them where the stack is deployed"}
	},
}

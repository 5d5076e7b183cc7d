package remedies

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"github.com/tagwarden/tagwarden/internal/arn"
	"github.com/tagwarden/tagwarden/internal/finding"
	"github.com/tagwarden/tagwarden/internal/remedy"
)

// noQueue are SQS's codes for a queue that does not exist: of the JSON protocol, and of the query protocol that it keeps for old clients.
//
// Source: SQS API reference, "Errors" of GetQueueUrl.
var noQueue = []string{"QueueDoesNotExist", "AWS.SimpleQueueService.NonExistentQueue"}

// queueURL is the URL that SQS wants for a queue. A finding may name the ARN alone, and the host differs by region and age; SQS knows it.
func queueURL(ctx context.Context, c *sqs.Client, r finding.Resource) (*string, error) {
	a, err := arn.Parse(r.ARN)
	if err != nil {
		return &r.ID, nil
	}
	out, err := c.GetQueueUrl(ctx, &sqs.GetQueueUrlInput{QueueName: &a.Resource, QueueOwnerAWSAccountId: &a.Account})
	if err != nil {
		return nil, remedy.Explain("find "+r.String(), err, noQueue...)
	}
	return out.QueueUrl, nil
}

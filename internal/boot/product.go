package boot

import (
	"fmt"

	"github.com/tagwarden/tagwarden/internal/arn"
	"github.com/tagwarden/tagwarden/internal/finding"
	"github.com/tagwarden/tagwarden/internal/wiring"
)

// Product is the product under which the deployment puts findings of its own into Security Hub: that of the account and region of its topic.
func Product(topic string) (string, error) {
	a, err := arn.Parse(topic)
	if err != nil {
		return "", fmt.Errorf("the environment variable %s is no ARN of a topic: %w", wiring.Topic, err)
	}
	return finding.Product(a.Partition, a.Region, a.Account), nil
}

// Account is the account that the deployment itself is in: that of its topic.
func Account(topic string) (string, error) {
	a, err := arn.Parse(topic)
	if err != nil {
		return "", fmt.Errorf("the environment variable %s is no ARN of a topic: %w", wiring.Topic, err)
	}
	return a.Account, nil
}

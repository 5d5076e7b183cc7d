package boot

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/config"
)

// Bare is a Base without policy and metrics, for a function that judges nothing and must start whatever the policy says.
func Bare(ctx context.Context, function string) (Base, error) {
	b := Base{Log: newLog().With("function", function)}
	var err error
	if b.Config, err = config.LoadDefaultConfig(ctx); err != nil {
		return b, fmt.Errorf("load the AWS configuration: %w", err)
	}
	return b, nil
}

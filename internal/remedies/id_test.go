package remedies

import (
	"testing"

	"github.com/tagwarden/tagwarden/internal/finding"
)

func TestIDOf(t *testing.T) {
	tests := []struct {
		name string
		r    finding.Resource
		want string
	}{
		{"the ARN says it", finding.Resource{Type: "AWS::EC2::Instance", ID: "other", ARN: "arn:aws:ec2:us-east-1:111122223333:instance/i-1"}, "i-1"},
		{"the ARN says a name", finding.Resource{Type: "AWS::DynamoDB::Table", ID: "arn:aws:dynamodb:x", ARN: "arn:aws:dynamodb:us-east-1:111122223333:table/orders"}, "orders"},
		{"no ARN", finding.Resource{Type: "AWS::EC2::Instance", ID: "i-2"}, "i-2"},
		{"the ARN of another type", finding.Resource{Type: "AWS::EC2::Instance", ID: "i-3", ARN: "arn:aws:ec2:us-east-1:111122223333:volume/vol-1"}, "i-3"},
		{"no ARN of that form", finding.Resource{Type: "AWS::EC2::Instance", ID: "i-4", ARN: "i-4"}, "i-4"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got := idOf(test.r); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

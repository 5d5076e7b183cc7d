package tags

import (
	"errors"
	"strings"
	"testing"

	"github.com/aws/smithy-go"

	"github.com/tagwarden/tagwarden/internal/remedy"
)

func TestExplain(t *testing.T) {
	const (
		gone     = "gone"
		ordinary = "ordinary"
	)
	cases := []struct{ role, code, want string }{ // want: gone, ordinary, or a part of the refusal
		{"ec2", "InvalidInstanceID.NotFound", gone},
		{"ec2", "InvalidLaunchTemplateId.NotFoundException", gone},
		{"ec2", "InvalidAMIID.Unavailable", gone},
		{"ec2", "NatGatewayNotFound", gone},
		{"ec2", "InvalidInstanceID.Malformed", ordinary},
		{"ec2", "UnauthorizedOperation", "denied"},
		{"ec2", "TagPolicyViolation", "tag policy"},
		{"ec2", "TagLimitExceeded", "as many tags"},
		{"ec2", "RequestLimitExceeded", ordinary},
		{"s3", "NoSuchBucket", gone},
		{"s3", "NoSuchTagSet", ordinary},
		{"s3", "AccessDenied", "denied"},
		{"s3", "InvalidTag", "does not take"},
		{"s3", "SlowDown", ordinary},
		{"rds", "DBInstanceNotFound", gone},
		{"rds", "DBClusterNotFoundFault", gone},
		{"rds", "IamRoleNotFound", ordinary},
		{"dynamodb", "ResourceNotFoundException", gone},
		{"dynamodb", "LimitExceededException", ordinary},
		{"dynamodb", "ResourceInUseException", ordinary},
		{"iam", "NoSuchEntity", gone},
		{"iam", "LimitExceeded", "as many tags"},
		{"iam", "ConcurrentModification", ordinary},
		{"kms", "NotFoundException", gone},
		{"kms", "KMSInvalidStateException", "pending deletion"},
		{"kms", "TagException", "does not take"},
		{"kms", "LimitExceededException", "as many tags"},
		{"lambda", "KMSInvalidStateException", ordinary},
		{"sns", "AuthorizationError", "denied"},
		{"sns", "TagPolicy", "tag policy"},
		{"sns", "StaleTag", ordinary},
		{"sqs", "AWS.SimpleQueueService.NonExistentQueue", gone},
		{"secretsmanager", "InvalidRequestException", "marked for deletion"},
		{"ssm", "TooManyTagsError", "as many tags"},
		{"events", "ManagedRuleException", "manages the rule"},
		{"tag", "ResourceNotFoundException", ordinary},
		{"tag", "InvalidParameterException", ordinary},
		{"tag", "TagPolicyException", "tag policy"},
	}
	for _, c := range cases {
		t.Run(c.role+" "+c.code, func(t *testing.T) {
			cause := &smithy.GenericAPIError{Code: c.code, Message: "x"}
			err := explain(c.role, "write", cause)
			refused, isRefused := errors.AsType[*remedy.RefusedError](err)
			got := ordinary
			switch {
			case isRefused:
				got = refused.Why
			case errors.Is(err, remedy.ErrGone):
				got = gone
			}
			if !strings.Contains(got, c.want) || !errors.Is(err, cause) {
				t.Errorf("got %q, want %q: %v", got, c.want, err)
			}
		})
	}
}

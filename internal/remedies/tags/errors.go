package tags

import (
	"fmt"
	"slices"

	"github.com/tagwarden/tagwarden/internal/remedy"
)

// goneCodes are the error codes, by role, that say that there is no such resource; globs. The same codes come for a resource that is seconds old: who knows its age
// tries again.
//
// Source: the "Errors" section of each tagging call in the service's API reference; EC2: "Error codes for the Amazon EC2 API", *.NotFound.
var goneCodes = map[string][]string{
	"ec2":                  {"Invalid*.NotFound", "Invalid*.NotFoundException", "InvalidAMIID.Unavailable", "NatGatewayNotFound"},
	"s3":                   {"NoSuchBucket", "NoSuchAccessPoint"},
	"rds":                  {"DB*NotFound", "DB*NotFoundFault", "OptionGroupNotFoundFault", "SubscriptionNotFound", "GlobalClusterNotFoundFault", "ReservedDBInstanceNotFound", "IntegrationNotFoundFault", "TenantDatabaseNotFound", "BlueGreenDeploymentNotFoundFault", "CustomDBEngineVersionNotFoundFault"},
	"lambda":               {"ResourceNotFoundException"},
	"dynamodb":             {"ResourceNotFoundException"},
	"iam":                  {"NoSuchEntity"},
	"kms":                  {"NotFoundException"},
	"sns":                  {"NotFound", "ResourceNotFound"},
	"sqs":                  {"QueueDoesNotExist", "AWS.SimpleQueueService.NonExistentQueue"},
	"elasticloadbalancing": {"LoadBalancerNotFound", "TargetGroupNotFound", "ListenerNotFound", "RuleNotFound", "TrustStoreNotFound"},
	"ecs":                  {"ClusterNotFoundException", "ResourceNotFoundException", "ServiceNotFoundException"},
	"eks":                  {"NotFoundException", "ResourceNotFoundException"},
	"logs":                 {"ResourceNotFoundException"},
	"secretsmanager":       {"ResourceNotFoundException"},
	"ssm":                  {"InvalidResourceId"},
	"ecr":                  {"RepositoryNotFoundException"},
	"events":               {"ResourceNotFoundException"},
	"states":               {"ResourceNotFound"},
}

// A refusal is a set of error codes that a retry would not help.
type refusal struct {
	roles []string // nil for every service
	codes []string // globs
	why   string
}

// refusals are what AWS refuses for good, by code, beside what it denies.
//
// Source: the API references' "Common Errors" and the "Errors" section of each tagging call; EC2: "Error codes for the Amazon EC2 API"; tag policies: Organizations user
// guide, "Understanding enforcement".
var refusals = []refusal{
	{
		codes: []string{"TagPolicy", "TagPolicyViolation", "TagPolicyException", "TagPolicyViolationException"},
		why:   "a tag policy of the organization refuses the tag: make Tagwarden's tag rules agree with it",
	},
	{
		codes: []string{"TagLimitExceeded", "TooManyTags", "TooManyTagsException", "TooManyTagsError", "TooManyTagsFault"},
		why:   tooMany,
	},
	{roles: []string{"iam"}, codes: []string{"LimitExceeded"}, why: tooMany},
	{roles: []string{"kms", "secretsmanager"}, codes: []string{"LimitExceededException"}, why: tooMany},
	{
		codes: []string{"InvalidTag", "TagException", "InvalidTagParameterException", "InvalidTagKey.Malformed"},
		why:   "the service does not take this key or value, or AWS keeps it for itself: allow another in the tag rules",
	},
	{
		roles: []string{"kms"}, codes: []string{"KMSInvalidStateException"},
		why: "the key is pending deletion or not ready, and cannot be tagged: cancel the deletion, or let it go",
	},
	{
		roles: []string{"secretsmanager"}, codes: []string{"InvalidRequestException"},
		why: "the secret is marked for deletion, and cannot be tagged: restore it, or let it go",
	},
	{
		roles: []string{"events"}, codes: []string{"ManagedRuleException"},
		why: "an AWS service manages the rule, and only that service can tag it: exempt it",
	},
}

const tooMany = "the resource has as many tags as the service allows: remove one that nobody needs"

// explain says what was tried, and brings AWS's answer to what a caller can act upon: gone, refused, or an ordinary error that a retry may help.
func explain(role, tried string, err error) error {
	for _, r := range refusals {
		if remedy.Is(err, r.codes...) && (r.roles == nil || slices.Contains(r.roles, role)) {
			return fmt.Errorf("%s: %w", tried, &remedy.RefusedError{Why: r.why, Err: err})
		}
	}
	return remedy.Explain(tried, err, goneCodes[role]...)
}

package guard

// prefixes are the IAM service prefixes by the SDK's service ids.
//
// Source: Service Authorization Reference, "Actions, resources, and condition keys for AWS services" (service prefix of each).
var prefixes = map[string]string{
	"CloudTrail":                  "cloudtrail",
	"CloudWatch Logs":             "logs",
	"Config Service":              "config",
	"DynamoDB":                    "dynamodb",
	"EC2":                         "ec2",
	"ECR":                         "ecr",
	"ECS":                         "ecs",
	"EKS":                         "eks",
	"Elastic Load Balancing v2":   "elasticloadbalancing",
	"EventBridge":                 "events",
	"IAM":                         "iam",
	"KMS":                         "kms",
	"Lambda":                      "lambda",
	"Organizations":               "organizations",
	"RDS":                         "rds",
	"Resource Groups Tagging API": "tag",
	"S3":                          "s3",
	"S3 Control":                  "s3",
	"SFN":                         "states",
	"SNS":                         "sns",
	"SQS":                         "sqs",
	"SSM":                         "ssm",
	"Secrets Manager":             "secretsmanager",
}

// renamed are the operations whose IAM action has another name.
//
// Source: Service Authorization Reference, "Actions, resources, and condition keys for Amazon S3".
var renamed = map[string]string{
	"s3:HeadBucket":          "s3:ListBucket",
	"s3:DeleteBucketTagging": "s3:PutBucketTagging",
}

// Action is the IAM action that an operation of the SDK needs. ok is false for a service that no remedy uses.
func Action(serviceID, operation string) (action string, ok bool) {
	prefix, ok := prefixes[serviceID]
	if !ok {
		return serviceID + ":" + operation, false
	}
	action = prefix + ":" + operation
	if name, other := renamed[action]; other {
		action = name
	}
	return action, true
}

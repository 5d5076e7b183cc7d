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
	"GuardDuty":                   "guardduty",
	"IAM":                         "iam",
	"KMS":                         "kms",
	"Lambda":                      "lambda",
	"Organizations":               "organizations",
	"RDS":                         "rds",
	"Redshift":                    "redshift",
	"Resource Groups Tagging API": "tag",
	"S3":                          "s3",
	"S3 Control":                  "s3",
	"SFN":                         "states",
	"SNS":                         "sns",
	"SQS":                         "sqs",
	"SSM":                         "ssm",
	"Secrets Manager":             "secretsmanager",
	"SecurityHub":                 "securityhub",
	"WAFV2":                       "wafv2",
}

// renamed are the operations whose IAM action has another name, by the SDK's service id and operation.
//
// Source: Service Authorization Reference, "Actions, resources, and condition keys for Amazon S3".
var renamed = map[string]string{
	"S3:HeadBucket":                      "s3:ListBucket",
	"S3:DeleteBucketTagging":             "s3:PutBucketTagging",
	"S3:GetPublicAccessBlock":            "s3:GetBucketPublicAccessBlock",
	"S3:PutPublicAccessBlock":            "s3:PutBucketPublicAccessBlock",
	"S3:DeletePublicAccessBlock":         "s3:PutBucketPublicAccessBlock",
	"S3:GetBucketEncryption":             "s3:GetEncryptionConfiguration",
	"S3:PutBucketEncryption":             "s3:PutEncryptionConfiguration",
	"S3:DeleteBucketEncryption":          "s3:PutEncryptionConfiguration",
	"S3 Control:GetPublicAccessBlock":    "s3:GetAccountPublicAccessBlock",
	"S3 Control:PutPublicAccessBlock":    "s3:PutAccountPublicAccessBlock",
	"S3 Control:DeletePublicAccessBlock": "s3:PutAccountPublicAccessBlock",
}

// Action is the IAM action that an operation of the SDK needs. ok is false for a service that no remedy uses.
func Action(serviceID, operation string) (action string, ok bool) {
	prefix, ok := prefixes[serviceID]
	if !ok {
		return serviceID + ":" + operation, false
	}
	if name, other := renamed[serviceID+":"+operation]; other {
		return name, true
	}
	return prefix + ":" + operation, true
}

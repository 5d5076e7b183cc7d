package rights

// The account of a deployment in a policy's Principal: its administrators as IAM lets them, and not its root user alone.
//
// Source: IAM user guide, "AWS JSON policy elements: Principal" (AWS account principals).
const accountRoot = "arn:${Partition}:iam::${Account}:root"

// KeyPolicy says who may do what with the deployment's key, in the scope of the stack. Whoever is not named in it cannot use the key, whatever IAM says: the account administers it and
// reads nothing by it, and the functions are named by the names of their roles, so that the key can be made before they are. In a key's policy "*" is the key.
//
// Source: AWS KMS developer guide, "Key policies in AWS KMS" and "Default key policy" (key administrators).
func KeyPolicy(n Names) Document {
	functions := map[string]map[string][]string{"ArnLike": {"aws:PrincipalArn": {n.functions()}}}
	return Document{Version: version, Statement: []Statement{
		{Sid: "Administer", Effect: allow, Principal: aws(accountRoot), Action: administer, Resource: []string{"*"}},
		{Sid: "Functions", Effect: allow, Principal: aws(accountRoot), Action: publishKey.Actions, Resource: []string{"*"}, Condition: functions},
		{
			// Source: Amazon SNS developer guide, "Key management" (event sources from AWS services); the topic's own policy lets the same alarms publish.
			Sid: "Alarms", Effect: allow, Principal: service("cloudwatch.amazonaws.com"), Action: []string{"kms:Decrypt", "kms:GenerateDataKey*"}, Resource: []string{"*"},
			Condition: n.alarms(),
		},
		{
			// Source: Amazon CloudWatch Logs user guide, "Encrypt log data in CloudWatch Logs using AWS KMS" (the region's own principal; kms:EncryptionContext:aws:logs:arn).
			Sid: "Logs", Effect: allow, Principal: service("logs.${Region}.${Suffix}"), Resource: []string{"*"},
			Action:    []string{"kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey*", "kms:ReEncrypt*"},
			Condition: map[string]map[string][]string{"ArnLike": {"kms:EncryptionContext:aws:logs:arn": {"arn:${Partition}:logs:${Region}:${Account}:log-group:" + n.Log("*")}}},
		},
	}}
}

// administer are the actions on a key that use nothing of it. Grants are not among them: a grant could be of use to anybody.
//
// Source: AWS KMS developer guide, "Default key policy" (allows key administrators to administer the KMS key).
var administer = []string{
	"kms:CancelKeyDeletion", "kms:CreateAlias", "kms:DeleteAlias", "kms:DescribeKey", "kms:DisableKey", "kms:DisableKeyRotation", "kms:EnableKey", "kms:EnableKeyRotation",
	"kms:GetKeyPolicy", "kms:GetKeyRotationStatus", "kms:ListAliases", "kms:ListGrants", "kms:ListKeyPolicies", "kms:ListKeyRotations", "kms:ListResourceTags", "kms:PutKeyPolicy",
	"kms:RevokeGrant", "kms:ScheduleKeyDeletion", "kms:TagResource", "kms:UntagResource", "kms:UpdateAlias", "kms:UpdateKeyDescription",
}

// AlarmPolicy lets the deployment's own alarms publish to its topic, and CloudWatch for nobody else.
//
// Source: Amazon SNS developer guide, "Example cases for Amazon SNS access control" (publish from CloudWatch alarms of an account).
func AlarmPolicy(n Names) Statement {
	return Statement{
		Sid: "Alarms", Effect: allow, Principal: service("cloudwatch.amazonaws.com"), Action: []string{"sns:Publish"},
		Resource: []string{"arn:${Partition}:sns:${Region}:${Account}:" + n.Topic()}, Condition: n.alarms(),
	}
}

// alarms holds for CloudWatch only while it acts for the deployment's own alarms.
//
// Source: IAM user guide, "The confused deputy problem" (aws:SourceAccount, aws:SourceArn).
func (n Names) alarms() map[string]map[string][]string {
	return map[string]map[string][]string{
		"StringEquals": {"aws:SourceAccount": {"${Account}"}},
		"ArnLike":      {"aws:SourceArn": {"arn:${Partition}:cloudwatch:${Region}:${Account}:alarm:" + n.Prefix + "-*"}},
	}
}

// functions is the pattern of the ARNs of the functions' own roles, in the deployment's own account.
func (n Names) functions() string { return "arn:${Partition}:iam::${Account}:role/" + n.Role("*") }

// TablePolicy keeps everybody but the functions from writing to the journal's table, administrators of the account included: what the functions read there decides what they do. People
// may write one partition all the same, the brake's: brake names it. It does not keep anybody from reading, from administering the table, or from this very policy: a slip in it
// must not lock out who has to mend it. AWS's own services are let be: DynamoDB ends what has expired.
//
// Two statements say of an item what one cannot: that its partition is another than the brake's, and that the request does not tell which.
//
// Source: Amazon DynamoDB developer guide, "Using resource-based policies for DynamoDB", "Using IAM policy conditions for fine-grained access control" (dynamodb:LeadingKeys), "IAM
// policies with PartiQL", "Using time to live (TTL)" (deletions are the service's own); IAM user guide, "AWS global condition context keys" (aws:PrincipalIsAWSService).
func TablePolicy(n Names, brake string) Document {
	deny := func(sid string, actions []string, operator, key, value string) Statement {
		when := map[string]map[string][]string{
			"ArnNotLike": {"aws:PrincipalArn": {n.functions()}},
			"Bool":       {"aws:PrincipalIsAWSService": {"false"}},
		}
		if operator != "" {
			when[operator] = map[string][]string{key: {value}}
		}
		return Statement{
			Sid: sid, Effect: "Deny", Principal: aws("*"), Action: actions,
			Resource: []string{"arn:${Partition}:dynamodb:${Region}:${Account}:table/" + n.Table()}, Condition: when,
		}
	}
	items := []string{"dynamodb:DeleteItem", "dynamodb:PutItem", "dynamodb:UpdateItem"}
	return Document{Version: version, Statement: []Statement{
		deny("Bulk", []string{"dynamodb:BatchWriteItem", "dynamodb:PartiQLDelete", "dynamodb:PartiQLInsert", "dynamodb:PartiQLUpdate"}, "", "", ""),
		deny("OtherThanTheBrake", items, "ForAnyValue:StringNotEquals", "dynamodb:LeadingKeys", brake),
		deny("OfNobodyKnowsWhat", items, "Null", "dynamodb:LeadingKeys", "true"),
	}}
}

func aws(name string) map[string][]string { return map[string][]string{"AWS": {name}} }

func service(name string) map[string][]string { return map[string][]string{"Service": {name}} }

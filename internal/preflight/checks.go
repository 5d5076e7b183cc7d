package preflight

// Checks are all checks, in the order in which they are shown. What they call is in docs/preflight.md.
var Checks = []Check{
	{
		ID: "bootstrap", What: "the CDK's bootstrap", Look: bootstrap, Blocks: always,
		Calls: []string{"ssm:GetParameter"},
		Why:   "cdk deploy puts the functions' code into a bucket that make bootstrap makes.",
	},
	{
		ID: "stack", What: "the stack's state, and a journal without a stack", Look: stack, Blocks: always,
		Calls: []string{"cloudformation:DescribeStacks", "dynamodb:DescribeTable"},
		Why:   "CloudFormation does not update a stack whose creation failed, and cannot make a table that is there already.",
	},
	{
		ID: "concurrency", What: "Lambda's concurrent executions", Look: concurrency,
		Calls: []string{"lambda:GetAccountSettings"},
		Why:   "What is throttled often enough ends in a dead-letter queue.",
	},
	{
		ID: "subscriptions", What: "subscriptions to the topic", Look: subscriptions,
		Calls: []string{"sns:ListSubscriptionsByTopic"},
		Why:   "A message that nobody gets is as good as none; an e-mail address must be confirmed.",
	},
	{
		ID: "tag-events", What: "events of tags", Look: tagEvents, Needs: "a rule that hears tags", Applies: hears("tags"),
		Why: "They are free and need nothing switched on, but a rule that was changed by hand, or another region's resources, would not be heard.",
	},
	{
		ID: "recorder", What: "AWS Config's recorder", Look: recorderCheck, Needs: "a rule that hears config or config-rule", Applies: hears(configKinds...),
		Calls: []string{"config:DescribeConfigurationRecorders", "config:DescribeConfigurationRecorderStatus"},
		Why:   "What AWS Config does not record is never heard of; what it records daily is heard of a day late.",
	},
	{
		ID: "delivery-channel", What: "AWS Config's delivery channel", Look: channel, Needs: "a rule that hears config or config-rule", Applies: hears(configKinds...),
		Calls: []string{"config:DescribeDeliveryChannels", "config:DescribeDeliveryChannelStatus"},
		Why:   "A recorder starts only with one.",
	},
	{
		ID: "cloudtrail", What: "a trail of management events", Look: trail, Needs: "a rule that hears create", Applies: hears("create"),
		Calls: []string{"cloudtrail:DescribeTrails", "cloudtrail:GetTrailStatus", "cloudtrail:GetEventSelectors"},
		Why:   "EventBridge gets calls that create resources from CloudTrail, and only where a trail logs them.",
	},
	{
		ID: "guardduty", What: "GuardDuty's detector", Look: threats, Needs: "a rule that hears guardduty", Applies: hears("guardduty"),
		Calls: []string{"guardduty:ListDetectors", "guardduty:GetDetector"},
		Why:   "Without it no threat is found.",
	},
	{
		ID: "guardduty-administrator", What: "who administers GuardDuty", Look: threatAdministrator, Needs: "a rule that hears guardduty", Applies: hears("guardduty"),
		Calls: []string{"guardduty:ListDetectors", "guardduty:GetAdministratorAccount", "guardduty:ListMembers"},
		Why:   "Findings about other accounts are believed only from accounts that the policy names in administrators.",
	},
	{
		ID: "securityhub", What: "Security Hub, and consolidated control findings", Look: hub, Needs: "a rule that hears securityhub, or a button", Applies: wantsHub, Blocks: buttoned,
		Calls: []string{"securityhub:DescribeHub"},
		Why:   "Without it there are neither findings nor buttons.",
	},
	{
		ID: "securityhub-administrator", What: "who administers Security Hub, and its aggregation region", Look: hubAdministrator,
		Needs: "a rule that hears securityhub, or a button", Applies: wantsHub,
		Calls: []string{"securityhub:GetAdministratorAccount", "securityhub:ListMembers", "securityhub:ListFindingAggregators", "securityhub:GetFindingAggregator"},
		Why:   "Findings about other accounts are believed only from accounts that the policy names, and aggregated findings arrive in two regions.",
	},
	{
		ID: "actions", What: "custom actions of Security Hub", Look: actions, Needs: "a button", Applies: buttoned, Blocks: always,
		Calls: []string{"securityhub:DescribeActionTargets"},
		Why:   "A button is a custom action, and a region has room for 50.",
	},
	{
		ID: "refusals", What: "service control policies and boundaries", Look: refusals,
		Needs: "a rule that may change something", Applies: func(a *Account) bool { return len(a.Roles) > 0 },
		Calls: []string{"iam:SimulatePrincipalPolicy", "iam:GetRole"},
		Why:   "A change that a service control policy or a boundary refuses fails when it is needed.",
	},
}

func always(*Account) bool { return true }

// buttoned tells whether a policy has buttons.
func buttoned(a *Account) bool { return len(a.Policy.Buttons()) > 0 }

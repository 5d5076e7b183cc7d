package deployed

// notMade are the types that the emulator says it makes and does not, each with what holds them instead. Found by its source, `cloudformation_type` of moto 5.2.1, and by asking
// for them.
var notMade = map[string]string{
	"AWS::SQS::QueuePolicy":               templateTests,
	"AWS::SNS::TopicPolicy":               templateTests,
	"AWS::SNS::Subscription":              templateTests,
	"AWS::Events::EventBusPolicy":         templateTests,
	"AWS::Scheduler::Schedule":            templateTests,
	"AWS::Scheduler::ScheduleGroup":       templateTests,
	"AWS::Lambda::Url":                    templateTests,
	"AWS::Lambda::Alias":                  templateTests,
	"AWS::Lambda::EventInvokeConfig":      templateTests,
	"AWS::CloudWatch::Alarm":              templateTests,
	"AWS::CloudWatch::CompositeAlarm":     templateTests,
	"AWS::SecurityHub::ActionTarget":      templateTests,
	"AWS::CodeDeploy::Application":        templateTests,
	"AWS::CodeDeploy::DeploymentGroup":    templateTests,
	"AWS::SecretsManager::Secret":         templateTests,
	"AWS::Logs::QueryDefinition":          templateTests,
	"AWS::CloudFormation::CustomResource": templateTests,
	"AWS::CDK::Metadata":                  "nothing: it says which constructs were used, and is made nowhere",
}

const templateTests = "the tests of the template, in infra"

// drops are the properties that the emulator makes a resource without, each with what it does instead.
var drops = map[string]string{
	"Lambda::Function.Architectures":                   "it says x86_64",
	"Lambda::Function.LoggingConfig":                   "it forgets it",
	"Lambda::Function.TracingConfig":                   "it says PassThrough",
	"DynamoDB::Table.PointInTimeRecoverySpecification": "it forgets it",
	"DynamoDB::Table.SSESpecification":                 "it forgets it",
	"DynamoDB::Table.TimeToLiveSpecification":          "it forgets it",
	"DynamoDB::Table.ResourcePolicy":                   "it forgets it",
	"Logs::LogGroup.KmsKeyId":                          "it forgets it",
	"Events::EventBus.Description":                     "it forgets it",
	"KMS::Key.PendingWindowInDays":                     "it is said when the key is deleted",
	"KMS::Key.RotationPeriodInDays":                    "it forgets it",
}

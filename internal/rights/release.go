package rights

// LiveAlias is the name of the alias by which everything calls a function: it points at the version that is released.
const LiveAlias = "live"

// Release is the name of the role by which CodeDeploy shifts the functions' aliases. It does not end like those of the functions, to which the key is open.
func (n Names) Release() string { return n.Prefix + "-release" }

// ErrorsAlarm is the name of the alarm on a function's errors. A release that sets it off is taken back.
func (n Names) ErrorsAlarm(function string) string { return n.Function(function) + "-errors" }

// What a release works with.
const (
	Functions    Part = "functions"     // the functions, and their aliases LiveAlias
	Versions     Part = "versions"      // the versions and aliases of the functions, whatever their number
	ErrorsAlarms Part = "errors alarms" // ErrorsAlarm of each function
)

// Release is all that CodeDeploy may do to shift the functions' aliases: AWS's own policy for it is for every function and alarm of the account, and for objects in S3 and
// functions as hooks besides, none of which a deployment by CloudFormation uses.
//
// Source: AWS managed policy reference, AWSCodeDeployRoleForLambdaLimited; Service Authorization Reference, "... for AWS Lambda" and "... for Amazon CloudWatch"
// (DescribeAlarms takes an alarm; only composite alarms ask for all).
func Release() []Allowance {
	return []Allowance{
		{Sid: "Shift", Actions: []string{"lambda:GetAlias", "lambda:UpdateAlias"}, On: Functions},
		{Sid: "Provisioned", Actions: []string{"lambda:GetProvisionedConcurrencyConfig"}, On: Versions},
		{Sid: "Watch", Actions: []string{"cloudwatch:DescribeAlarms"}, On: ErrorsAlarms},
	}
}

package threat

// A Reason says why no remedy answers some types.
type Reason struct {
	Glob string // over the types' names; * stands for any text
	Why  string // sentences for operators: what stands against it, and what to do instead
}

// Reasons are looked through in this order: the first that fits a type holds.
var Reasons = []Reason{
	{
		"AttackSequence:*",
		"It is the sum of several findings about several resources, each of which is answered by its own type; what is to be cut off first is for people to say.",
	},
	{
		"Policy:IAMUser/*RootCredentialUsage",
		"Nobody but the root user can change its password and its keys: no role is given the right. Sign in as root, rotate both, and switch multi-factor authentication on.",
	},
	{
		"Object:S3/MaliciousFile",
		"The object is data, not a setting: no remedy deletes data. GuardDuty can tag what it scans; a bucket policy that denies reading by that tag keeps it from everybody.",
	},
	{
		"Execution:S3/MaliciousFile!RecoveryPoint",
		"A copy harms nobody until it is restored, and it is evidence: no remedy deletes it. Scan older copies before you restore one.",
	},
	{
		"*:S3/*",
		"A caller used the rights that it has; to cut everybody off from the bucket would do more harm than the caller. " +
			"The finding names the caller's user or role beside the bucket: a rule whose match names these types may do `iam-deactivate-key`, `iam-revoke-sessions` or `iam-deny-all`.",
	},
	{
		"Recon:EC2/PortProbe*",
		"A scanner found a port that is open to the internet, as scanners do, and the finding does not name the security group that opens it. " +
			"Security Hub's EC2.13, EC2.14, EC2.18 and EC2.19 do.",
	},
	{
		"Execution:EC2/MaliciousFile!*",
		"A copy harms nobody until an instance is started from it, and it is evidence: no remedy deletes it. Look for the instance that it was made of, and stop sharing it.",
	},
	{
		"Execution:Container/*",
		"The file is in a container, and the instance under it is healthy as far as GuardDuty knows. " +
			"Stop the container and build its image anew; a rule whose match names these types may do `ec2-isolate`.",
	},
	{
		"Execution:ECS/*",
		"The task is replaced by its service as soon as it is stopped, from the same image. Build the image anew and deploy it.",
	},
	{
		"Execution:Kubernetes/*File",
		"The file is on the volume of a pod, which its controller starts anew from the same image. Build the image anew and deploy it; replace the node that it ran on.",
	},
	{
		"Policy:Kubernetes/*",
		"What is wrong is set inside the cluster, through Kubernetes' own API, for which no role of AWS is enough. Change it with kubectl, or where it is written down.",
	},
}

// Why is why no remedy answers a type; "" where nothing is said.
func (t Type) Why() string {
	for _, r := range Reasons {
		if fits(r.Glob, t.Name) {
			return r.Why
		}
	}
	return ""
}

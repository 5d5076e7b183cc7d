package events

import (
	"encoding/json"
	"maps"
	"reflect"
	"strings"
	"testing"

	"github.com/tagwarden/tagwarden/internal/finding"
)

const detectorARN = "arn:aws:guardduty:eu-west-1:111122223333:detector/12abc34d567e8fa901bc2d34e56789f0/finding/"

// threat is a GuardDuty event of a finding type, with its resource and what is in its service beside the detector.
func threat(findingType, resource, service string) string {
	if service != "" {
		service = "," + service
	}
	return `{"id":"g1","source":"aws.guardduty","detail-type":"GuardDuty Finding",` + head + `,"resources":[],"detail":{"schemaVersion":"2.0","accountId":"111122223333","region":"eu-west-1",
		"partition":"aws","id":"f1","arn":"` + detectorARN + `f1","type":"` + findingType + `","severity":8,"title":"A title","resource":` + resource + `,
		"service":{"serviceName":"guardduty","detectorId":"12abc34d567e8fa901bc2d34e56789f0"` + service + `}}}`
}

const (
	instanceDetails = `"instanceDetails":{"instanceId":"i-0a","availabilityZone":"eu-west-1a","iamInstanceProfile":{"arn":"arn:aws:iam::111122223333:instance-profile/web","id":"AIPAEXAMPLE"},
		"networkInterfaces":[{"networkInterfaceId":"eni-0a","privateIpAddress":"10.0.0.1","ipv6Addresses":["2001:db8::1"]},
			{"networkInterfaceId":"eni-0b","privateIpAddress":"10.0.0.2","privateIpAddresses":[{"privateIpAddress":"10.0.0.3"}]}],"tags":[{"key":"Owner","value":"a"}]}`
	userKey = `"accessKeyDetails":{"accessKeyId":"AKIAIOSFODNN7EXAMPLE","principalId":"AIDAIOSFODNN7EXAMPLE","userType":"IAMUser","userName":"alice"}`
	roleKey = `"accessKeyDetails":{"accessKeyId":"ASIAIOSFODNN7EXAMPLE","principalId":"AROAIOSFODNN7EXAMPLE:i-0a","userType":"AssumedRole","userName":"web"}`
)

func decodeAll(tb testing.TB, event string) ([]finding.Finding, error) {
	tb.Helper()
	envelope, kind, ok, err := Open([]byte(event))
	if err != nil || !ok {
		tb.Fatalf("the event is opened with %v, %v", ok, err)
	}
	return kind.Decode(envelope)
}

func decodeOne(tb testing.TB, event string) finding.Finding {
	tb.Helper()
	findings, err := decodeAll(tb, event)
	if err != nil || len(findings) == 0 {
		tb.Fatalf("got %d findings and %v", len(findings), err)
	}
	return findings[0]
}

// brief is a resource on one line: what its ARN does not show as "type id region".
func brief(r finding.Resource) string {
	return strings.Join([]string{strings.TrimPrefix(r.Type, "AWS::"), r.ID, r.Region, r.ARN}, " ")
}

func briefs(findings []finding.Finding) []string {
	all := make([]string, 0, len(findings))
	for _, f := range findings {
		all = append(all, brief(f.Resource))
	}
	return all
}

// TestASampleIsNotForged holds that a sample is taken for one, though GuardDuty makes up the accounts in the ARNs of its resources.
func TestASampleIsNotForged(t *testing.T) {
	const database = `{"resourceType":"RDSDBInstance","rdsDbInstanceDetails":{"dbInstanceIdentifier":"d","dbInstanceArn":"arn:aws:rds:eu-west-1:123456789000:db:d"}}`
	for service, forged := range map[string]bool{`"additionalInfo":{"sample":true}`: false, `"additionalInfo":{"sample":false}`: true} {
		if got := decodeOne(t, threat("Discovery:RDS/TorIPCaller", database, service)); (got.Forged != "") != forged || (got.Moot == "") != forged {
			t.Errorf("%s: got forged %q, moot %q", service, got.Forged, got.Moot)
		}
	}
}

func TestGuardDutyFinding(t *testing.T) {
	got := decodeOne(t, threat("Recon:EC2/PortProbeUnprotectedPort", `{"resourceType":"Instance",`+instanceDetails+`}`, `"archived":false,"count":3,"additionalInfo":{},
		"action":{"actionType":"PORT_PROBE","portProbeAction":{"portProbeDetails":[{"localPortDetails":{"port":22.0,"portName":"SSH"},"localIpDetails":{"ipAddressV4":"10.0.0.3"},
			"remoteIpDetails":{"ipAddressV4":"198.51.100.7"}}]}}`))
	if !strings.Contains(string(got.Detail), `"schemaVersion"`) {
		t.Errorf("the detail is %s", got.Detail)
	}
	got.Detail = nil
	want := finding.Finding{
		Event: "g1", Kind: "guardduty", Control: "guardduty:Recon:EC2/PortProbeUnprotectedPort", Severity: finding.High, Time: clock, Once: true, From: "111122223333",
		Resource: finding.Resource{
			Partition: "aws", Account: "111122223333", Region: "eu-west-1", Type: "AWS::EC2::Instance", ID: "i-0a", ARN: "arn:aws:ec2:eu-west-1:111122223333:instance/i-0a",
			Tags: map[string]string{"Owner": "a"},
		},
		Subject: finding.Subject{"finding": "f1", "detector": "12abc34d567e8fa901bc2d34e56789f0", "address": "198.51.100.7", "port": "22", "interface": "eni-0b"},
		Report:  finding.Report{Service: "guardduty", ID: "f1", Title: "A title", Region: "eu-west-1"},
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got\n%+v\nwant\n%+v", got, want)
	}
}

func TestGuardDutyResources(t *testing.T) {
	const (
		user     = "IAM::User AIDAIOSFODNN7EXAMPLE us-east-1 arn:aws:iam::111122223333:user/alice"
		role     = "IAM::Role AROAIOSFODNN7EXAMPLE us-east-1 arn:aws:iam::111122223333:role/web"
		account  = "::Account 111122223333 eu-west-1 arn:aws:iam::111122223333:root"
		instance = "EC2::Instance i-0a eu-west-1 arn:aws:ec2:eu-west-1:111122223333:instance/i-0a"
		eniA     = "EC2::NetworkInterface eni-0a eu-west-1 arn:aws:ec2:eu-west-1:111122223333:network-interface/eni-0a"
		eniB     = "EC2::NetworkInterface eni-0b eu-west-1 arn:aws:ec2:eu-west-1:111122223333:network-interface/eni-0b"
		profile  = "IAM::InstanceProfile web us-east-1 arn:aws:iam::111122223333:instance-profile/web"
		bucket   = "S3::Bucket b eu-west-1 arn:aws:s3:::b"
		cluster  = "EKS::Cluster c eu-west-1 arn:aws:eks:eu-west-1:111122223333:cluster/c"
		buckets  = `"s3BucketDetails":[{"arn":"arn:aws:s3:::b","name":"b","createdAt":1513612692,"tags":[]},{"name":"b2"}]`
		bucket2  = "S3::Bucket b2 eu-west-1 arn:aws:s3:::b2"
	)
	tests := []struct {
		name, findingType, resource, service string
		want                                 []string
	}{
		{"a user's key", "Recon:IAMUser/TorIPCaller", `{"resourceType":"AccessKey",` + userKey + `}`, "", []string{user}},
		{"a session's key, used outside of its instance", "UnauthorizedAccess:IAMUser/InstanceCredentialExfiltration.OutsideAWS", `{"resourceType":"AccessKey",` + roleKey + `,` + instanceDetails + `}`, "", []string{role, instance, eniA, eniB, profile}},
		{"the root user", "Policy:IAMUser/RootCredentialUsage", `{"resourceType":"AccessKey","accessKeyDetails":{"accessKeyId":"","principalId":"111122223333","userType":"Root","userName":"Root"}}`, "", []string{account}},
		{"a federated user, whose user is not told", "Recon:IAMUser/TorIPCaller", `{"resourceType":"AccessKey","accessKeyDetails":{"accessKeyId":"ASIAIOSFODNN7EXAMPLE","userType":"FederatedUser","userName":"bob"}}`, "", []string{account}},
		{"an instance", "Backdoor:EC2/Spambot", `{"resourceType":"Instance",` + instanceDetails + `}`, "", []string{instance, eniA, eniB, profile}},
		{"an instance of another region", "Backdoor:EC2/Spambot", `{"resourceType":"Instance","instanceDetails":{"instanceId":"i-0a","availabilityZone":"us-west-2-lax-1a","iamInstanceProfile":null}}`, "", []string{"EC2::Instance i-0a us-west-2 arn:aws:ec2:us-west-2:111122223333:instance/i-0a"}},
		{"buckets and who read them", "Exfiltration:S3/AnomalousBehavior", `{"resourceType":"S3Bucket",` + buckets + `,` + userKey + `}`, "", []string{bucket, bucket2, user}},
		{"a bucket whose setting somebody changed", "Policy:S3/BucketBlockPublicAccessDisabled", `{"resourceType":"AccessKey",` + userKey + `,` + buckets + `}`, "", []string{bucket, bucket2, user}},
		{"the account's setting for buckets", "Policy:S3/AccountBlockPublicAccessDisabled", `{"resourceType":"AccessKey",` + userKey + `}`, "", []string{account, user}},
		{"the account's password policy", "Stealth:IAMUser/PasswordPolicyChange", `{"resourceType":"AccessKey",` + userKey + `}`, "", []string{account, user}},
		{"an object", "Object:S3/MaliciousFile", `{"resourceType":"S3Object","s3BucketDetails":[{"arn":"arn:aws:s3:::b","name":"b","s3ObjectDetails":[{"objectArn":"arn:aws:s3:::b/k","key":"k"}]}]}`, "", []string{bucket}},
		{"a Kubernetes cluster", "Discovery:Kubernetes/TorIPCaller", `{"resourceType":"EKSCluster","eksClusterDetails":{"name":"c","arn":"arn:aws:eks:eu-west-1:111122223333:cluster/c"},"kubernetesDetails":{"kubernetesWorkloadDetails":null},` + roleKey + `}`, "", []string{cluster, role}},
		{"a Kubernetes cluster, as it was called once", "Discovery:Kubernetes/TorIPCaller", `{"resourceType":"KubernetesCluster","eksClusterDetails":{"name":"c"}}`, "", []string{cluster}},
		{"an ECS cluster", "Execution:ECS/MaliciousFile", `{"resourceType":"ECSCluster","ecsClusterDetails":{"name":"c","arn":"arn:aws:ecs:eu-west-1:111122223333:cluster/c","taskDetails":{"arn":"arn:aws:ecs:eu-west-1:111122223333:task/c/1"}},
			"ebsVolumeDetails":{"scannedVolumeDetails":[{"volumeArn":"arn:aws:ec2:eu-west-1:111122223333:volume/vol-1"}],"skippedVolumeDetails":[]}}`, "", []string{
			"ECS::Cluster c eu-west-1 arn:aws:ecs:eu-west-1:111122223333:cluster/c", "ECS::Task arn:aws:ecs:eu-west-1:111122223333:task/c/1 eu-west-1 arn:aws:ecs:eu-west-1:111122223333:task/c/1",
			"EC2::Volume vol-1 eu-west-1 arn:aws:ec2:eu-west-1:111122223333:volume/vol-1",
		}},
		{"a container of its own", "PrivilegeEscalation:Runtime/DockerSocketAccessed", `{"resourceType":"Container","containerDetails":{"id":"1"},"instanceDetails":{"instanceId":"i-0a"}}`, "", []string{instance}},
		{"a function's version", "Backdoor:Lambda/C&CActivity.B", `{"resourceType":"Lambda","lambdaDetails":{"functionArn":"arn:aws:lambda:eu-west-1:111122223333:function:f:7","functionName":"f","functionVersion":"7","role":"arn:aws:iam::111122223333:role/x/r"}}`, "", []string{
			"Lambda::Function f eu-west-1 arn:aws:lambda:eu-west-1:111122223333:function:f", "IAM::Role x/r us-east-1 arn:aws:iam::111122223333:role/x/r",
		}},
		{"a database", "CredentialAccess:RDS/TorIPCaller.FailedLogin", `{"resourceType":"RDSDBInstance","rdsDbInstanceDetails":{"dbInstanceIdentifier":"d","dbiResourceId":"db-ABCDEFGHIJKLMNOPQRSTUVWXYZ","dbClusterIdentifier":"c","dbInstanceArn":"arn:aws:rds:eu-west-1:111122223333:db:d"}}`, "", []string{
			"RDS::DBInstance db-ABCDEFGHIJKLMNOPQRSTUVWXYZ eu-west-1 arn:aws:rds:eu-west-1:111122223333:db:d", "RDS::DBCluster c eu-west-1 arn:aws:rds:eu-west-1:111122223333:cluster:c",
		}},
		{"a limitless database", "CredentialAccess:RDS/TorIPCaller.FailedLogin", `{"resourceType":"RDSLimitlessDB","rdsLimitlessDbDetails":{"dbShardGroupIdentifier":"s","dbShardGroupArn":"arn:aws:rds:eu-west-1:111122223333:shard-group:s","dbClusterIdentifier":"c"}}`, "", []string{
			"RDS::DBShardGroup s eu-west-1 arn:aws:rds:eu-west-1:111122223333:shard-group:s", "RDS::DBCluster c eu-west-1 arn:aws:rds:eu-west-1:111122223333:cluster:c",
		}},
		{"a snapshot", "Execution:EC2/MaliciousFile!Snapshot", `{"resourceType":"EBSSnapshot","ebsSnapshotDetails":{"snapshotArn":"arn:aws:ec2:eu-west-1::snapshot/snap-1"}}`, "", []string{"EC2::Snapshot snap-1 eu-west-1 arn:aws:ec2:eu-west-1::snapshot/snap-1"}},
		{"an image", "Execution:EC2/MaliciousFile!AMI", `{"resourceType":"EC2Image","ec2ImageDetails":{"imageArn":"arn:aws:ec2:eu-west-1::image/ami-1"}}`, "", []string{"EC2::Image ami-1 eu-west-1 arn:aws:ec2:eu-west-1::image/ami-1"}},
		{"a recovery point under a name that nobody knows", "Execution:S3/MaliciousFile!RecoveryPoint", `{"resourceType":"SomethingNew","recoveryPointDetails":{"recoveryPointArn":"arn:aws:backup:eu-west-1:111122223333:recovery-point:1"}}`, "", []string{
			"Backup::RecoveryPoint arn:aws:backup:eu-west-1:111122223333:recovery-point:1 eu-west-1 arn:aws:backup:eu-west-1:111122223333:recovery-point:1",
		}},
		{"what GuardDuty will find tomorrow", "New:Thing/Found", `{"resourceType":"Thing","thingDetails":{"id":1}}`, "", []string{account}},
		{"what a call was made on", "Stealth:IAMUser/CloudTrailLoggingDisabled", `{"resourceType":"AccessKey",` + userKey + `}`, `"action":{"awsApiCallAction":{"affectedResources":{"AWS::CloudTrail::Trail":"arn:aws:cloudtrail:eu-west-1:111122223333:trail/t","X":"y"}}}`, []string{
			user, "CloudTrail::Trail t eu-west-1 arn:aws:cloudtrail:eu-west-1:111122223333:trail/t",
		}},
		{"a sequence about a bucket", "AttackSequence:S3/CompromisedData", `{"resourceType":"AttackSequence"}`, `"detection":{"sequence":{"uid":"u","resources":[
			{"uid":"arn:aws:ec2:eu-west-1:111122223333:instance/i-0a","resourceType":"EC2_INSTANCE"},{"uid":"arn:aws:s3:::b","name":"b","resourceType":"S3_BUCKET"},
			{"uid":"arn:aws:s3:::b2/k","resourceType":"S3_OBJECT"},{"uid":"x","resourceType":"CONTAINER"}],"actors":[{"user":{"name":"alice","uid":"AIDAIOSFODNN7EXAMPLE","type":"IAMUser","account":{"uid":"111122223333"}}}]}}`, []string{
			bucket, bucket2, instance, user,
		}},
		{"a sequence about credentials", "AttackSequence:IAM/CompromisedCredentials", `{"resourceType":"AttackSequence"}`, `"detection":{"sequence":{"uid":"u","resources":[{"uid":"arn:aws:s3:::b","resourceType":"S3_BUCKET"}],
			"actors":[{"user":{"name":"alice","uid":"AIDAIOSFODNN7EXAMPLE","type":"IAMUser"}},{"user":{"name":"mallory","type":"IAMUser","account":{"uid":"444455556666"}}}]}}`, []string{user, bucket}},
		{"a sequence that names nothing", "AttackSequence:EKS/CompromisedCluster", `{"resourceType":"AttackSequence"}`, `"detection":{"sequence":{"uid":"u","resources":null}}`, []string{account}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got, err := decodeAll(t, threat(test.findingType, test.resource, test.service))
			if err != nil || !reflect.DeepEqual(briefs(got), test.want) {
				t.Fatalf("got %v\n%s\nwant\n%s", err, strings.Join(briefs(got), "\n"), strings.Join(test.want, "\n"))
			}
			for i, f := range got {
				if f.Beside != (i > 0) || f.Forged != "" || f.Moot != "" || !f.Once || f.Report.ID != "f1" {
					t.Errorf("finding %d: beside %v, forged %q, moot %q, once %v, report %v", i, f.Beside, f.Forged, f.Moot, f.Once, f.Report)
				}
			}
		})
	}
}

func TestGuardDutySubjects(t *testing.T) {
	connection := func(remote, local, more string) string {
		return `"action":{"networkConnectionAction":{"remoteIpDetails":{` + remote + `},"localIpDetails":{` + local + `},"localPortDetails":{"port":443}` + more + `}}`
	}
	tests := []struct {
		name, resource, service string
		want                    finding.Subject
	}{
		{"a user's key", `{"resourceType":"AccessKey",` + userKey + `}`, `"action":{"awsApiCallAction":{"remoteIpDetails":{"ipAddressV4":"198.51.100.7"}}}`, finding.Subject{
			"key": "AKIAIOSFODNN7EXAMPLE", "principal": "AIDAIOSFODNN7EXAMPLE", "user-type": "IAMUser", "address": "198.51.100.7",
		}},
		{"a connection by IPv6", `{"resourceType":"Instance",` + instanceDetails + `}`, connection(`"ipAddressV6":"2001:db8::7"`, `"ipAddressV6":"2001:db8::1"`, ""), finding.Subject{
			"address": "2001:db8::7", "port": "443", "interface": "eni-0a",
		}},
		{"a connection whose interface is told", `{"resourceType":"Instance",` + instanceDetails + `}`, connection(`"ipAddressV4":"198.51.100.7"`, "", `,"localNetworkInterface":"eni-0b"`), finding.Subject{
			"address": "198.51.100.7", "port": "443", "interface": "eni-0b",
		}},
		{"one of two interfaces that cannot be told", `{"resourceType":"Instance",` + instanceDetails + `}`, "", finding.Subject{}},
		{"a function", `{"resourceType":"Lambda","lambdaDetails":{"functionName":"f","functionVersion":"7"}}`, "", finding.Subject{"function": "f", "version": "7"}},
		{"an impossible port", `{"resourceType":"Instance",` + instanceDetails + `}`, `"action":{"networkConnectionAction":{"localPortDetails":{"port":0}}}`, finding.Subject{}},
		{"a key of a sequence", `{"resourceType":"AttackSequence"}`, `"detection":{"sequence":{"resources":[{"uid":"x:AKIAIOSFODNN7EXAMPLE","name":"n","resourceType":"ACCESS_KEY","data":{"accessKey":{"userName":"alice","userType":"IAMUser"}}}]}}`, finding.Subject{
			"key": "AKIAIOSFODNN7EXAMPLE", "user-type": "IAMUser",
		}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			want := finding.Subject{"finding": "f1", "detector": "12abc34d567e8fa901bc2d34e56789f0"}
			maps.Copy(want, test.want)
			if got := decodeOne(t, threat("A:B/C", test.resource, test.service)).Subject; !reflect.DeepEqual(got, want) {
				t.Errorf("got %v, want %v", got, want)
			}
		})
	}
}

func TestGuardDutyMootAndForged(t *testing.T) {
	plain := threat("Backdoor:EC2/Spambot", `{"resourceType":"Instance","instanceDetails":{"instanceId":"i-0a"}}`, `"archived":false,"additionalInfo":{"sample":false,"value":"{}","type":"default"}`)
	tests := []struct{ name, from, to, moot, forged string }{
		{"nothing", "", "", "", ""},
		{"archived", `"archived":false`, `"archived":true`, "it is archived", ""},
		{"a sample", `"sample":false`, `"sample":true`, "it is a sample finding", ""},
		{"a sample as text", `"sample":false`, `"sample":"true"`, "it is a sample finding", ""},
		{"a sample in the value", `"value":"{}"`, `"value":"{\"sample\":true}"`, "it is a sample finding", ""},
		{"a value that is no object", `"value":"{}"`, `"value":7`, "", ""},
		{"a sample by its title", `"title":"`, `"title":"[SAMPLE] `, "it is a sample finding", ""},
		{"no ARN", detectorARN + "f1", "", "", ""},
		{"another account's, told by its administrator", head, strings.Replace(head, "111122223333", "444455556666", 1), "", ""},
		{"an account that is none", `"accountId":"111122223333"`, `"accountId":"11"`, "", "its account is none"},
		{"another region than the event", `"eu-west-1","time"`, `"eu-west-2","time"`, "", "it is of another region than its event"},
		{"another partition", `"partition":"aws"`, `"partition":"aws-cn"`, "", "its region is not of its partition"},
		{"the ARN of another account", detectorARN + "f1", strings.Replace(detectorARN, "1111", "9999", 1) + "f1", "", "its ARN is of another partition, region or account"},
		{"the ARN of another region", detectorARN + "f1", strings.Replace(detectorARN, "eu-west-1", "eu-west-2", 1) + "f1", "", "its ARN is of another partition, region or account"},
		{"the ARN of another finding", detectorARN + "f1", detectorARN + "f2", "", "its ARN is of another finding"},
		{"the ARN of another service", detectorARN + "f1", "arn:aws:sns:eu-west-1:111122223333:f1", "", "its ARN is not GuardDuty's"},
		{"a resource of another account", `"Instance","instanceDetails":{"instanceId":"i-0a"}`, `"EBSSnapshot","ebsSnapshotDetails":{"snapshotArn":"arn:aws:ec2:eu-west-1:444455556666:snapshot/snap-1"}`, "", "the ARN of its resource names another account than the finding"},
		{"a resource of another partition", `"Instance","instanceDetails":{"instanceId":"i-0a"}`, `"S3Bucket","s3BucketDetails":[{"arn":"arn:aws-cn:s3:::b"}]`, "", "the ARN of its resource names another partition than the finding"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			event := strings.Replace(plain, test.from, test.to, 1)
			if test.from != "" && event == plain {
				t.Fatalf("the event has no %s", test.from)
			}
			if got := decodeOne(t, event); got.Moot != test.moot || got.Forged != test.forged {
				t.Errorf("got moot %q, forged %q; want %q, %q", got.Moot, got.Forged, test.moot, test.forged)
			}
		})
	}
}

func TestGuardDutyOfAnAdministrator(t *testing.T) {
	event := strings.Replace(threat("Backdoor:EC2/Spambot", `{"resourceType":"Instance","instanceDetails":{"instanceId":"i-0a"}}`, ""), `"account":"111122223333"`, `"account":"444455556666"`, 1)
	if got := decodeOne(t, event); got.From != "444455556666" || got.Resource.Account != "111122223333" {
		t.Errorf("it is from %s about %s", got.From, got.Resource.Account)
	}
}

func TestGuardDutyWithoutWhatItNeeds(t *testing.T) {
	tests := []struct{ name, resource, from, to, want string }{
		{"no id", `{"resourceType":"Instance"}`, `"id":"f1"`, `"id":""`, "detail.id is missing"},
		{"no type", `{"resourceType":"Instance"}`, `"type":"A:B/C"`, `"type":null`, "detail.type is missing"},
		{"no account", `{"resourceType":"Instance"}`, `"accountId":"111122223333",`, ``, "detail.accountId is missing"},
		{"no resource type", `{}`, "", "", "detail.resource.resourceType is missing"},
		{"no instance", `{"resourceType":"Instance","instanceDetails":{"instanceId":""}}`, "", "", "detail.resource.instanceDetails names no resource"},
		{"no key", `{"resourceType":"AccessKey"}`, "", "", "detail.resource.accessKeyDetails names no resource"},
		{"no bucket", `{"resourceType":"S3Bucket","s3BucketDetails":[]}`, "", "", "detail.resource.s3BucketDetails names no resource"},
		{"a list for an object", `{"resourceType":"Instance","instanceDetails":[]}`, "", "", "detail is no GuardDuty finding: resource.instanceDetails is a JSON array"},
		{"a severity that is a word", `{"resourceType":"Instance"}`, `"severity":8`, `"severity":"high"`, "detail is no GuardDuty finding: a field has not its documented form"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, err := decodeAll(t, strings.Replace(threat("A:B/C", test.resource, ""), test.from, test.to, 1))
			if _, ok := err.(*DecodeError); !ok || err.Error() != test.want {
				t.Errorf("got %v, want %s", err, test.want)
			}
		})
	}
}

func TestSeverityOfScore(t *testing.T) {
	for score, want := range map[json.Number]finding.Severity{
		"1": finding.Low, "1.0": finding.Low, "3.9": finding.Low, "4": finding.Medium, "6.99": finding.Medium, "7": finding.High, "8.9": finding.High, "9": finding.Critical, "10": finding.Critical,
		"0": finding.Unset, "-1": finding.Unset, "10.5": finding.Unset, "1e9": finding.Unset,
	} {
		number, err := score.Float64()
		if got := severityOfScore(number); err != nil || got != want {
			t.Errorf("%s: got %v, %v, want %v", score, got, err, want)
		}
	}
}

func TestSeverityOfLabel(t *testing.T) {
	for label, want := range map[string]finding.Severity{
		"CRITICAL": finding.Critical, "High": finding.High, "medium": finding.Medium, "LOW": finding.Low, "INFORMATIONAL": finding.Informational, "UNTRIAGED": finding.Unset, "": finding.Unset,
	} {
		if got := severityOfLabel(label); got != want {
			t.Errorf("%q: got %v, want %v", label, got, want)
		}
	}
}

func TestShortTitle(t *testing.T) {
	for _, test := range []struct{ name, title, want string }{
		{"short", "Ünusual", "Ünusual"},
		{"just fits", strings.Repeat("ü", 256), strings.Repeat("ü", 256)},
		{"too long", strings.Repeat("ü", 257), strings.Repeat("ü", 256)},
		{"no UTF-8", "a\xffb", "a\uFFFDb"},
	} {
		if got := shortTitle(test.title); got != test.want {
			t.Errorf("%s: got %q, want %q", test.name, got, test.want)
		}
	}
}

func TestRegionOfZone(t *testing.T) {
	for zone, want := range map[string]string{
		"us-east-1a": "us-east-1", "us-west-2-lax-1a": "us-west-2", "us-east-1-wl1-bos-wlz-1": "us-east-1", "us-gov-west-1b": "us-gov-west-1", "ap-southeast-10a": "ap-southeast-10",
		"": "here", "GeneratedFindingAvailabilityZone": "here",
	} {
		if got := regionOfZone(zone, "here"); got != want {
			t.Errorf("%q: got %s, want %s", zone, got, want)
		}
	}
}

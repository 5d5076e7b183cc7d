//go:build moto

package remedies_test

import (
	"cmp"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/rds"

	"github.com/tagwarden/tagwarden/internal/finding"
	"github.com/tagwarden/tagwarden/internal/remedy"
	"github.com/tagwarden/tagwarden/internal/remedy/remedytest"
	"github.com/tagwarden/tagwarden/internal/threat"
)

// A report is what a service says of a planted resource.
type report struct {
	control  string // "securityhub:S3.8"
	id       string // the finding's, as its service names it
	resource finding.Resource
	subject  finding.Subject
	configID string // the resource's id in AWS Config
}

// firstOf is the control that a remedy is tried on where the case has none: the first that it answers, of Security Hub's, else GuardDuty's, else AWS Config's.
func firstOf(t *testing.T, r remedy.Remedy, typ string) string {
	t.Helper()
	for _, service := range []string{"securityhub:", "guardduty:", "config:"} {
		for _, answer := range r.Answers {
			if control := named(answer, typ); strings.HasPrefix(answer, service) && control != "" {
				return control
			}
		}
	}
	t.Fatalf("no service reports what %s puts right in an %s", r.ID, typ)
	return ""
}

// named is a control that an answer stands for and that may be about a type; "" if there is none.
func named(answer, typ string) string {
	if !strings.Contains(answer, "*") {
		return answer
	}
	glob := regexp.MustCompile("^" + strings.ReplaceAll(regexp.QuoteMeta(answer), `\*`, ".*") + "$")
	for _, known := range threat.Types() {
		if glob.MatchString(known.Control()) && slices.Contains(known.Resources, typ) && !strings.HasPrefix(known.Name, "AttackSequence:") {
			return known.Control()
		}
	}
	return ""
}

// reportOf is the report of a control.
func reportOf(t *testing.T, cfg aws.Config, control string, planted remedytest.Planted) report {
	t.Helper()
	r := report{control: control, resource: planted.Resource, subject: planted.Subject, configID: planted.Resource.ID}
	switch r.service() {
	case "securityhub":
		r.id = fmt.Sprintf("arn:aws:securityhub:%s:%s:security-control/%s/finding/%s", remedytest.Region, remedytest.Account, r.name(), number(t.Name()))
	case "guardduty":
		r.id = cmp.Or(planted.Subject["finding"], strings.ReplaceAll(number(t.Name()), "-", ""))
	case "config":
		r.id, r.configID = r.name(), configID(t, cfg, planted)
	}
	return r
}

// configID is the id of a planted resource in AWS Config.
//
// Source: the documents of AWS Config for these types (an SQS queue is its URL, an SNS topic and a load balancer their ARN, a user and a database an id of their own).
func configID(t *testing.T, cfg aws.Config, p remedytest.Planted) string {
	t.Helper()
	var id *string
	var err error
	if p.Resource.ARN == "" {
		return p.Resource.ID
	}
	switch name := p.Resource.ARN[strings.LastIndexAny(p.Resource.ARN, ":/")+1:]; p.Resource.Type {
	case "AWS::SNS::Topic", "AWS::ElasticLoadBalancingV2::LoadBalancer", "AWS::SecretsManager::Secret":
		id = &p.Resource.ARN
	case "AWS::SQS::Queue":
		id = aws.String("https://sqs." + remedytest.Region + ".amazonaws.com/" + remedytest.Account + "/" + name)
	case "AWS::RDS::DBSnapshot", "AWS::RDS::DBClusterSnapshot":
		id = &name
	case "AWS::IAM::User":
		var out *iam.GetUserOutput
		if out, err = iam.NewFromConfig(cfg).GetUser(t.Context(), &iam.GetUserInput{UserName: &name}); err == nil {
			id = out.User.UserId
		}
	case "AWS::RDS::DBInstance":
		var out *rds.DescribeDBInstancesOutput
		if out, err = rds.NewFromConfig(cfg).DescribeDBInstances(t.Context(), &rds.DescribeDBInstancesInput{DBInstanceIdentifier: &name}); err == nil {
			id = out.DBInstances[0].DbiResourceId
		}
	case "AWS::RDS::DBCluster":
		var out *rds.DescribeDBClustersOutput
		if out, err = rds.NewFromConfig(cfg).DescribeDBClusters(t.Context(), &rds.DescribeDBClustersInput{DBClusterIdentifier: &name}); err == nil {
			id = out.DBClusters[0].DbClusterResourceId
		}
	default:
		id = &p.Resource.ID
	}
	if err != nil {
		t.Fatal(err)
	}
	return *id
}

// number is a UUID that a text always has.
func number(text string) string {
	sum := fmt.Sprintf("%x", sha256.Sum256([]byte(text)))[:32]
	return sum[:8] + "-" + sum[8:12] + "-" + sum[12:16] + "-" + sum[16:20] + "-" + sum[20:]
}

func (r report) service() string {
	service, _, _ := strings.Cut(r.control, ":")
	return service
}

// name is the control as its service calls it.
func (r report) name() string {
	_, name, _ := strings.Cut(r.control, ":")
	return name
}

// event is the event that the service sends.
func (r report) event(l *line) []byte {
	l.Helper()
	switch r.service() {
	case "guardduty":
		return l.envelope("aws.guardduty", "GuardDuty Finding", nil, r.guardDuty(l))
	case "config":
		return l.envelope("aws.config", "Config Rules Compliance Change", nil, r.compliance(l))
	}
	return l.imported()
}

// press is the event of somebody who chooses a custom action for the finding as Security Hub has it.
func (r report) press(l *line, button string) []byte {
	l.Helper()
	action := "arn:aws:securityhub:" + remedytest.Region + ":" + remedytest.Account + ":action/custom/" + strings.ToLower(strings.ReplaceAll(button, " ", ""))
	return l.envelope("aws.securityhub", "Security Hub Findings - Custom Action", []string{action}, map[string]any{
		"actionName": button, "actionDescription": button, "findings": []any{l.kept()},
	})
}

func (l *line) envelope(source, kind string, resources []string, detail any) []byte {
	l.Helper()
	text, err := json.Marshal(map[string]any{
		"version": "0", "id": number(fmt.Sprint(l.Name(), l.events)), "detail-type": kind, "source": source, "account": remedytest.Account, "time": l.stamp(),
		"region": remedytest.Region, "resources": append([]string{}, resources...), "detail": detail,
	})
	if err != nil {
		l.Fatal(err)
	}
	return text
}

func (l *line) stamp() string { return l.now.Format(time.RFC3339) }

// asff is the finding as Security Hub first has it.
func (l *line) asff() map[string]any {
	l.Helper()
	r := l.report
	product := "arn:aws:securityhub:" + remedytest.Region + "::product/aws/"
	f := map[string]any{
		"SchemaVersion": "2018-10-08", "Id": r.id, "ProductArn": product + r.service(), "AwsAccountId": remedytest.Account, "Region": remedytest.Region,
		"Title": "A title", "Description": "A description.", "CreatedAt": l.stamp(), "UpdatedAt": l.stamp(), "RecordState": "ACTIVE",
		"Severity": map[string]any{"Label": "HIGH", "Normalized": 70}, "Workflow": map[string]any{"Status": "NEW"}, "ProductFields": map[string]string{},
		"Types": []string{"Software and Configuration Checks/Industry and Regulatory Standards"}, "Resources": []any{r.asffResource(l)},
	}
	switch r.service() {
	case "securityhub":
		f["GeneratorId"], f["Compliance"] = "security-control/"+r.name(), map[string]any{"Status": "FAILED", "SecurityControlId": r.name()}
	case "config":
		f["Id"], f["GeneratorId"] = r.ruleARN()+"/finding/"+strings.ReplaceAll(number(r.id), "-", ""), r.ruleARN()
		f["ProductFields"], f["Compliance"] = map[string]string{"aws/config/ConfigRuleName": r.name(), "aws/config/ConfigRuleArn": r.ruleARN()}, map[string]any{"Status": "FAILED"}
	case "guardduty":
		detector := "arn:aws:guardduty:" + remedytest.Region + ":" + remedytest.Account + ":detector/" + r.detector()
		f["Id"], f["GeneratorId"], f["Types"] = detector+"/finding/"+r.id, detector, []string{"TTPs/" + strings.Replace(r.name(), "/", "-", 1)}
		f["ProductFields"], f["Resources"] = r.threatFields(), r.threatened(l)
	}
	return f
}

// asffTypes are the names of types in ASFF. Types that ASFF has no name of its own for are spelt like the others.
//
// Source: Security Hub user guide, "Resources ASFF object".
var asffTypes = map[string]string{
	"AWS::::Account": "AwsAccount", "AWS::CloudTrail::Trail": "AwsCloudTrailTrail", "AWS::DynamoDB::Table": "AwsDynamoDbTable", "AWS::EC2::EIP": "AwsEc2Eip",
	"AWS::EC2::Instance": "AwsEc2Instance", "AWS::EC2::SecurityGroup": "AwsEc2SecurityGroup", "AWS::EC2::Snapshot": "AwsEc2Snapshot", "AWS::EC2::Subnet": "AwsEc2Subnet",
	"AWS::EC2::VPC": "AwsEc2Vpc", "AWS::ECR::Repository": "AwsEcrRepository", "AWS::EKS::Cluster": "AwsEksCluster",
	"AWS::ElasticLoadBalancingV2::LoadBalancer": "AwsElbv2LoadBalancer", "AWS::IAM::Role": "AwsIamRole", "AWS::IAM::User": "AwsIamUser", "AWS::KMS::Key": "AwsKmsKey",
	"AWS::Lambda::Function": "AwsLambdaFunction", "AWS::Logs::LogGroup": "AwsLogsLogGroup", "AWS::RDS::DBCluster": "AwsRdsDbCluster",
	"AWS::RDS::DBClusterSnapshot": "AwsRdsDbClusterSnapshot", "AWS::RDS::DBInstance": "AwsRdsDbInstance", "AWS::RDS::DBSnapshot": "AwsRdsDbSnapshot",
	"AWS::Redshift::Cluster": "AwsRedshiftCluster", "AWS::S3::Bucket": "AwsS3Bucket", "AWS::SecretsManager::Secret": "AwsSecretsManagerSecret",
	"AWS::SNS::Topic": "AwsSnsTopic", "AWS::SQS::Queue": "AwsSqsQueue", "AWS::SSM::Document": "AwsSsmDocument",
}

// asffResource is the resource as a finding in ASFF names it.
func (r report) asffResource(l *line) map[string]any {
	l.Helper()
	typ, id := asffTypes[r.resource.Type], r.resource.ARN
	if typ == "" {
		l.Fatalf("what does ASFF call an %s?", r.resource.Type)
	}
	made := map[string]string{"AWS::IAM::User": "user/", "AWS::RDS::DBInstance": "dbinstance:", "AWS::RDS::DBCluster": "dbcluster/"}[r.resource.Type]
	switch {
	case r.resource.Type == "AWS::::Account":
		id = "AWS::::Account:" + r.resource.Account
	case (r.service() == "config" || id == "") && made != "": // where Security Hub does not know the ARN, it makes one
		id = r.inAccount(made + r.configID)
	}
	return map[string]any{"Type": typ, "Id": id, "Partition": "aws", "Region": remedytest.Region}
}

// inAccount is an ARN of the resource's service in its account.
func (r report) inAccount(resource string) string {
	service, region := strings.ToLower(strings.Split(r.resource.Type, "::")[1]), r.resource.Region
	if service == "iam" {
		region = ""
	}
	return strings.Join([]string{"arn:aws", service, region, r.resource.Account, resource}, ":")
}

func (r report) ruleARN() string {
	return "arn:aws:config:" + remedytest.Region + ":" + remedytest.Account + ":config-rule/config-rule-abc123"
}

// compliance is the detail of AWS Config's event.
func (r report) compliance(l *line) map[string]any {
	result := map[string]any{
		"complianceType": "NON_COMPLIANT", "resultRecordedTime": l.stamp(), "configRuleInvokedTime": l.stamp(),
		"evaluationResultIdentifier": map[string]any{
			"evaluationResultQualifier": map[string]any{"configRuleName": r.name(), "resourceType": r.resource.Type, "resourceId": r.configID}, "orderingTimestamp": l.stamp(),
		},
	}
	return map[string]any{
		"messageType": "ComplianceChangeNotification", "recordVersion": "1.0", "configRuleName": r.name(), "configRuleARN": r.ruleARN(), "awsAccountId": remedytest.Account,
		"awsRegion": remedytest.Region, "resourceType": r.resource.Type, "resourceId": r.configID, "newEvaluationResult": result, "notificationCreationTime": l.stamp(),
	}
}

func (r report) detector() string {
	return cmp.Or(r.subject["detector"], "12abc34d567e8fa901bc2d34e56789f0")
}

func (r report) address() string {
	return cmp.Or(r.subject["address"], "198.51.100.8")
}

// remote is the address as GuardDuty tells it.
func (r report) remote() map[string]string {
	if strings.Contains(r.address(), ":") {
		return map[string]string{"ipAddressV6": r.address()}
	}
	return map[string]string{"ipAddressV4": r.address()}
}

// calls tells whether GuardDuty saw calls of the API, and no connection.
func (r report) calls() bool {
	return strings.Contains(r.name(), ":IAMUser/") || strings.Contains(r.name(), ":S3/")
}

// guardDuty is the detail of GuardDuty's event.
func (r report) guardDuty(l *line) map[string]any {
	l.Helper()
	action := map[string]any{"actionType": "NETWORK_CONNECTION", "networkConnectionAction": map[string]any{
		"connectionDirection": "OUTBOUND", "protocol": "TCP", "blocked": false, "remoteIpDetails": r.remote(), "localPortDetails": map[string]any{"port": 40000, "portName": "Unknown"},
	}}
	if r.calls() {
		action = map[string]any{"actionType": "AWS_API_CALL", "awsApiCallAction": map[string]any{
			"api": "ListBuckets", "serviceName": "s3.amazonaws.com", "callerType": "Remote IP", "remoteIpDetails": r.remote(), "affectedResources": r.affected(),
		}}
	}
	return map[string]any{
		"schemaVersion": "2.0", "accountId": remedytest.Account, "region": remedytest.Region, "partition": "aws", "id": r.id,
		"arn":  "arn:aws:guardduty:" + remedytest.Region + ":" + remedytest.Account + ":detector/" + r.detector() + "/finding/" + r.id,
		"type": r.name(), "severity": 8, "title": "A title", "description": "A description.", "createdAt": l.stamp(), "updatedAt": l.stamp(), "resource": r.threatResource(l),
		"service": map[string]any{
			"serviceName": "guardduty", "detectorId": r.detector(), "archived": false, "count": 1, "resourceRole": "TARGET", "eventFirstSeen": l.stamp(), "eventLastSeen": l.stamp(),
			"additionalInfo": map[string]any{"value": "{}", "type": "default"}, "action": action,
		},
	}
}

// affected are the resources that the calls were made on.
func (r report) affected() map[string]string {
	if r.resource.Type == "AWS::CloudTrail::Trail" {
		return map[string]string{r.resource.Type: r.resource.ARN}
	}
	return map[string]string{}
}

// key is who called: of a user or role only the name is told, and never the path.
func (r report) key() map[string]any {
	name := r.resource.ARN[strings.LastIndex(r.resource.ARN, "/")+1:]
	key := map[string]any{"accessKeyId": "AKIAIOSFODNN7EXAMPLE", "principalId": "AIDAIOSFODNN7EXAMPLE", "userType": "IAMUser", "userName": "alice"}
	switch r.resource.Type {
	case "AWS::IAM::User":
		key["userName"] = name
	case "AWS::IAM::Role":
		key = map[string]any{"accessKeyId": "ASIAIOSFODNN7EXAMPLE", "principalId": "AROAIOSFODNN7EXAMPLE:session", "userType": "AssumedRole", "userName": name}
	case "AWS::EC2::Instance":
		key = map[string]any{"accessKeyId": "ASIAIOSFODNN7EXAMPLE", "principalId": "AROAIOSFODNN7EXAMPLE:" + r.resource.ID, "userType": "AssumedRole", "userName": "web"}
	}
	if id := r.subject["key"]; id != "" {
		key["accessKeyId"] = id
	}
	return key
}

// threatResource is the resource as GuardDuty names it.
func (r report) threatResource(l *line) map[string]any {
	l.Helper()
	named := map[string]any{"resourceType": "AccessKey"}
	if r.calls() {
		named["accessKeyDetails"] = r.key()
	}
	switch r.resource.Type {
	case "AWS::EC2::Instance":
		named["instanceDetails"] = map[string]any{"instanceId": r.resource.ID, "instanceType": "t3.large", "outpostArn": nil, "networkInterfaces": []any{}, "tags": []any{}}
		if !r.calls() {
			named["resourceType"] = "Instance"
		}
	case "AWS::S3::Bucket":
		named["s3BucketDetails"] = []any{map[string]any{"arn": r.resource.ARN, "name": r.resource.ID, "type": "Destination", "tags": []any{}}}
		named["resourceType"] = "S3Bucket"
	case "AWS::Lambda::Function":
		named["lambdaDetails"] = map[string]any{
			"functionArn": r.resource.ARN + ":7", "functionName": r.resource.ID, "functionVersion": "7", "role": "arn:aws:iam::111122223333:role/service-role/r",
		}
		named["resourceType"] = "Lambda"
	case "AWS::IAM::User", "AWS::IAM::Role", "AWS::CloudTrail::Trail":
	default:
		l.Fatalf("how does GuardDuty name an %s?", r.resource.Type)
	}
	return named
}

// threatFields are the product's fields of a GuardDuty finding in ASFF.
func (r report) threatFields() map[string]string {
	const prefix = "aws/guardduty/service/"
	action := "networkConnectionAction"
	if r.calls() {
		action = "awsApiCallAction"
	}
	fields := map[string]string{prefix + "archived": "false", prefix + "count": "1"}
	for name, value := range r.remote() {
		fields[prefix+"action/"+action+"/remoteIpDetails/"+name] = value
	}
	for typ, name := range r.affected() {
		fields[prefix+"action/awsApiCallAction/affectedResources/"+typ] = name
	}
	return fields
}

// threatened are the resources of a GuardDuty finding in ASFF.
func (r report) threatened(l *line) []any {
	l.Helper()
	var named []any
	if r.resource.Type != "AWS::CloudTrail::Trail" && !strings.HasPrefix(r.resource.Type, "AWS::IAM::") {
		named = append(named, r.asffResource(l))
	}
	if !r.calls() {
		return named
	}
	key := r.key()
	return append(named, map[string]any{
		"Type": "AwsIamAccessKey", "Id": fmt.Sprint("AWS::IAM::AccessKey:", key["accessKeyId"]), "Partition": "aws", "Region": remedytest.Region,
		"Details": map[string]any{
			"AwsIamAccessKey": map[string]any{"PrincipalId": key["principalId"], "PrincipalName": key["userName"], "PrincipalType": key["userType"]},
		},
	})
}

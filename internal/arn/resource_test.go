package arn

import (
	"strings"
	"testing"
)

// Each line is a type, the id that Type gives ("=" where it is the ARN), and the ARN, in which
// %R and %A stand for region and account.
const goldenARNs = `
AWS::EC2::Instance|i-0abc|ec2:%R:%A:instance/i-0abc
AWS::EC2::Volume|vol-0abc|ec2:%R:%A:volume/vol-0abc
AWS::EC2::Snapshot|snap-0abc|ec2:%R:%A:snapshot/snap-0abc
AWS::EC2::Image|ami-0abc|ec2:%R:%A:image/ami-0abc
AWS::EC2::SecurityGroup|sg-0abc|ec2:%R:%A:security-group/sg-0abc
AWS::EC2::VPC|vpc-0abc|ec2:%R:%A:vpc/vpc-0abc
AWS::EC2::Subnet|subnet-0abc|ec2:%R:%A:subnet/subnet-0abc
AWS::EC2::NetworkInterface|eni-0abc|ec2:%R:%A:network-interface/eni-0abc
AWS::EC2::EIP|eipalloc-0abc|ec2:%R:%A:elastic-ip/eipalloc-0abc
AWS::EC2::NatGateway|nat-0abc|ec2:%R:%A:natgateway/nat-0abc
AWS::EC2::RouteTable|rtb-0abc|ec2:%R:%A:route-table/rtb-0abc
AWS::EC2::InternetGateway|igw-0abc|ec2:%R:%A:internet-gateway/igw-0abc
AWS::EC2::LaunchTemplate|lt-0abc|ec2:%R:%A:launch-template/lt-0abc
AWS::EC2::NetworkAcl|acl-0abc|ec2:%R:%A:network-acl/acl-0abc
AWS::EC2::KeyPair|key-0abc|ec2:%R:%A:key-pair/key-0abc
AWS::EC2::TransitGateway|tgw-0abc|ec2:%R:%A:transit-gateway/tgw-0abc
AWS::EC2::VPCEndpoint|vpce-0abc|ec2:%R:%A:vpc-endpoint/vpce-0abc
AWS::EC2::VPCEndpointService|vpce-svc-0abc|ec2:%R:%A:vpc-endpoint-service/vpce-svc-0abc
AWS::EC2::VPCPeeringConnection|pcx-0abc|ec2:%R:%A:vpc-peering-connection/pcx-0abc
AWS::EC2::FlowLog|fl-0abc|ec2:%R:%A:vpc-flow-log/fl-0abc
AWS::EC2::DHCPOptions|dopt-0abc|ec2:%R:%A:dhcp-options/dopt-0abc
AWS::EC2::VPNConnection|vpn-0abc|ec2:%R:%A:vpn-connection/vpn-0abc
AWS::EC2::PlacementGroup|my group/1|ec2:%R:%A:placement-group/my group/1
AWS::S3::Bucket|my.bucket-1|s3:::my.bucket-1
AWS::S3::AccessPoint|ap|s3:%R:%A:accesspoint/ap
AWS::S3::MultiRegionAccessPoint|m.mrap|s3::%A:accesspoint/m.mrap
AWS::RDS::DBInstance|db1|rds:%R:%A:db:db1
AWS::RDS::DBCluster|c1|rds:%R:%A:cluster:c1
AWS::RDS::DBSnapshot|rds:db1-2026-01-01-00-05|rds:%R:%A:snapshot:rds:db1-2026-01-01-00-05
AWS::RDS::DBClusterSnapshot|rds:c1-2026-01-01-00-05|rds:%R:%A:cluster-snapshot:rds:c1-2026-01-01-00-05
AWS::RDS::DBSubnetGroup|default|rds:%R:%A:subgrp:default
AWS::RDS::OptionGroup|default:mysql-8-0|rds:%R:%A:og:default:mysql-8-0
AWS::RDS::DBParameterGroup|default.mysql8.0|rds:%R:%A:pg:default.mysql8.0
AWS::RDS::GlobalCluster|g1|rds::%A:global-cluster:g1
AWS::Lambda::Function|f1|lambda:%R:%A:function:f1
AWS::Lambda::Version|=|lambda:%R:%A:function:f1:12
AWS::Lambda::Alias|=|lambda:%R:%A:function:f1:live
AWS::DynamoDB::Table|t1|dynamodb:%R:%A:table/t1
AWS::IAM::Role|r1|iam::%A:role/r1
AWS::IAM::Role|service-role/path/r1|iam::%A:role/service-role/path/r1
AWS::IAM::User|team/u1|iam::%A:user/team/u1
AWS::IAM::Policy|team/p1|iam::%A:policy/team/p1
AWS::IAM::InstanceProfile|ip1|iam::%A:instance-profile/ip1
AWS::IAM::Group|g1|iam::%A:group/g1
AWS::IAM::OIDCProvider|=|iam::%A:oidc-provider/oidc.eks.%R.amazonaws.com/id/0ABC
AWS::KMS::Key|11111111-2222-3333-4444-555555555555|kms:%R:%A:key/11111111-2222-3333-4444-555555555555
AWS::KMS::Alias|alias/team/k1|kms:%R:%A:alias/team/k1
AWS::SNS::Topic|=|sns:%R:%A:topic1
AWS::SNS::Subscription|=|sns:%R:%A:topic1:11111111-2222-3333-4444-555555555555
AWS::SQS::Queue|queue1.fifo|sqs:%R:%A:queue1.fifo
AWS::ElasticLoadBalancingV2::LoadBalancer|=|elasticloadbalancing:%R:%A:loadbalancer/app/lb1/0abc
AWS::ElasticLoadBalancingV2::LoadBalancer|=|elasticloadbalancing:%R:%A:loadbalancer/net/lb1/0abc
AWS::ElasticLoadBalancingV2::LoadBalancer|=|elasticloadbalancing:%R:%A:loadbalancer/gwy/lb1/0abc
AWS::ElasticLoadBalancingV2::TargetGroup|=|elasticloadbalancing:%R:%A:targetgroup/tg1/0abc
AWS::ElasticLoadBalancingV2::Listener|=|elasticloadbalancing:%R:%A:listener/app/lb1/0abc/0def
AWS::ElasticLoadBalancingV2::ListenerRule|=|elasticloadbalancing:%R:%A:listener-rule/app/lb1/0abc/0def/0123
AWS::ElasticLoadBalancing::LoadBalancer|lb1|elasticloadbalancing:%R:%A:loadbalancer/lb1
AWS::ECS::Cluster|c1|ecs:%R:%A:cluster/c1
AWS::ECS::Service|=|ecs:%R:%A:service/c1/s1
AWS::ECS::Service|=|ecs:%R:%A:service/s1
AWS::ECS::Task|=|ecs:%R:%A:task/c1/0abc
AWS::ECS::TaskDefinition|=|ecs:%R:%A:task-definition/web:7
AWS::EKS::Cluster|c1|eks:%R:%A:cluster/c1
AWS::EKS::Nodegroup|=|eks:%R:%A:nodegroup/c1/n1/0abc
AWS::Logs::LogGroup|/aws/lambda/f1|logs:%R:%A:log-group:/aws/lambda/f1
AWS::Logs::LogStream|/aws/lambda/f1:log-stream:2026/01/01/[$LATEST]0abc|logs:%R:%A:log-group:/aws/lambda/f1:log-stream:2026/01/01/[$LATEST]0abc
AWS::CloudWatch::Alarm|Team/a: too high|cloudwatch:%R:%A:alarm:Team/a: too high
AWS::CloudWatch::Dashboard|d1|cloudwatch::%A:dashboard/d1
AWS::SecretsManager::Secret|=|secretsmanager:%R:%A:secret:team/s1-AbCdEf
AWS::SSM::Parameter|/team/app/p1|ssm:%R:%A:parameter/team/app/p1
AWS::SSM::Parameter|p1|ssm:%R:%A:parameter/p1
AWS::SSM::Document|d1|ssm:%R:%A:document/d1
AWS::ECR::Repository|team/app|ecr:%R:%A:repository/team/app
AWS::ECR::PublicRepository|team/app|ecr-public::%A:repository/team/app
AWS::Events::Rule|=|events:%R:%A:rule/r1
AWS::Events::Rule|=|events:%R:%A:rule/bus1/r1
AWS::Events::Rule|=|events:%R:%A:rule/aws.partner/example.com/0/r1
AWS::Events::EventBus|default|events:%R:%A:event-bus/default
AWS::StepFunctions::StateMachine|=|states:%R:%A:stateMachine:m1
AWS::StepFunctions::Activity|=|states:%R:%A:activity:a1
AWS::CloudFormation::Stack|=|cloudformation:%R:%A:stack/s1/0abc
AWS::CloudFormation::StackSet|s1:0abc|cloudformation:%R:%A:stackset/s1:0abc
AWS::ApiGateway::RestApi|=|apigateway:%R::/restapis/0abc
AWS::ApiGateway::Stage|=|apigateway:%R::/restapis/0abc/stages/prod
AWS::ApiGatewayV2::Stage|=|apigateway:%R::/apis/0abc/stages/$default
AWS::EFS::FileSystem|fs-0abc|elasticfilesystem:%R:%A:file-system/fs-0abc
AWS::EFS::AccessPoint|fsap-0abc|elasticfilesystem:%R:%A:access-point/fsap-0abc
AWS::ACM::Certificate|=|acm:%R:%A:certificate/0abc
AWS::CloudTrail::Trail|t1|cloudtrail:%R:%A:trail/t1
AWS::Kinesis::Stream|s1|kinesis:%R:%A:stream/s1
AWS::Kinesis::StreamConsumer|=|kinesis:%R:%A:stream/s1/consumer/c1:1767225600
AWS::KinesisFirehose::DeliveryStream|d1|firehose:%R:%A:deliverystream/d1
AWS::Redshift::Cluster|c1|redshift:%R:%A:cluster:c1
AWS::Redshift::ClusterSnapshot|c1/rs:c1-2026-01-01|redshift:%R:%A:snapshot:c1/rs:c1-2026-01-01
AWS::OpenSearch::Domain|d1|es:%R:%A:domain/d1
AWS::AutoScaling::AutoScalingGroup|=|autoscaling:%R:%A:autoScalingGroup:0abc:autoScalingGroupName/a b/c
AWS::CloudFront::Distribution|E0ABC|cloudfront::%A:distribution/E0ABC
AWS::Route53::HostedZone|Z0ABC|route53:::hostedzone/Z0ABC
AWS::Route53::HealthCheck|0abc|route53:::healthcheck/0abc
AWS::WAFv2::WebACL|=|wafv2:%R:%A:regional/webacl/w1/0abc
AWS::WAFv2::WebACL|=|wafv2:%R:%A:global/webacl/w1/0abc
AWS::Backup::BackupVault|v1|backup:%R:%A:backup-vault:v1
AWS::Backup::BackupPlan|0abc|backup:%R:%A:backup-plan:0abc
AWS::Glue::Job|a job/1|glue:%R:%A:job/a job/1
AWS::MSK::Cluster|=|kafka:%R:%A:cluster/c1/0abc-1
AWS::Transfer::Server|=|transfer:%R:%A:server/s-0abc
AWS::SageMaker::NotebookInstance|n1|sagemaker:%R:%A:notebook-instance/n1
AWS::CodePipeline::Pipeline|p1|codepipeline:%R:%A:p1
AWS::CodeBuild::Project|p1|codebuild:%R:%A:project/p1
AWS::Config::ConfigRule|aws-service-rule/securityhub.amazonaws.com/config-rule-0abc|config:%R:%A:config-rule/aws-service-rule/securityhub.amazonaws.com/config-rule-0abc
AWS::Cognito::UserPool|%R_0abc|cognito-idp:%R:%A:userpool/%R_0abc
AWS::Cognito::IdentityPool|%R:0abc|cognito-identity:%R:%A:identitypool/%R:0abc
AWS::NetworkFirewall::RuleGroup|=|network-firewall:%R:%A:stateless-rulegroup/g1
AWS::ElastiCache::ReplicationGroup|r1|elasticache:%R:%A:replicationgroup:r1
AWS::Cassandra::Keyspace|k1|cassandra:%R:%A:/keyspace/k1/
AWS::Organizations::OrganizationalUnit|o-0abc/ou-0abc-1|organizations::%A:ou/o-0abc/ou-0abc-1`

func TestTypeAndFor(t *testing.T) {
	regions := map[string]string{"aws": "eu-west-1", "aws-cn": "cn-north-1", "aws-us-gov": "us-gov-west-1"}
	for line := range strings.SplitSeq(strings.TrimSpace(goldenARNs), "\n") {
		for partition, region := range regions {
			fields := strings.Split(line, "|")
			fill := strings.NewReplacer("%R", region, "%A", "111122223333")
			text, id := "arn:"+partition+":"+fill.Replace(fields[2]), fill.Replace(fields[1])
			if id == "=" {
				id = text
			}
			t.Run(partition+" "+line, func(t *testing.T) { checkBothWays(t, text, fields[0], id, region) })
		}
	}
}

func checkBothWays(t *testing.T, text, wantType, wantID, region string) {
	t.Helper()
	a, err := Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	typ, id, ok := Type(a)
	if typ != wantType || id != wantID || !ok {
		t.Errorf("Type(%s) = %s %q %v, want %s %q", text, typ, id, ok, wantType, wantID)
	}
	// Region and account are given as a caller knows them, also for global types.
	for _, id := range []string{wantID, text} {
		got, ok := For(wantType, a.Partition, region, "111122223333", id)
		if !ok || got.String() != text {
			t.Errorf("For(%s, %q) = %s, %v, want %s", wantType, id, got, ok, text)
		}
	}
}

func TestTypeOtherSpellings(t *testing.T) {
	tests := map[string][3]string{ // type, id, and the ARN that For gives for it
		"arn:aws:logs:eu-west-1:111122223333:log-group:/a/b:*":               {"AWS::Logs::LogGroup", "/a/b", "arn:aws:logs:eu-west-1:111122223333:log-group:/a/b"},
		"arn:aws:ec2:eu-west-1:111122223333:eip-allocation/eipalloc-0":       {"AWS::EC2::EIP", "eipalloc-0", "arn:aws:ec2:eu-west-1:111122223333:elastic-ip/eipalloc-0"},
		"arn:aws:ec2:eu-west-1:111122223333:flow-log/fl-0":                   {"AWS::EC2::FlowLog", "fl-0", "arn:aws:ec2:eu-west-1:111122223333:vpc-flow-log/fl-0"},
		"arn:aws:lambda:eu-west-1:111122223333:function:f:$LATEST":           {"AWS::Lambda::Function", "f", "arn:aws:lambda:eu-west-1:111122223333:function:f"},
		"arn:aws:ec2:eu-west-1::snapshot/snap-0":                             {"AWS::EC2::Snapshot", "snap-0", "arn:aws:ec2:eu-west-1::snapshot/snap-0"},
		"arn:aws:ec2:eu-west-1::image/ami-0":                                 {"AWS::EC2::Image", "ami-0", "arn:aws:ec2:eu-west-1::image/ami-0"},
		"arn:aws:ssm:eu-west-1::parameter/aws/service/x":                     {"AWS::SSM::Parameter", "arn:aws:ssm:eu-west-1::parameter/aws/service/x", "arn:aws:ssm:eu-west-1::parameter/aws/service/x"},
		"arn:aws:iam::aws:policy/AdministratorAccess":                        {"AWS::IAM::Policy", "AdministratorAccess", "arn:aws:iam::aws:policy/AdministratorAccess"},
		"arn:aws:iam::111122223333:role/AROAAAAAAAAAAAAAAAAAA":               {"AWS::IAM::Role", "arn:aws:iam::111122223333:role/AROAAAAAAAAAAAAAAAAAA", "arn:aws:iam::111122223333:role/AROAAAAAAAAAAAAAAAAAA"},
		"arn:aws:iam::111122223333:role/role/x":                              {"AWS::IAM::Role", "arn:aws:iam::111122223333:role/role/x", "arn:aws:iam::111122223333:role/role/x"},
		"arn:aws:cloudwatch:eu-west-1:111122223333:alarm:arn:aws:sqs:::a":    {"AWS::CloudWatch::Alarm", "arn:aws:cloudwatch:eu-west-1:111122223333:alarm:arn:aws:sqs:::a", "arn:aws:cloudwatch:eu-west-1:111122223333:alarm:arn:aws:sqs:::a"},
		"arn:aws:cloudwatch:eu-west-1:111122223333:alarm:https://sqs/1/name": {"AWS::CloudWatch::Alarm", "arn:aws:cloudwatch:eu-west-1:111122223333:alarm:https://sqs/1/name", "arn:aws:cloudwatch:eu-west-1:111122223333:alarm:https://sqs/1/name"},
	}
	for text, want := range tests {
		t.Run(text, func(t *testing.T) {
			a, err := Parse(text)
			if err != nil {
				t.Fatal(err)
			}
			typ, id, _ := Type(a)
			back, _ := For(typ, a.Partition, a.Region, a.Account, id)
			if got := [3]string{typ, id, back.String()}; got != want {
				t.Errorf("got %q, want %q", got, want)
			}
			if again, _ := For(typ, "", "", "", text); again.String() != want[2] {
				t.Errorf("For the ARN = %s, want %s", again, want[2])
			}
		})
	}
}

func TestTypeUnknown(t *testing.T) {
	for _, text := range []string{
		"arn:aws:unheard-of:eu-west-1:111122223333:thing/1",
		"arn:aws:s3:::bucket/key",
		"arn:aws:ec2:eu-west-1:111122223333:instance",
		"arn:aws:ec2:eu-west-1:111122223333:instance/",
		"arn:aws:ec2::111122223333:instance/i-0",
		"arn:aws:ec2:eu-west-1::instance/i-0",
		"arn:aws:dynamodb:eu-west-1:111122223333:table/t/stream/2026-01-01",
		"arn:aws:iam::111122223333:root",
		"arn:aws:elasticloadbalancing:eu-west-1:111122223333:loadbalancer/xyz/lb/0",
		"arn:aws:sts::111122223333:assumed-role/r/s",
		"arn:aws:guardduty:eu-west-1:111122223333:detector/0/finding/1",
	} {
		a, err := Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		if typ, id, ok := Type(a); ok || typ != "" || id != "" {
			t.Errorf("Type(%s) = %s %q %v, want nothing", text, typ, id, ok)
		}
	}
}

func TestFor(t *testing.T) {
	const role = "arn:aws:iam::111122223333:role/service-role/r"
	tests := map[string]struct{ typ, id, want string }{
		"queue URL":                {"AWS::SQS::Queue", "https://sqs.us-east-2.amazonaws.com/444455556666/q.fifo", "arn:aws:sqs:us-east-2:444455556666:q.fifo"},
		"queue URL of China":       {"AWS::SQS::Queue", "https://sqs.cn-north-1.amazonaws.com.cn/444455556666/q", "arn:aws-cn:sqs:cn-north-1:444455556666:q"},
		"queue URL of GovCloud":    {"AWS::SQS::Queue", "https://sqs.us-gov-west-1.amazonaws.com/444455556666/q", "arn:aws-us-gov:sqs:us-gov-west-1:444455556666:q"},
		"old queue URL":            {"AWS::SQS::Queue", "https://eu-west-3.queue.amazonaws.com/444455556666/q", "arn:aws:sqs:eu-west-3:444455556666:q"},
		"oldest queue URL":         {"AWS::SQS::Queue", "https://queue.amazonaws.com/444455556666/q", "arn:aws:sqs:us-east-1:444455556666:q"},
		"queue URL of an emulator": {"AWS::SQS::Queue", "http://127.0.0.1:5000/444455556666/q", "arn:aws:sqs:eu-west-1:444455556666:q"},
		"queue URL without name":   {"AWS::SQS::Queue", "https://sqs.us-east-2.amazonaws.com/444455556666/", ""},
		"queue URL, no account":    {"AWS::SQS::Queue", "https://sqs.us-east-2.amazonaws.com/queue", ""},
		"queue URL with more":      {"AWS::SQS::Queue", "https://sqs.us-east-2.amazonaws.com/444455556666/q/r", ""},
		"queue URL, short account": {"AWS::SQS::Queue", "https://sqs.us-east-2.amazonaws.com/4444/q", ""},
		"URL of no queue":          {"AWS::S3::Bucket", "https://bucket.s3.amazonaws.com/444455556666/q", ""},
		"CloudFormation's name":    {"AWS::CertificateManager::Certificate", "0abc", "arn:aws:acm:eu-west-1:111122223333:certificate/0abc"},
		"topic by name":            {"AWS::SNS::Topic", "t", "arn:aws:sns:eu-west-1:111122223333:t"},
		"load balancer by tail":    {"AWS::ElasticLoadBalancingV2::LoadBalancer", "app/x/0", "arn:aws:elasticloadbalancing:eu-west-1:111122223333:loadbalancer/app/x/0"},
		"load balancer by part":    {"AWS::ElasticLoadBalancingV2::LoadBalancer", "loadbalancer/app/x/0", "arn:aws:elasticloadbalancing:eu-west-1:111122223333:loadbalancer/app/x/0"},
		"load balancer by name":    {"AWS::ElasticLoadBalancingV2::LoadBalancer", "x", ""},
		"hosted zone by path":      {"AWS::Route53::HostedZone", "/hostedzone/Z0", "arn:aws:route53:::hostedzone/Z0"},
		"rest API by path":         {"AWS::ApiGateway::RestApi", "/restapis/0abc", "arn:aws:apigateway:eu-west-1::/restapis/0abc"},
		"parameter":                {"AWS::SSM::Parameter", "/parameter/x", "arn:aws:ssm:eu-west-1:111122223333:parameter/parameter/x"},
		"role with path":           {"AWS::IAM::Role", "/service-role/r", role},
		"role as ARN":              {"AWS::IAM::Role", role, role},
		"role by unique id":        {"AWS::IAM::Role", "AROAIY7FPU7KRV7IZBNPC", ""},
		"user by unique id":        {"AWS::IAM::User", "AIDAILEDWOGIPJFAKOJKW", ""},
		"role that may be two":     {"AWS::IAM::Role", "role/r", ""},
		"RDS by resource id":       {"AWS::RDS::DBInstance", "db-HHTTSRD6HXUIKXPFPI6WFVZ4PA", ""},
		"RDS by such a name":       {"AWS::RDS::DBInstance", "db-1", "arn:aws:rds:eu-west-1:111122223333:db:db-1"},
		"cluster by resource id":   {"AWS::RDS::DBCluster", "cluster-HHTTSRD6HXUIKXPFPI6WFVZ4PA", ""},
		"Aurora's sibling":         {"AWS::Neptune::DBCluster", "n", "arn:aws:rds:eu-west-1:111122223333:cluster:n"},
		"project by UUID":          {"AWS::CodeBuild::Project", "48182ee8-95ac-4073-b682-7b7f5c98cb84", ""},
		"Elasticsearch's id":       {"AWS::Elasticsearch::Domain", "111122223333/d", "arn:aws:es:eu-west-1:111122223333:domain/d"},
		"secret by name":           {"AWS::SecretsManager::Secret", "my-secret", ""},
		"group by name":            {"AWS::AutoScaling::AutoScalingGroup", "asg1", ""},
		"ARN of another type":      {"AWS::EC2::Volume", "arn:aws:ec2:eu-west-1:111122223333:instance/i-0", ""},
		"ARN that is none":         {"AWS::EC2::Volume", "arn:aws:ec2", ""},
		"shared type by ARN":       {"AWS::DataSync::LocationS3", "arn:aws:datasync:eu-west-1:111122223333:location/loc-0", "arn:aws:datasync:eu-west-1:111122223333:location/loc-0"},
		"type without ARNs":        {"AWS::EC2::EIPAssociation", "eipassoc-0", ""},
		"unknown type":             {"AWS::Nobody::Knows", "x", ""},
		"no id":                    {"AWS::EC2::Instance", "", ""},
		"id with a line break":     {"AWS::EC2::Instance", "i-0\n", ""},
		"id of two parts":          {"AWS::EC2::Instance", "i-0/x", ""},
		"endless id":               {"AWS::CloudWatch::Alarm", strings.Repeat("x", 2100), ""},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			a, ok := For(tt.typ, "aws", "eu-west-1", "111122223333", tt.id)
			got := ""
			if a != (ARN{}) {
				got = a.String()
			}
			if got != tt.want || ok != (tt.want != "") {
				t.Errorf("For = %q, %v, want %q", got, ok, tt.want)
			}
		})
	}
}

func TestForNeedsPlace(t *testing.T) {
	tests := map[string]struct {
		typ, region, account string
		want                 bool
	}{
		"all":                          {"AWS::EC2::Instance", "eu-west-1", "111122223333", true},
		"no region":                    {"AWS::EC2::Instance", "", "111122223333", false},
		"no account":                   {"AWS::EC2::Instance", "eu-west-1", "", false},
		"odd region":                   {"AWS::EC2::Instance", "eu:west", "111122223333", false},
		"a bucket needs none":          {"AWS::S3::Bucket", "", "", true},
		"a snapshot needs no account":  {"AWS::EC2::Snapshot", "eu-west-1", "", true},
		"a role needs no region":       {"AWS::IAM::Role", "", "111122223333", true},
		"a REST API needs no account":  {"AWS::ApiGateway::RestApi", "eu-west-1", "", true},
		"a REST API needs a region":    {"AWS::ApiGateway::RestApi", "", "111122223333", false},
		"a distribution needs account": {"AWS::CloudFront::Distribution", "us-east-1", "", false},
	}
	for name, tt := range tests {
		if got, ok := For(tt.typ, "aws", tt.region, tt.account, "x-0"); ok != tt.want {
			t.Errorf("%s: For = %v, %v, want %v", name, got, ok, tt.want)
		}
	}
	if got, ok := For("AWS::S3::Bucket", "", "", "", "x"); ok {
		t.Errorf("For without a partition = %v", got)
	}
}

func FuzzParse(f *testing.F) {
	for line := range strings.SplitSeq(strings.TrimSpace(goldenARNs), "\n") {
		fields := strings.Split(line, "|")
		f.Add("arn:aws:"+strings.NewReplacer("%R", "eu-west-1", "%A", "111122223333").Replace(fields[2]), fields[0])
	}
	f.Add("arn:aws:logs:eu-west-1:111122223333:log-group:x:*", "AWS::Logs::LogGroup")
	f.Add("https://sqs.eu-west-1.amazonaws.com/111122223333/q", "AWS::SQS::Queue")
	f.Add("/a//b", "AWS::SSM::Parameter")
	f.Fuzz(func(t *testing.T, s, typ string) {
		// What For makes of anything is an ARN of that type.
		if a, ok := For(typ, "aws", "eu-west-1", "111122223333", s); ok {
			if _, err := Parse(a.String()); err != nil {
				t.Fatalf("For(%q, %q) = %q: %v", typ, s, a, err)
			}
			if again, ok := For(typ, "", "", "", a.String()); !ok || again != a {
				t.Fatalf("For(%q, %q) = %q, but For that = %q", typ, s, a, again)
			}
		}
		a, err := Parse(s)
		if err != nil {
			return
		}
		if a.String() != s {
			t.Fatalf("String = %q, want %q", a, s)
		}
		got, id, ok := Type(a)
		if !ok {
			return
		}
		b, ok := For(got, a.Partition, a.Region, a.Account, id)
		if !ok {
			t.Fatalf("For(%s, %q) of %q is not known", got, id, s)
		}
		if typ2, id2, ok := Type(b); !ok || typ2 != got || id2 != id {
			t.Fatalf("Type(%q) = %s %q, but Type(%q) = %s %q", s, got, id, b, typ2, id2)
		}
	})
}

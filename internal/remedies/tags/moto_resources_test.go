//go:build moto

package tags

import (
	"archive/zip"
	"bytes"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	dynamotypes "github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	ec2types "github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/aws/aws-sdk-go-v2/service/ecr"
	"github.com/aws/aws-sdk-go-v2/service/ecs"
	"github.com/aws/aws-sdk-go-v2/service/eks"
	ekstypes "github.com/aws/aws-sdk-go-v2/service/eks/types"
	"github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/kms"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	lambdatypes "github.com/aws/aws-sdk-go-v2/service/lambda/types"
	"github.com/aws/aws-sdk-go-v2/service/rds"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	s3types "github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
	"github.com/aws/aws-sdk-go-v2/service/sfn"
	"github.com/aws/aws-sdk-go-v2/service/sns"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/ssm"
	ssmtypes "github.com/aws/aws-sdk-go-v2/service/ssm/types"

	"github.com/tagwarden/tagwarden/internal/finding"
)

// motoResources make a resource, and name one of the type that does not exist; the zero resource where the emulator answers that it has no tags.
var motoResources = map[string]func(b bench) (r, absent finding.Resource){
	"ec2 volume": func(b bench) (r, absent finding.Resource) {
		return b.ec2("Volume", "volume", volume(b), "vol-0123456789abcdef0")
	},
	"ec2 snapshot": func(b bench) (r, absent finding.Resource) {
		out, err := ec2.NewFromConfig(b.cfg).CreateSnapshot(b.ctx, &ec2.CreateSnapshotInput{VolumeId: aws.String(volume(b))})
		b.must(err)
		return b.ec2("Snapshot", "snapshot", *out.SnapshotId, "snap-0123456789abcdef0")
	},
	"ec2 instance": func(b bench) (r, absent finding.Resource) {
		return b.ec2("Instance", "instance", instance(b), "i-0123456789abcdef0")
	},
	"ec2 image": func(b bench) (r, absent finding.Resource) {
		out, err := ec2.NewFromConfig(b.cfg).CreateImage(b.ctx, &ec2.CreateImageInput{InstanceId: aws.String(instance(b)), Name: aws.String(b.name("image"))})
		b.must(err)
		return b.ec2("Image", "image", *out.ImageId, "ami-0123456789abcdef0")
	},
	"ec2 vpc": func(b bench) (r, absent finding.Resource) {
		return b.ec2("VPC", "vpc", vpc(b), "vpc-0123456789abcdef0")
	},
	"ec2 security group": func(b bench) (r, absent finding.Resource) {
		out, err := ec2.NewFromConfig(b.cfg).CreateSecurityGroup(b.ctx, &ec2.CreateSecurityGroupInput{GroupName: aws.String(b.name("group")), Description: aws.String("x")})
		b.must(err)
		return b.ec2("SecurityGroup", "security-group", *out.GroupId, "sg-0123456789abcdef0")
	},
	"ec2 subnet": func(b bench) (r, absent finding.Resource) {
		return b.ec2("Subnet", "subnet", subnet(b), "subnet-0123456789abcdef0")
	},
	"ec2 network interface": func(b bench) (r, absent finding.Resource) {
		out, err := ec2.NewFromConfig(b.cfg).CreateNetworkInterface(b.ctx, &ec2.CreateNetworkInterfaceInput{SubnetId: aws.String(subnet(b))})
		b.must(err)
		return b.ec2("NetworkInterface", "network-interface", *out.NetworkInterface.NetworkInterfaceId, "eni-0123456789abcdef0")
	},
	"ec2 address": func(b bench) (r, absent finding.Resource) {
		return b.ec2("EIP", "elastic-ip", address(b), "eipalloc-0123456789abcdef0")
	},
	"ec2 nat gateway": func(b bench) (r, absent finding.Resource) {
		out, err := ec2.NewFromConfig(b.cfg).CreateNatGateway(b.ctx, &ec2.CreateNatGatewayInput{SubnetId: aws.String(subnet(b)), AllocationId: aws.String(address(b))})
		b.must(err)
		return b.ec2("NatGateway", "natgateway", *out.NatGateway.NatGatewayId, "nat-0123456789abcdef0")
	},
	"ec2 route table": func(b bench) (r, absent finding.Resource) {
		out, err := ec2.NewFromConfig(b.cfg).CreateRouteTable(b.ctx, &ec2.CreateRouteTableInput{VpcId: aws.String(vpc(b))})
		b.must(err)
		return b.ec2("RouteTable", "route-table", *out.RouteTable.RouteTableId, "rtb-0123456789abcdef0")
	},
	"ec2 internet gateway": func(b bench) (r, absent finding.Resource) {
		out, err := ec2.NewFromConfig(b.cfg).CreateInternetGateway(b.ctx, &ec2.CreateInternetGatewayInput{})
		b.must(err)
		return b.ec2("InternetGateway", "internet-gateway", *out.InternetGateway.InternetGatewayId, "igw-0123456789abcdef0")
	},
	"ec2 launch template": func(b bench) (r, absent finding.Resource) {
		out, err := ec2.NewFromConfig(b.cfg).CreateLaunchTemplate(b.ctx, &ec2.CreateLaunchTemplateInput{
			LaunchTemplateName: aws.String(b.name("template")), LaunchTemplateData: &ec2types.RequestLaunchTemplateData{InstanceType: ec2types.InstanceTypeT3Micro},
		})
		b.must(err)
		return b.ec2("LaunchTemplate", "launch-template", *out.LaunchTemplate.LaunchTemplateId, "lt-0123456789abcdef0")
	},
	"ec2 network acl": func(b bench) (r, absent finding.Resource) {
		out, err := ec2.NewFromConfig(b.cfg).CreateNetworkAcl(b.ctx, &ec2.CreateNetworkAclInput{VpcId: aws.String(vpc(b))})
		b.must(err)
		return b.ec2("NetworkAcl", "network-acl", *out.NetworkAcl.NetworkAclId, "acl-0123456789abcdef0")
	},
	"ec2 key pair": func(b bench) (r, absent finding.Resource) {
		out, err := ec2.NewFromConfig(b.cfg).CreateKeyPair(b.ctx, &ec2.CreateKeyPairInput{KeyName: aws.String(b.name("key"))})
		b.must(err)
		return b.ec2("KeyPair", "key-pair", *out.KeyPairId, "no-such-key-pair")
	},
	"s3 bucket": func(b bench) (r, absent finding.Resource) {
		_, err := s3.NewFromConfig(b.cfg).CreateBucket(b.ctx, &s3.CreateBucketInput{
			Bucket: aws.String(b.name("bucket")), CreateBucketConfiguration: &s3types.CreateBucketConfiguration{LocationConstraint: "eu-west-1"},
		})
		b.must(err)
		return resource("AWS::S3::Bucket", "arn:aws:s3:::"+b.name("bucket")), resource("AWS::S3::Bucket", "arn:aws:s3:::"+b.name("absent"))
	},
	"iam role": func(b bench) (r, absent finding.Resource) {
		out, err := iam.NewFromConfig(b.cfg).CreateRole(b.ctx, &iam.CreateRoleInput{RoleName: aws.String(b.name("role")), Path: aws.String("/a/b/"), AssumeRolePolicyDocument: aws.String(`{"Version":"2012-10-17","Statement":[]}`)})
		b.must(err)
		return resource("AWS::IAM::Role", *out.Role.Arn), resource("AWS::IAM::Role", "arn:aws:iam::"+motoAccount+":role/absent")
	},
	"iam user": func(b bench) (r, absent finding.Resource) {
		out, err := iam.NewFromConfig(b.cfg).CreateUser(b.ctx, &iam.CreateUserInput{UserName: aws.String(b.name("user"))})
		b.must(err)
		return resource("AWS::IAM::User", *out.User.Arn), resource("AWS::IAM::User", "arn:aws:iam::"+motoAccount+":user/absent")
	},
	"iam policy": func(b bench) (r, absent finding.Resource) {
		out, err := iam.NewFromConfig(b.cfg).CreatePolicy(b.ctx, &iam.CreatePolicyInput{
			PolicyName: aws.String(b.name("policy")), PolicyDocument: aws.String(`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:ListAllMyBuckets","Resource":"*"}]}`),
		})
		b.must(err)
		return resource("AWS::IAM::Policy", *out.Policy.Arn), resource("AWS::IAM::Policy", "arn:aws:iam::"+motoAccount+":policy/absent")
	},
	"sqs queue": func(b bench) (r, absent finding.Resource) {
		_, err := sqs.NewFromConfig(b.cfg).CreateQueue(b.ctx, &sqs.CreateQueueInput{QueueName: aws.String(b.name("queue"))})
		b.must(err)
		return resource("AWS::SQS::Queue", b.arn("sqs", b.name("queue"))), resource("AWS::SQS::Queue", b.arn("sqs", "absent"))
	},
	"sns topic": func(b bench) (r, absent finding.Resource) {
		out, err := sns.NewFromConfig(b.cfg).CreateTopic(b.ctx, &sns.CreateTopicInput{Name: aws.String(b.name("topic"))})
		b.must(err)
		return resource("AWS::SNS::Topic", *out.TopicArn), resource("AWS::SNS::Topic", b.arn("sns", "absent"))
	},
	"dynamodb table": func(b bench) (r, absent finding.Resource) {
		out, err := dynamodb.NewFromConfig(b.cfg).CreateTable(b.ctx, &dynamodb.CreateTableInput{
			TableName: aws.String(b.name("table")), BillingMode: dynamotypes.BillingModePayPerRequest,
			AttributeDefinitions: []dynamotypes.AttributeDefinition{{AttributeName: aws.String("k"), AttributeType: dynamotypes.ScalarAttributeTypeS}},
			KeySchema:            []dynamotypes.KeySchemaElement{{AttributeName: aws.String("k"), KeyType: dynamotypes.KeyTypeHash}},
		})
		b.must(err)
		return resource("AWS::DynamoDB::Table", *out.TableDescription.TableArn), resource("AWS::DynamoDB::Table", b.arn("dynamodb", "table/absent"))
	},
	"lambda function": func(b bench) (r, absent finding.Resource) {
		role, err := iam.NewFromConfig(b.cfg).CreateRole(b.ctx, &iam.CreateRoleInput{RoleName: aws.String(b.name("lambda")), AssumeRolePolicyDocument: aws.String(`{"Version":"2012-10-17","Statement":[]}`)})
		b.must(err)
		var code bytes.Buffer
		archive := zip.NewWriter(&code)
		_, err = archive.Create("bootstrap")
		b.must(err)
		b.must(archive.Close())
		out, err := lambda.NewFromConfig(b.cfg).CreateFunction(b.ctx, &lambda.CreateFunctionInput{
			FunctionName: aws.String(b.name("function")), Role: role.Role.Arn, Runtime: lambdatypes.RuntimeProvidedal2023, Handler: aws.String("bootstrap"),
			Code: &lambdatypes.FunctionCode{ZipFile: code.Bytes()},
		})
		b.must(err)
		return resource("AWS::Lambda::Function", *out.FunctionArn), resource("AWS::Lambda::Function", b.arn("lambda", "function:absent"))
	},
	"kms key": func(b bench) (r, absent finding.Resource) {
		out, err := kms.NewFromConfig(b.cfg).CreateKey(b.ctx, &kms.CreateKeyInput{})
		b.must(err)
		return resource("AWS::KMS::Key", *out.KeyMetadata.Arn), resource("AWS::KMS::Key", b.arn("kms", "key/00000000-0000-4000-8000-000000000000"))
	},
	"rds instance": func(b bench) (r, absent finding.Resource) {
		return resource("AWS::RDS::DBInstance", database(b, b.name("db"))), finding.Resource{}
	},
	"rds snapshot": func(b bench) (r, absent finding.Resource) {
		name := b.name("source")
		database(b, name)
		out, err := rds.NewFromConfig(b.cfg).CreateDBSnapshot(b.ctx, &rds.CreateDBSnapshotInput{DBInstanceIdentifier: aws.String(name), DBSnapshotIdentifier: aws.String(b.name("snapshot"))})
		b.must(err)
		return resource("AWS::RDS::DBSnapshot", *out.DBSnapshot.DBSnapshotArn), finding.Resource{}
	},
	"load balancer": func(b bench) (r, absent finding.Resource) {
		out, err := elasticloadbalancingv2.NewFromConfig(b.cfg).CreateLoadBalancer(b.ctx, &elasticloadbalancingv2.CreateLoadBalancerInput{Name: aws.String(b.name("elb")), Subnets: []string{subnet(b)}})
		b.must(err)
		return resource("AWS::ElasticLoadBalancingV2::LoadBalancer", *out.LoadBalancers[0].LoadBalancerArn), finding.Resource{}
	},
	"ecs cluster": func(b bench) (r, absent finding.Resource) {
		out, err := ecs.NewFromConfig(b.cfg).CreateCluster(b.ctx, &ecs.CreateClusterInput{ClusterName: aws.String(b.name("cluster"))})
		b.must(err)
		return resource("AWS::ECS::Cluster", *out.Cluster.ClusterArn), resource("AWS::ECS::Cluster", b.arn("ecs", "cluster/absent"))
	},
	"eks cluster": func(b bench) (r, absent finding.Resource) {
		out, err := eks.NewFromConfig(b.cfg).CreateCluster(b.ctx, &eks.CreateClusterInput{
			Name: aws.String(b.name("eks")), RoleArn: aws.String("arn:aws:iam::" + motoAccount + ":role/eks"), ResourcesVpcConfig: &ekstypes.VpcConfigRequest{SubnetIds: []string{subnet(b)}},
		})
		b.must(err)
		return resource("AWS::EKS::Cluster", *out.Cluster.Arn), resource("AWS::EKS::Cluster", b.arn("eks", "cluster/absent"))
	},
	"secret": func(b bench) (r, absent finding.Resource) {
		out, err := secretsmanager.NewFromConfig(b.cfg).CreateSecret(b.ctx, &secretsmanager.CreateSecretInput{Name: aws.String(b.name("secret")), SecretString: aws.String("x")})
		b.must(err)
		return resource("AWS::SecretsManager::Secret", *out.ARN), resource("AWS::SecretsManager::Secret", b.arn("secretsmanager", "secret:absent-abcdef"))
	},
	"ssm parameter": func(b bench) (r, absent finding.Resource) {
		_, err := ssm.NewFromConfig(b.cfg).PutParameter(b.ctx, &ssm.PutParameterInput{Name: aws.String("/app/" + b.name("parameter")), Value: aws.String("x"), Type: ssmtypes.ParameterTypeString})
		b.must(err)
		return resource("AWS::SSM::Parameter", b.arn("ssm", "parameter/app/"+b.name("parameter"))), resource("AWS::SSM::Parameter", b.arn("ssm", "parameter/absent"))
	},
	"ecr repository": func(b bench) (r, absent finding.Resource) {
		out, err := ecr.NewFromConfig(b.cfg).CreateRepository(b.ctx, &ecr.CreateRepositoryInput{RepositoryName: aws.String(b.name("repository"))})
		b.must(err)
		return resource("AWS::ECR::Repository", *out.Repository.RepositoryArn), resource("AWS::ECR::Repository", b.arn("ecr", "repository/absent"))
	},
	"eventbridge rule": func(b bench) (r, absent finding.Resource) {
		out, err := eventbridge.NewFromConfig(b.cfg).PutRule(b.ctx, &eventbridge.PutRuleInput{Name: aws.String(b.name("rule")), EventPattern: aws.String(`{"source":["x"]}`)})
		b.must(err)
		return resource("AWS::Events::Rule", *out.RuleArn), resource("AWS::Events::Rule", b.arn("events", "rule/absent"))
	},
	"state machine": func(b bench) (r, absent finding.Resource) {
		out, err := sfn.NewFromConfig(b.cfg).CreateStateMachine(b.ctx, &sfn.CreateStateMachineInput{
			Name: aws.String(b.name("machine")), RoleArn: aws.String("arn:aws:iam::" + motoAccount + ":role/states"),
			Definition: aws.String(`{"StartAt":"a","States":{"a":{"Type":"Pass","End":true}}}`),
		})
		b.must(err)
		return resource("AWS::StepFunctions::StateMachine", *out.StateMachineArn), finding.Resource{}
	},
	"log group": func(b bench) (r, absent finding.Resource) {
		_, err := cloudwatchlogs.NewFromConfig(b.cfg).CreateLogGroup(b.ctx, &cloudwatchlogs.CreateLogGroupInput{LogGroupName: aws.String("/" + b.name("logs"))})
		b.must(err)
		return resource("AWS::Logs::LogGroup", b.arn("logs", "log-group:/"+b.name("logs")+":*")), finding.Resource{}
	},
}

func (b bench) ec2(typ, kind, id, absent string) (r, none finding.Resource) {
	return resource("AWS::EC2::"+typ, b.arn("ec2", kind+"/"+id)), resource("AWS::EC2::"+typ, b.arn("ec2", kind+"/"+absent))
}

func volume(b bench) string {
	out, err := ec2.NewFromConfig(b.cfg).CreateVolume(b.ctx, &ec2.CreateVolumeInput{AvailabilityZone: aws.String("eu-west-1a"), Size: aws.Int32(1)})
	b.must(err)
	return *out.VolumeId
}

func instance(b bench) string {
	images, err := ec2.NewFromConfig(b.cfg).DescribeImages(b.ctx, &ec2.DescribeImagesInput{})
	b.must(err)
	out, err := ec2.NewFromConfig(b.cfg).RunInstances(b.ctx, &ec2.RunInstancesInput{ImageId: images.Images[0].ImageId, MinCount: aws.Int32(1), MaxCount: aws.Int32(1)})
	b.must(err)
	return *out.Instances[0].InstanceId
}

func vpc(b bench) string {
	out, err := ec2.NewFromConfig(b.cfg).CreateVpc(b.ctx, &ec2.CreateVpcInput{CidrBlock: aws.String("10.9.0.0/16")})
	b.must(err)
	return *out.Vpc.VpcId
}

func subnet(b bench) string {
	out, err := ec2.NewFromConfig(b.cfg).CreateSubnet(b.ctx, &ec2.CreateSubnetInput{VpcId: aws.String(vpc(b)), CidrBlock: aws.String("10.9.1.0/24")})
	b.must(err)
	return *out.Subnet.SubnetId
}

func address(b bench) string {
	out, err := ec2.NewFromConfig(b.cfg).AllocateAddress(b.ctx, &ec2.AllocateAddressInput{Domain: ec2types.DomainTypeVpc})
	b.must(err)
	return *out.AllocationId
}

func database(b bench, name string) string {
	out, err := rds.NewFromConfig(b.cfg).CreateDBInstance(b.ctx, &rds.CreateDBInstanceInput{
		DBInstanceIdentifier: aws.String(name), DBInstanceClass: aws.String("db.t3.micro"), Engine: aws.String("postgres"),
		MasterUsername: aws.String("root"), MasterUserPassword: aws.String("not-a-secret"), AllocatedStorage: aws.Int32(20),
	})
	b.must(err)
	return *out.DBInstance.DBInstanceArn
}

package local

import (
	"archive/zip"
	"bytes"
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	dynamotypes "github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/aws-sdk-go-v2/service/ecr"
	ecrtypes "github.com/aws/aws-sdk-go-v2/service/ecr/types"
	"github.com/aws/aws-sdk-go-v2/service/ecs"
	ecstypes "github.com/aws/aws-sdk-go-v2/service/ecs/types"
	"github.com/aws/aws-sdk-go-v2/service/eks"
	ekstypes "github.com/aws/aws-sdk-go-v2/service/eks/types"
	elb "github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2"
	elbtypes "github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2/types"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	eventtypes "github.com/aws/aws-sdk-go-v2/service/eventbridge/types"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	iamtypes "github.com/aws/aws-sdk-go-v2/service/iam/types"
	"github.com/aws/aws-sdk-go-v2/service/kms"
	kmstypes "github.com/aws/aws-sdk-go-v2/service/kms/types"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	lambdatypes "github.com/aws/aws-sdk-go-v2/service/lambda/types"
	"github.com/aws/aws-sdk-go-v2/service/rds"
	rdstypes "github.com/aws/aws-sdk-go-v2/service/rds/types"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	s3types "github.com/aws/aws-sdk-go-v2/service/s3/types"
	secrets "github.com/aws/aws-sdk-go-v2/service/secretsmanager"
	secretstypes "github.com/aws/aws-sdk-go-v2/service/secretsmanager/types"
	"github.com/aws/aws-sdk-go-v2/service/sfn"
	sfntypes "github.com/aws/aws-sdk-go-v2/service/sfn/types"
	"github.com/aws/aws-sdk-go-v2/service/sns"
	snstypes "github.com/aws/aws-sdk-go-v2/service/sns/types"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/ssm"
	ssmtypes "github.com/aws/aws-sdk-go-v2/service/ssm/types"
)

// planters make one resource each, by its type as AWS Config spells it. The id of the place is as Config's resourceId.
var planters = map[string]func(garden) (place, error){
	"AWS::EC2::Instance":                        plantInstance,
	"AWS::EC2::Volume":                          plantVolume,
	"AWS::EC2::Snapshot":                        plantSnapshot,
	"AWS::EC2::SecurityGroup":                   plantSecurityGroup,
	"AWS::EC2::VPC":                             plantVPC,
	"AWS::EC2::Subnet":                          plantSubnet,
	"AWS::S3::Bucket":                           plantBucket,
	"AWS::DynamoDB::Table":                      plantTable,
	"AWS::SQS::Queue":                           plantQueue,
	"AWS::SNS::Topic":                           plantTopic,
	"AWS::Lambda::Function":                     plantFunction,
	"AWS::RDS::DBInstance":                      plantDatabase,
	"AWS::KMS::Key":                             plantKey,
	"AWS::Logs::LogGroup":                       plantLogGroup,
	"AWS::IAM::User":                            plantUser,
	"AWS::IAM::Role":                            plantRole,
	"AWS::SecretsManager::Secret":               plantSecret,
	"AWS::SSM::Parameter":                       plantParameter,
	"AWS::ECR::Repository":                      plantRepository,
	"AWS::Events::Rule":                         plantRule,
	"AWS::StepFunctions::StateMachine":          plantStateMachine,
	"AWS::ECS::Cluster":                         plantECSCluster,
	"AWS::EKS::Cluster":                         plantEKSCluster,
	"AWS::ElasticLoadBalancingV2::LoadBalancer": plantLoadBalancer,
}

// nobody is a trust policy that trusts nobody: only the emulator takes it.
const nobody = `{"Version":"2012-10-17","Statement":[]}`

func plantBucket(g garden) (place, error) {
	client, name := s3.NewFromConfig(g.cfg), bucketName(g.name)
	in := &s3.CreateBucketInput{Bucket: &name}
	if g.cfg.Region != "us-east-1" {
		in.CreateBucketConfiguration = &s3types.CreateBucketConfiguration{LocationConstraint: s3types.BucketLocationConstraint(g.cfg.Region)}
	}
	if _, err := client.CreateBucket(g.ctx, in); err != nil {
		return place{}, err
	}
	made := place{name, "arn:" + g.partition() + ":s3:::" + name}
	if len(g.tags) == 0 {
		return made, nil
	}
	_, err := client.PutBucketTagging(g.ctx, &s3.PutBucketTaggingInput{
		Bucket: &name, Tagging: &s3types.Tagging{TagSet: listed(g.tags, func(k, v *string) s3types.Tag { return s3types.Tag{Key: k, Value: v} })},
	})
	return made, err
}

// bucketName makes a name one that S3 takes: small letters, digits, "-" and ".", at least three of them.
//
// Source: S3 user guide, "General purpose bucket naming rules".
func bucketName(name string) string {
	fit := strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || r == '-' || r == '.' {
			return r
		}
		return '-'
	}, strings.ToLower(name))
	if len(fit) < 3 {
		fit += "-bucket"
	}
	return fit
}

func plantTable(g garden) (place, error) {
	out, err := dynamodb.NewFromConfig(g.cfg).CreateTable(g.ctx, &dynamodb.CreateTableInput{
		TableName: &g.name, BillingMode: dynamotypes.BillingModePayPerRequest,
		AttributeDefinitions: []dynamotypes.AttributeDefinition{{AttributeName: aws.String("id"), AttributeType: dynamotypes.ScalarAttributeTypeS}},
		KeySchema:            []dynamotypes.KeySchemaElement{{AttributeName: aws.String("id"), KeyType: dynamotypes.KeyTypeHash}},
		Tags:                 listed(g.tags, func(k, v *string) dynamotypes.Tag { return dynamotypes.Tag{Key: k, Value: v} }),
	})
	if err != nil {
		return place{}, err
	}
	return place{g.name, *out.TableDescription.TableArn}, nil
}

func plantQueue(g garden) (place, error) {
	_, err := sqs.NewFromConfig(g.cfg).CreateQueue(g.ctx, &sqs.CreateQueueInput{QueueName: &g.name, Tags: g.tags})
	// Config's resourceId is the queue's URL.
	return place{fmt.Sprintf("https://sqs.%s.amazonaws.com/%s/%s", g.cfg.Region, Account, g.name), g.arn("sqs", g.name)}, err
}

func plantTopic(g garden) (place, error) {
	out, err := sns.NewFromConfig(g.cfg).CreateTopic(g.ctx, &sns.CreateTopicInput{
		Name: &g.name, Tags: listed(g.tags, func(k, v *string) snstypes.Tag { return snstypes.Tag{Key: k, Value: v} }),
	})
	if err != nil {
		return place{}, err
	}
	return place{*out.TopicArn, *out.TopicArn}, nil
}

func plantFunction(g garden) (place, error) {
	role := g
	role.name, role.tags = g.name+"-role", nil
	made, err := plantRole(role)
	if err != nil {
		return place{}, err
	}
	var code bytes.Buffer
	archive := zip.NewWriter(&code)
	if _, err := archive.Create(bootstrap); err != nil {
		return place{}, err
	}
	if err := archive.Close(); err != nil {
		return place{}, err
	}
	out, err := lambda.NewFromConfig(g.cfg).CreateFunction(g.ctx, &lambda.CreateFunctionInput{
		FunctionName: &g.name, Role: &made.arn, Runtime: lambdatypes.RuntimeProvidedal2023, Handler: aws.String(bootstrap),
		Code: &lambdatypes.FunctionCode{ZipFile: code.Bytes()}, Tags: g.tags,
	})
	if err != nil {
		return place{}, err
	}
	return place{g.name, *out.FunctionArn}, nil
}

// plantDatabase makes one with a public address, as RDS does in a default VPC; the emulator would not tell.
//
// Source: Amazon RDS API reference, CreateDBInstance, PubliclyAccessible (its default).
func plantDatabase(g garden) (place, error) {
	out, err := rds.NewFromConfig(g.cfg).CreateDBInstance(g.ctx, &rds.CreateDBInstanceInput{
		DBInstanceIdentifier: &g.name, DBInstanceClass: aws.String("db.t3.micro"), Engine: aws.String("postgres"), AllocatedStorage: aws.Int32(20),
		MasterUsername: aws.String("admin"), MasterUserPassword: aws.String("not-a-secret"),
		PubliclyAccessible: aws.Bool(true),
		Tags:               listed(g.tags, func(k, v *string) rdstypes.Tag { return rdstypes.Tag{Key: k, Value: v} }),
	})
	if err != nil {
		return place{}, err
	}
	return place{aws.ToString(out.DBInstance.DbiResourceId), *out.DBInstance.DBInstanceArn}, nil
}

func plantKey(g garden) (place, error) {
	out, err := kms.NewFromConfig(g.cfg).CreateKey(g.ctx, &kms.CreateKeyInput{
		Description: &g.name, Tags: listed(g.tags, func(k, v *string) kmstypes.Tag { return kmstypes.Tag{TagKey: k, TagValue: v} }),
	})
	if err != nil {
		return place{}, err
	}
	return place{*out.KeyMetadata.KeyId, *out.KeyMetadata.Arn}, nil
}

func plantLogGroup(g garden) (place, error) {
	_, err := cloudwatchlogs.NewFromConfig(g.cfg).CreateLogGroup(g.ctx, &cloudwatchlogs.CreateLogGroupInput{LogGroupName: &g.name, Tags: g.tags})
	return place{g.name, g.arn("logs", "log-group:"+g.name)}, err
}

func iamTags(g garden) []iamtypes.Tag {
	return listed(g.tags, func(k, v *string) iamtypes.Tag { return iamtypes.Tag{Key: k, Value: v} })
}

func plantUser(g garden) (place, error) {
	out, err := iam.NewFromConfig(g.cfg).CreateUser(g.ctx, &iam.CreateUserInput{UserName: &g.name, Tags: iamTags(g)})
	if err != nil {
		return place{}, err
	}
	return place{*out.User.UserId, *out.User.Arn}, nil
}

func plantRole(g garden) (place, error) {
	out, err := iam.NewFromConfig(g.cfg).CreateRole(g.ctx, &iam.CreateRoleInput{RoleName: &g.name, AssumeRolePolicyDocument: aws.String(nobody), Tags: iamTags(g)})
	if err != nil {
		return place{}, err
	}
	return place{*out.Role.RoleId, *out.Role.Arn}, nil
}

func plantSecret(g garden) (place, error) {
	out, err := secrets.NewFromConfig(g.cfg).CreateSecret(g.ctx, &secrets.CreateSecretInput{
		Name: &g.name, SecretString: aws.String("not-a-secret"), Tags: listed(g.tags, func(k, v *string) secretstypes.Tag { return secretstypes.Tag{Key: k, Value: v} }),
	})
	if err != nil {
		return place{}, err
	}
	return place{*out.ARN, *out.ARN}, nil
}

func plantParameter(g garden) (place, error) {
	_, err := ssm.NewFromConfig(g.cfg).PutParameter(g.ctx, &ssm.PutParameterInput{
		Name: &g.name, Value: aws.String("x"), Type: ssmtypes.ParameterTypeString, Tags: listed(g.tags, func(k, v *string) ssmtypes.Tag { return ssmtypes.Tag{Key: k, Value: v} }),
	})
	return place{g.name, g.arn("ssm", "parameter/"+strings.TrimPrefix(g.name, "/"))}, err
}

func plantRepository(g garden) (place, error) {
	out, err := ecr.NewFromConfig(g.cfg).CreateRepository(g.ctx, &ecr.CreateRepositoryInput{
		RepositoryName: &g.name, Tags: listed(g.tags, func(k, v *string) ecrtypes.Tag { return ecrtypes.Tag{Key: k, Value: v} }),
	})
	if err != nil {
		return place{}, err
	}
	return place{g.name, *out.Repository.RepositoryArn}, nil
}

func plantRule(g garden) (place, error) {
	out, err := eventbridge.NewFromConfig(g.cfg).PutRule(g.ctx, &eventbridge.PutRuleInput{
		Name: &g.name, EventPattern: aws.String(`{"source":["example"]}`), Tags: listed(g.tags, func(k, v *string) eventtypes.Tag { return eventtypes.Tag{Key: k, Value: v} }),
	})
	if err != nil {
		return place{}, err
	}
	return place{*out.RuleArn, *out.RuleArn}, nil
}

func plantStateMachine(g garden) (place, error) {
	out, err := sfn.NewFromConfig(g.cfg).CreateStateMachine(g.ctx, &sfn.CreateStateMachineInput{
		Name: &g.name, RoleArn: aws.String("arn:aws:iam::" + Account + ":role/states"), Definition: aws.String(`{"StartAt":"a","States":{"a":{"Type":"Pass","End":true}}}`),
		Tags: listed(g.tags, func(k, v *string) sfntypes.Tag { return sfntypes.Tag{Key: k, Value: v} }),
	})
	if err != nil {
		return place{}, err
	}
	return place{*out.StateMachineArn, *out.StateMachineArn}, nil
}

func plantECSCluster(g garden) (place, error) {
	out, err := ecs.NewFromConfig(g.cfg).CreateCluster(g.ctx, &ecs.CreateClusterInput{
		ClusterName: &g.name, Tags: listed(g.tags, func(k, v *string) ecstypes.Tag { return ecstypes.Tag{Key: k, Value: v} }),
	})
	if err != nil {
		return place{}, err
	}
	return place{*out.Cluster.ClusterArn, *out.Cluster.ClusterArn}, nil
}

func plantEKSCluster(g garden) (place, error) {
	out, err := eks.NewFromConfig(g.cfg).CreateCluster(g.ctx, &eks.CreateClusterInput{
		Name: &g.name, RoleArn: aws.String("arn:aws:iam::" + Account + ":role/eks"), ResourcesVpcConfig: &ekstypes.VpcConfigRequest{}, Tags: g.tags,
	})
	if err != nil {
		return place{}, err
	}
	return place{g.name, *out.Cluster.Arn}, nil
}

func plantLoadBalancer(g garden) (place, error) {
	network := g
	network.tags = nil
	subnet, err := plantSubnet(network)
	if err != nil {
		return place{}, err
	}
	out, err := elb.NewFromConfig(g.cfg).CreateLoadBalancer(g.ctx, &elb.CreateLoadBalancerInput{
		Name: &g.name, Subnets: []string{subnet.id}, Tags: listed(g.tags, func(k, v *string) elbtypes.Tag { return elbtypes.Tag{Key: k, Value: v} }),
	})
	if err != nil {
		return place{}, err
	}
	made := *out.LoadBalancers[0].LoadBalancerArn
	return place{made, made}, nil
}

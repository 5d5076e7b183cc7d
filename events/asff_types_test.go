package events

import (
	"strings"
	"testing"

	"github.com/tagwarden/tagwarden/internal/arn"
)

// untypedASFF are ASFF's types of what CloudFormation does not make, or what the finding's details tell.
var untypedASFF = []string{"AwsEcsContainer", "AwsIamAccessKey", "CodeRepository", "Container", "Other"}

// detailsASFF are the types for which ASFF has details.
//
// Source: Security Hub API reference, ResourceDetails.
const detailsASFF = `AwsAutoScalingAutoScalingGroup AwsCodeBuildProject AwsCloudFrontDistribution AwsEc2Instance AwsEc2NetworkInterface AwsEc2SecurityGroup AwsEc2Volume AwsEc2Vpc
	AwsEc2Eip AwsEc2Subnet AwsEc2NetworkAcl AwsElbv2LoadBalancer AwsElasticBeanstalkEnvironment AwsElasticsearchDomain AwsS3Bucket AwsS3AccountPublicAccessBlock AwsS3Object
	AwsSecretsManagerSecret AwsIamUser AwsIamPolicy AwsApiGatewayV2Stage AwsApiGatewayV2Api AwsDynamoDbTable AwsApiGatewayStage AwsApiGatewayRestApi AwsCloudTrailTrail
	AwsSsmPatchCompliance AwsCertificateManagerCertificate AwsRedshiftCluster AwsElbLoadBalancer AwsIamGroup AwsIamRole AwsKmsKey AwsLambdaFunction AwsLambdaLayerVersion
	AwsRdsDbInstance AwsSnsTopic AwsSqsQueue AwsWafWebAcl AwsRdsDbSnapshot AwsRdsDbClusterSnapshot AwsRdsDbCluster AwsEcsCluster AwsEcsTaskDefinition AwsRdsEventSubscription
	AwsEcsService AwsAutoScalingLaunchConfiguration AwsEc2VpnConnection AwsOpenSearchServiceDomain AwsEc2VpcEndpointService AwsXrayEncryptionConfig AwsWafRateBasedRule
	AwsWafRegionalRateBasedRule AwsEcrRepository AwsEksCluster AwsNetworkFirewallFirewallPolicy AwsNetworkFirewallFirewall AwsNetworkFirewallRuleGroup AwsRdsDbSecurityGroup
	AwsKinesisStream AwsEc2TransitGateway AwsEfsAccessPoint AwsCloudFormationStack AwsCloudWatchAlarm AwsEc2VpcPeeringConnection AwsWafRegionalRuleGroup AwsWafRegionalRule
	AwsWafRegionalWebAcl AwsWafRule AwsWafRuleGroup AwsEcsTask AwsBackupBackupVault AwsBackupBackupPlan AwsBackupRecoveryPoint AwsEc2LaunchTemplate AwsSageMakerNotebookInstance
	AwsWafv2WebAcl AwsWafv2RuleGroup AwsEc2RouteTable AwsAmazonMqBroker AwsAppSyncGraphQlApi AwsEventSchemasRegistry AwsGuardDutyDetector AwsStepFunctionStateMachine
	AwsAthenaWorkGroup AwsEventsEventbus AwsDmsEndpoint AwsEventsEndpoint AwsDmsReplicationTask AwsDmsReplicationInstance AwsRoute53HostedZone AwsMskCluster AwsS3AccessPoint
	AwsEc2ClientVpnEndpoint AwsAccount`

func TestEveryTypeOfASFFIsKnown(t *testing.T) {
	for typ := range strings.FieldsSeq(detailsASFF) {
		name := typeOfASFF(typ)
		if known, ok := arn.Canonical(name); !ok || known != name {
			t.Errorf("%s is %q, which is no type", typ, name)
		}
	}
	for _, typ := range untypedASFF {
		if name := typeOfASFF(typ); name != "" {
			t.Errorf("%s is %q", typ, name)
		}
	}
	for typ, want := range map[string]string{"AwsEc2Vpc": "AWS::EC2::VPC", "AwsRdsDbInstance": "AWS::RDS::DBInstance", "AwsWafv2WebAcl": "AWS::WAFv2::WebACL", "AwsAccount": "AWS::::Account"} {
		if got := typeOfASFF(typ); got != want {
			t.Errorf("%s is %q, want %q", typ, got, want)
		}
	}
}

func TestNoTwoTypesHaveOneNameInASFF(t *testing.T) {
	if got, want := len(asffTypes()), len(arn.Types()); got != want {
		t.Errorf("%d names for %d types", got, want)
	}
}

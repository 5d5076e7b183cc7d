package events

import (
	"strings"
	"sync"

	"github.com/tagwarden/tagwarden/internal/arn"
)

// typeOfASFF is the type of a resource as AWS Config spells it, by its type in ASFF: "AwsS3Bucket" is "AWS::S3::Bucket"; "" where ASFF's type is nothing that
// CloudFormation makes (a container, an image, a repository of another cloud).
func typeOfASFF(typ string) string {
	if known, ok := renamedASFF[typ]; ok {
		return known
	}
	if known, ok := arn.Canonical(typ); ok { // in OCSF
		return known
	}
	return asffTypes()[strings.ToLower(typ)]
}

// asffTypes are the types that ASFF spells like CloudFormation, but for case and colons: by ASFF's name in lower case.
var asffTypes = sync.OnceValue(func() map[string]string {
	all := arn.Types()
	types := make(map[string]string, len(all))
	for _, typ := range all {
		types[strings.ToLower(strings.ReplaceAll(typ, ":", ""))] = typ
	}
	return types
})

// renamedASFF are the types that ASFF spells otherwise. An object is put right by its bucket, an image by its repository, and a key by its user or role, which the finding's
// details tell.
//
// Source: Security Hub user guide, "Resources ASFF object".
var renamedASFF = map[string]string{
	"AwsAccount":                       accountType,
	"AwsCertificateManagerCertificate": "AWS::ACM::Certificate",
	"AwsEcrContainerImage":             "AWS::ECR::Repository",
	"AwsElbLoadBalancer":               "AWS::ElasticLoadBalancing::LoadBalancer",
	"AwsElbv2LoadBalancer":             "AWS::ElasticLoadBalancingV2::LoadBalancer",
	"AwsOpenSearchServiceDomain":       "AWS::OpenSearch::Domain",
	"AwsS3Object":                      "AWS::S3::Bucket",
	"AwsStepFunctionStateMachine":      "AWS::StepFunctions::StateMachine",
}

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

// TypeInASFF is how ASFF spells a type of AWS Config's; "Other" where it has no such type.
//
// Source: Security Hub user guide, "Resources ASFF object" (Type).
func TypeInASFF(typ string) string {
	if name, known := typesInASFF()[typ]; known {
		return name
	}
	return "Other"
}

// typesInASFF are ASFF's names of types by AWS Config's. Where two stand for one type (an object is its bucket), it is the one that is spelled like the type.
var typesInASFF = sync.OnceValue(func() map[string]string {
	names := map[string]string{}
	for name := range strings.FieldsSeq(detailsASFF) {
		typ := typeOfASFF(name)
		if _, renamed := renamedASFF[name]; !renamed || names[typ] == "" {
			names[typ] = name
		}
	}
	return names
})

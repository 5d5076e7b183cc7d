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

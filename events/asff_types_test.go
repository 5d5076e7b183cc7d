package events

import (
	"strings"
	"testing"

	"github.com/tagwarden/tagwarden/internal/arn"
)

// untypedASFF are ASFF's types of what CloudFormation does not make, or what the finding's details tell.
var untypedASFF = []string{"AwsEcsContainer", "AwsIamAccessKey", "CodeRepository", "Container", "Other"}

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

// TestTypesInASFF holds that a type is spelled in ASFF as it is read from there, and that one which ASFF does not have is another.
func TestTypesInASFF(t *testing.T) {
	for typ, want := range map[string]string{
		"AWS::S3::Bucket": "AwsS3Bucket", "AWS::EC2::VPC": "AwsEc2Vpc", "AWS::ElasticLoadBalancingV2::LoadBalancer": "AwsElbv2LoadBalancer", "AWS::::Account": "AwsAccount",
		"AWS::Logs::LogGroup": "Other", "": "Other",
	} {
		if got := TypeInASFF(typ); got != want {
			t.Errorf("%q is %q, want %q", typ, got, want)
		}
		if back := typeOfASFF(want); want != "Other" && back != typ {
			t.Errorf("%q is read as %q, want %q", want, back, typ)
		}
	}
}

func TestNoTwoTypesHaveOneNameInASFF(t *testing.T) {
	if got, want := len(asffTypes()), len(arn.Types()); got != want {
		t.Errorf("%d names for %d types", got, want)
	}
}

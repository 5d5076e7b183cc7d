package remedies

import (
	"errors"
	"testing"

	"github.com/tagwarden/tagwarden/internal/finding"
	"github.com/tagwarden/tagwarden/internal/remedy"
)

// TestWhatEC2LeavesOut holds that what EC2 does not tell is neither off nor gone.
func TestWhatEC2LeavesOut(t *testing.T) {
	for _, test := range []struct {
		remedy   remedy.Remedy
		resource finding.Resource
		answer   string
	}{
		{ec2EBSEncryptionDefault, theAccount(), `<R/>`},
		{ec2SubnetNoPublicIP, ofEC2("AWS::EC2::Subnet", "subnet", "subnet-1"), `<R><subnetSet><item><subnetId>subnet-1</subnetId></item></subnetSet></R>`},
		{ec2SubnetNoPublicIP, ofEC2("AWS::EC2::Subnet", "subnet", "subnet-1"), `<R/>`},
		{ec2CloseWorldPorts, ofEC2("AWS::EC2::SecurityGroup", "security-group", "sg-1"), `<R/>`},
		{ec2ReleaseAddress, ofEC2("AWS::EC2::EIP", "elastic-ip", "eipalloc-1"), `<R/>`},
		{ec2Isolate, instance("i-1"), `<R/>`},
		{ec2Stop, instance("i-1"), `<R><reservationSet><item><instancesSet><item><instanceId>i-1</instanceId></item></instancesSet></item></reservationSet></R>`},
	} {
		if got, err := test.remedy.Lens.Read(t.Context(), ec2Answer(test.answer).config(), test.resource); err == nil || errors.Is(err, remedy.ErrGone) {
			t.Errorf("%s: got %s, %v; want that it is not known", test.remedy.ID, got, err)
		}
	}
}

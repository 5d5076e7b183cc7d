package remedies

import (
	"cmp"
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"

	"github.com/tagwarden/tagwarden/internal/finding"
	"github.com/tagwarden/tagwarden/internal/remedy"
)

var ec2ReleaseAddress = remedy.Remedy{
	ID: "ec2-release-address",
	Doc: `Release an Elastic IP address that nothing uses.

The address goes back to the pool that it came from. It is looked at once more right before, and one that is in use again is refused. There is no undo: the entry in the journal
tells the address, which EC2 may give back on request as long as nobody else has got it.

When not to use it: for an address that others know: that stands in DNS, in a partner's allow list, or that is kept for a failover.`,
	Changes:  "The account does not have the address any more.",
	Breaks:   "Whoever still sends to the address, by DNS or an allow list, reaches nobody or a stranger.",
	Setting:  "ec2:address",
	Answers:  []string{"securityhub:EC2.12", "config:eip-attached"},
	Resource: "AWS::EC2::EIP",
	Reads:    []remedy.Grant{{Action: "ec2:DescribeAddresses", On: "*"}},
	Writes:   []remedy.Grant{{Action: "ec2:ReleaseAddress", On: "${ARN}"}},
	Undo:     remedy.None,
	UndoNote: "AWS may give a released address to somebody else at once, and gives the same one back only sometimes.",
	Schema:   1,
	Lens:     remedy.Erase(remedy.Setting[elasticAddress]{Read: readAddress, Fix: fixAddress, Write: writeAddress}),
	Examples: []remedy.Example{
		{Name: "an address that nothing uses", Before: `{"Allocated":true,"PublicIp":"198.51.100.7"}`, After: `{"Allocated":false}`},
		{Name: "an address that is released already", Before: `{"Allocated":false}`, After: `{"Allocated":false}`},
	},
}

// An elasticAddress says whether the account has an Elastic IP address, and what for. One that it does not have is as the remedy wants it, so that is no error.
type elasticAddress struct {
	Allocated bool
	PublicIP  string `json:"PublicIp,omitempty"`
	UsedBy    string `json:",omitempty"` // what it is associated with
	ManagedBy string `json:",omitempty"` // the AWS service that has it for the account
}

func readAddress(ctx context.Context, cfg aws.Config, r finding.Resource) (elasticAddress, error) {
	tried := "read the address " + r.String()
	out, err := ec2.NewFromConfig(cfg).DescribeAddresses(ctx, &ec2.DescribeAddressesInput{AllocationIds: []string{idOf(r)}})
	if remedy.Is(err, noAllocation) {
		return elasticAddress{}, nil
	}
	if err != nil {
		return elasticAddress{}, remedy.Explain(tried, err)
	}
	a, err := only(tried, out.Addresses)
	if err != nil {
		return elasticAddress{}, err
	}
	return elasticAddress{
		Allocated: true, PublicIP: aws.ToString(a.PublicIp), ManagedBy: string(a.ServiceManaged),
		UsedBy: cmp.Or(aws.ToString(a.InstanceId), aws.ToString(a.NetworkInterfaceId), aws.ToString(a.AssociationId)),
	}, nil
}

func fixAddress(s elasticAddress, _ remedy.Params) (elasticAddress, error) {
	switch {
	case s.UsedBy != "":
		return s, &remedy.RefusedError{Why: "The address is in use by " + s.UsedBy + ": there is nothing to release."}
	case s.ManagedBy != "":
		return s, &remedy.RefusedError{Why: "The address belongs to the AWS service " + s.ManagedBy + ", which alone may release it."}
	}
	return elasticAddress{}, nil
}

// writeAddress looks once more before it releases: in a default VPC, EC2 would take the address away from what uses it.
//
// Source: Amazon EC2 API reference, ReleaseAddress.
func writeAddress(ctx context.Context, cfg aws.Config, r finding.Resource, _, to elasticAddress) error {
	if to.Allocated {
		return &remedy.RefusedError{Why: "An address cannot be had back."}
	}
	now, err := readAddress(ctx, cfg, r)
	if err != nil || !now.Allocated {
		return err
	}
	if _, err := fixAddress(now, remedy.Params{}); err != nil {
		return err
	}
	if _, err := ec2.NewFromConfig(cfg).ReleaseAddress(ctx, &ec2.ReleaseAddressInput{AllocationId: aws.String(idOf(r))}); err != nil {
		return remedy.Explain("release the address "+r.String(), err)
	}
	return nil
}

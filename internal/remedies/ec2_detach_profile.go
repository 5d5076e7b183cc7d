package remedies

import (
	"context"
	"fmt"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/tagwarden/tagwarden/internal/finding"
	"github.com/tagwarden/tagwarden/internal/remedy"
)

var ec2DetachProfile = remedy.Remedy{
	ID: "ec2-detach-profile",
	Doc: `Detach the IAM instance profile from an EC2 instance.

The instance gets no new credentials of its role. An undo attaches the same instance profile again. The profile and its role stay as they are.

Credentials that were handed out already stay valid until they expire, which may take some hours, wherever they are used: add the remedy iam-revoke-sessions for the role to
end them at once.

When not to use it: for an instance that is managed by Session Manager or writes its logs with that role, if you need these for the investigation: it loses both.`,
	Changes:  "The instance has no IAM instance profile.",
	Breaks:   "What runs on the instance cannot call AWS any more as soon as its present credentials have expired.",
	Setting:  "ec2:instance-profile",
	Answers:  []string{credentialTheft, "guardduty:UnauthorizedAccess:EC2/MetadataDNSRebind"},
	Resource: "AWS::EC2::Instance",
	Reads: []remedy.Grant{
		{Action: "ec2:DescribeInstances", On: "*"},
		{Action: "ec2:DescribeIamInstanceProfileAssociations", On: "*"},
	},
	// Whoever attaches a profile must be able to pass the role in it to EC2, and which role that is the profile decides.
	//
	// Source: Amazon EC2 user guide, "Permissions to attach an IAM role to an instance".
	Writes: []remedy.Grant{
		{Action: "ec2:DisassociateIamInstanceProfile", On: "${ARN}"},
		{Action: "ec2:AssociateIamInstanceProfile", On: "${ARN}"},
		{Action: "iam:PassRole", On: "arn:${Partition}:iam::${Account}:role/*", When: toEC2, Unseen: true, Role: "ec2"},
	},
	Undo:   remedy.Exact,
	Schema: 1,
	Lens:   remedy.Erase(remedy.Setting[instanceProfile]{Read: readInstanceProfile, Fix: fixInstanceProfile, Write: writeInstanceProfile}),
	Examples: []remedy.Example{
		{Name: "an instance with a profile", Before: `{"Profile":"arn:aws:iam::111122223333:instance-profile/web"}`, After: `{}`},
		{Name: "an instance without one", Before: `{}`, After: `{}`},
	},
}

// toEC2 says that a role is passed to EC2 and to no other service; it has another name in China.
//
// Source: IAM user guide, "Available keys for IAM" (iam:PassedToService); "AWS service principals".
var toEC2 = map[string][]string{"iam:PassedToService": {"ec2.amazonaws.com", "ec2.amazonaws.com.cn"}}

// An instanceProfile is the instance profile of an instance, which has one at most.
type instanceProfile struct {
	Profile string `json:",omitempty"` // its ARN
}

func readInstanceProfile(ctx context.Context, cfg aws.Config, r finding.Resource) (instanceProfile, error) {
	client := ec2.NewFromConfig(cfg)
	if _, err := describeInstance(ctx, client, r); err != nil {
		return instanceProfile{}, err
	}
	association, err := profileAssociation(ctx, client, r)
	if err != nil || association == nil || association.IamInstanceProfile == nil {
		return instanceProfile{}, err
	}
	return instanceProfile{Profile: aws.ToString(association.IamInstanceProfile.Arn)}, nil
}

// attached are the states in which an instance has its profile, or is about to have it.
//
// Source: Amazon EC2 API reference, IamInstanceProfileAssociation.
var attached = []types.IamInstanceProfileAssociationState{types.IamInstanceProfileAssociationStateAssociating, types.IamInstanceProfileAssociationStateAssociated}

// profileAssociation is what ties an instance to its profile; nil if it has none.
func profileAssociation(ctx context.Context, client *ec2.Client, r finding.Resource) (*types.IamInstanceProfileAssociation, error) {
	pages := ec2.NewDescribeIamInstanceProfileAssociationsPaginator(client, &ec2.DescribeIamInstanceProfileAssociationsInput{
		Filters: []types.Filter{ec2Filter("instance-id", idOf(r))},
	})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, remedy.Explain("read the instance profile of "+r.String(), err)
		}
		for _, association := range page.IamInstanceProfileAssociations {
			if slices.Contains(attached, association.State) {
				return &association, nil
			}
		}
	}
	return nil, nil
}

func fixInstanceProfile(instanceProfile, remedy.Params) (instanceProfile, error) {
	return instanceProfile{}, nil
}

func writeInstanceProfile(ctx context.Context, cfg aws.Config, r finding.Resource, from, to instanceProfile) error {
	client := ec2.NewFromConfig(cfg)
	if from.Profile != "" {
		if err := detachProfile(ctx, client, r, from.Profile); err != nil {
			return err
		}
	}
	if to.Profile == "" {
		return nil
	}
	_, err := client.AssociateIamInstanceProfile(ctx, &ec2.AssociateIamInstanceProfileInput{
		InstanceId: aws.String(idOf(r)), IamInstanceProfile: &types.IamInstanceProfileSpecification{Arn: &to.Profile},
	})
	if remedy.Is(err, "InvalidParameterValue") {
		return &remedy.RefusedError{Why: "The instance profile " + to.Profile + " cannot be attached, it was probably deleted: make it again or attach another one.", Err: err}
	}
	if err != nil {
		return remedy.Explain("attach an instance profile to "+r.String(), err, noInstance)
	}
	return nil
}

// detachProfile detaches a profile, and no other that somebody attached meanwhile.
func detachProfile(ctx context.Context, client *ec2.Client, r finding.Resource, profile string) error {
	association, err := profileAssociation(ctx, client, r)
	if err != nil || association == nil {
		return err
	}
	if p := association.IamInstanceProfile; p == nil || aws.ToString(p.Arn) != profile {
		return fmt.Errorf("detach the instance profile of %s: %w", r, errMeanwhile)
	}
	if _, err := client.DisassociateIamInstanceProfile(ctx, &ec2.DisassociateIamInstanceProfileInput{AssociationId: association.AssociationId}); err != nil {
		return remedy.Explain("detach the instance profile of "+r.String(), err)
	}
	return nil
}

package main

import (
	"strings"

	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"

	"github.com/tagwarden/tagwarden/internal/rights"
)

// directory is what the clock of a hub may do besides, to read the accounts of the organization and, where the policy asks for them, their tags; nothing in a deployment that keeps its own account alone.
func (s *Stack) directory() []rights.Allowance {
	if !s.design.Settings.hub() {
		return nil
	}
	_, tags := s.design.Policy.NeedsDirectory()
	return rights.Directory(s.design.Settings.Directory, tags)
}

// directoryARNs are the ARNs of the parts that directory speaks of.
func (s *Stack) directoryARNs() map[rights.Part][]string {
	parts := rights.DirectoryARNs(s.design.Settings.Organization, s.design.Settings.Directory)
	for part, arns := range parts {
		parts[part] = hereARNs(arns)
	}
	return parts
}

// justifyDirectory says why the clock's rights to read the organization end with a wildcard, one by one.
func (s *Stack) justifyDirectory(role awsiam.Role) {
	for _, a := range s.directory() {
		for _, arn := range rights.DirectoryARNs(s.design.Settings.Organization, s.design.Settings.Directory)[a.On] {
			if strings.Contains(arn, "*") {
				suppress(role, "Reads which accounts the organization has, all of them; where AWS takes an ARN, within this organization alone.", "Resource::"+strings.ReplaceAll(arn, "${Partition}", "<AWS::Partition>"))
			}
		}
	}
}

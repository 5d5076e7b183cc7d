package main

import (
	"strconv"
	"strings"

	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	schema "github.com/tagwarden/tagwarden/internal/awsdynamodb"
	"github.com/tagwarden/tagwarden/internal/rights"
	"github.com/tagwarden/tagwarden/internal/wiring"
)

// actMemory is the memory of act in MiB.
const actMemory = 512

// newAct makes the only function that changes anything, and gives its role, which the service roles trust.
func (s *Stack) newAct() awsiam.Role {
	scope := constructs.NewConstruct(s.stack, jsii.String(title(rights.ActName)))
	_, role := s.newFunction(scope, function{
		name: rights.ActName, doc: "Puts right, proposes or tells what the judges hand over; the only one that changes anything.",
		queue: s.hand, timeout: wiring.ActTimeout, memory: actMemory,
		rights: rights.Act(schema.TableActions(), s.names.Source(), s.design.Policy.WritesBack(), s.design.Policy.Posts()),
		environment: map[string]*string{
			wiring.Queue:    s.hand.QueueUrl(),
			wiring.Attempts: jsii.String(strconv.Itoa(wiring.MaxReceives)),
		},
	})
	if s.design.Settings.hub() {
		for _, arn := range s.names.MemberRoles(s.roles) {
			suppress(role, "The service roles of every account that is enrolled; aws:ResourceOrgID keeps them to the organization.",
				"Resource::"+strings.ReplaceAll(arn, "${Partition}", "<AWS::Partition>"))
		}
	}
	return role
}

// serviceRoles are the ARNs of the service roles, for a hub those of all accounts. They are written out, because the roles themselves trust act's.
func (s *Stack) serviceRoles() []string {
	arns := s.names.Roles(s.roles)
	if s.design.Settings.hub() {
		arns = s.names.MemberRoles(s.roles)
	}
	if len(arns) == 0 {
		return nil
	}
	return here(rights.Document{Statement: []rights.Statement{{Resource: arns}}}).Statement[0].Resource
}

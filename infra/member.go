package main

import (
	"strconv"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsevents"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsscheduler"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssqs"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
	"github.com/cdklabs/cdk-nag-go/cdknag/v2"

	"github.com/tagwarden/tagwarden/internal/listen"
	"github.com/tagwarden/tagwarden/internal/pattern"
	"github.com/tagwarden/tagwarden/internal/rights"
	"github.com/tagwarden/tagwarden/internal/wiring"
)

// What the names of the templates end with by which an account is enrolled: the first once an account, the second once an account and region. They begin with the stack's name.
const (
	memberRoles = "-MemberRoles"
	memberRules = "-MemberRules"
)

// A member is one of the two templates for the accounts of an organization. They hold no asset and nothing of a bootstrap, no nested stack, macro, import or export, so that a
// service-managed StackSet takes them.
type member struct {
	stack  awscdk.Stack
	design Design
	names  rights.Names
}

// newMembers makes the two templates beside a hub's. That of the rules depends on the prefix and the kinds alone: no edit of the policy reaches into the accounts unless it changes
// what the service roles may do.
func newMembers(app awscdk.App, d Design) error {
	newMemberRoles(app, d)
	return newMemberRules(app, d)
}

// newMember makes a template with its parameters.
func newMember(app awscdk.App, d Design, name, description string) member {
	stack := awscdk.NewStack(app, &name, &awscdk.StackProps{SuppressTemplateIndentation: jsii.Bool(true), Description: &description, Synthesizer: awscdk.NewBootstraplessSynthesizer(&awscdk.BootstraplessSynthesizerProps{})})
	parameter := func(id, doc, form, example string) {
		awscdk.NewCfnParameter(stack, &id, &awscdk.CfnParameterProps{Type: jsii.String("String"), Description: &doc, AllowedPattern: &form, ConstraintDescription: &example})
	}
	parameter("HubAccount", "The account that the hub is in.", `^[0-9]{12}$`, "the account's 12 digits, such as 111122223333")
	parameter("HubRegion", "The region that the hub is in.", `^[a-z]{2,4}(-[a-z]+){1,3}-[0-9]{1,2}$`, "a region, such as eu-west-1")
	return member{stack: stack, design: d, names: rights.Names{Prefix: d.Settings.Prefix}}
}

// newMemberRoles makes what an account has once.
func newMemberRoles(app awscdk.App, d Design) {
	m := newMember(app, d, d.Settings.Stack+memberRoles, "Tagwarden's roles in an account of the organization: once an account, in any region.")
	roles := rights.Roles(d.Policy, d.Remedies)
	beater := m.newBeater()
	made := []constructs.IDependable{beater, m.newForward()}
	for _, r := range roles {
		made = append(made, newServiceRole(m.stack, m.names, r, m.hub()))
	}
	rule := m.newForwarding("RolesHeartbeat", wiring.RolesKind, "Forwards the heartbeat of the account's roles to the hub.", listen.Beat(wiring.RolesKind, m.names), nil)
	group := m.newGroup(m.names.RolesHeartbeat())
	schedule := m.newBeats("Beat", group, beater.RoleArn(), []beat{{Kind: wiring.RolesKind, Policy: rights.Fingerprint(roles)}})
	schedule.AddResourceDependency(rule, jsii.String("The first beat comes at once."))
	schedule.Node().AddDependency(made...) // a beat says only what the roles may do already
	bind(m.stack, d, false)
}

// newMemberRules makes what an account has once a region.
func newMemberRules(app awscdk.App, d Design) error {
	m := newMember(app, d, d.Settings.Stack+memberRules, "Tagwarden's forwarding rules in an account of the organization: once an account and region, where "+d.Settings.Stack+memberRoles+" is.")
	rules, err := listen.Forwarding(d.Kinds, m.names)
	if err != nil {
		return err
	}
	dead := m.newDead()
	made, beats := make([]awsevents.CfnRule, len(rules)), make([]beat, len(rules))
	for i, r := range rules {
		id := title(r.Kind.ID)
		rule := m.newForwarding("Rule"+id, r.Kind.ID, "Forwards to the hub: "+r.Kind.Doc, r.Pattern, dead)
		made[i], beats[i] = rule, beat{Kind: r.Kind.ID}
	}
	allowRules(dead, "Rules", made...)
	group, beater := m.newGroup(m.names.Heartbeat()), m.sub("arn:${AWS::Partition}:iam::${AWS::AccountId}:role/"+m.names.Heartbeat())
	for i := 0; i < len(beats); i += maxEntries {
		end := min(i+maxEntries, len(beats))
		schedule := m.newBeats("Beat"+strconv.Itoa(1+i/maxEntries), group, beater, beats[i:end])
		for _, rule := range made[i:end] {
			schedule.AddResourceDependency(rule, jsii.String("The first beat comes at once."))
		}
	}
	return nil
}

// sub is a text in which CloudFormation fills in its own names and the template's parameters.
func (m member) sub(text string) *string { return awscdk.Fn_Sub(&text, nil) }

// hub is whom the service roles trust: the hub's act, and it only as a principal of the organization. The principal is the hub's account, and its role stands in the condition,
// because IAM takes a role for a principal only once it is there: so members can be enrolled before the hub is deployed, and go on when its role is made anew.
//
// Source: IAM user guide, "AWS JSON policy elements: Principal" (a role's ARN becomes its unique id when the policy is saved) and "AWS global condition context keys".
func (m member) hub() awsiam.IPrincipal {
	account := awsiam.NewArnPrincipal(m.sub("arn:${AWS::Partition}:iam::${HubAccount}:root"))
	return awsiam.NewPrincipalWithConditions(account, &map[string]any{
		"ArnEquals":    map[string]any{"aws:PrincipalArn": m.sub("arn:${AWS::Partition}:iam::${HubAccount}:role/" + m.names.Role(rights.ActName))},
		"StringEquals": map[string]any{"aws:PrincipalOrgID": m.design.Settings.Organization},
	})
}

// hubBus is the hub's event bus.
func (m member) hubBus() *string {
	return m.sub("arn:${AWS::Partition}:events:${HubRegion}:${HubAccount}:event-bus/" + m.names.Bus())
}

// newForward makes the role by which the account's rules put events on the hub's bus. EventBridge takes it for those very rules alone.
//
// Source: Amazon EventBridge user guide, "Cross-service confused deputy prevention in Amazon EventBridge" (for targets of rules aws:SourceArn is the rule's).
func (m member) newForward() awsiam.Role {
	rules := make([]*string, 0, len(m.design.Kinds)+1)
	for _, kind := range m.design.Kinds {
		rules = append(rules, m.rule(kind.ID))
	}
	role := awsiam.NewRole(m.stack, jsii.String("Forward"), &awsiam.RoleProps{
		RoleName:    jsii.String(m.names.Forward()),
		Description: jsii.String("Lets Tagwarden's rules forward to the hub's bus."),
		AssumedBy: awsiam.NewServicePrincipal(jsii.String("events.amazonaws.com"), &awsiam.ServicePrincipalOpts{Conditions: &map[string]any{
			"StringEquals": map[string]any{"aws:SourceAccount": m.stack.Account()},
			"ArnLike":      map[string]any{"aws:SourceArn": append(rules, m.rule(wiring.RolesKind))},
		}}),
		InlinePolicies: inline(here(m.names.MemberDocument(rights.ForwardRole))),
	})
	justifyInline(role)
	return role
}

// rule is the ARN of the account's rule of a kind, in all regions.
func (m member) rule(kind string) *string {
	return m.sub("arn:${AWS::Partition}:events:*:${AWS::AccountId}:rule/" + m.names.Function(kind))
}

// newForwarding makes a rule on the default bus that forwards to the hub; dead is where what cannot be forwarded goes, nil for a heartbeat, whose absence is told anyway.
func (m member) newForwarding(id, kind, doc string, p pattern.Pattern, dead awssqs.Queue) awsevents.CfnRule {
	to := &awsevents.CfnRule_TargetProperty{Id: jsii.String("hub"), Arn: m.hubBus()}
	if dead != nil {
		to = target("hub", m.hubBus(), dead)
	}
	to.RoleArn = m.sub("arn:${AWS::Partition}:iam::${AWS::AccountId}:role/" + m.names.Forward())
	rule := awsevents.NewCfnRule(m.stack, &id, &awsevents.CfnRuleProps{
		Name: jsii.String(m.names.Function(kind)), Description: &doc, State: jsii.String("ENABLED"), Targets: []any{to},
	})
	setPattern(rule, p)
	return rule
}

// newDead makes the queue for what could not be forwarded within a day: what stays in it was lost to the hub. Nobody polls it, so that it costs nothing.
func (m member) newDead() awssqs.Queue {
	dead := awssqs.NewQueue(m.stack, jsii.String("DeadLetters"), queueProps(m.names.ForwardDead(), deadDays))
	cdknag.NagSuppressions_AddResourceSuppressions(dead, &[]*cdknag.NagPackSuppression{{
		Id: jsii.String("AwsSolutions-SQS3"), Reason: jsii.String("It is itself the dead-letter queue, of the forwarding rules."),
	}}, nil)
	return dead
}

// newGroup makes a group of schedules.
func (m member) newGroup(name string) awsscheduler.CfnScheduleGroup {
	return awsscheduler.NewCfnScheduleGroup(m.stack, jsii.String("Schedules"), &awsscheduler.CfnScheduleGroupProps{Name: &name})
}

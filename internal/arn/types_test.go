package arn

import (
	"slices"
	"strings"
	"testing"
)

func TestTableIsSound(t *testing.T) {
	tab := readTable(typesText)
	for _, err := range tab.faults {
		t.Error(err)
	}
	for i, name := range tab.names {
		r := tab.types[name]
		if i > 0 && tab.names[i-1] == name {
			t.Errorf("%s is there twice", name)
		}
		if r.service == "" || !strings.HasPrefix(name, "AWS::") || strings.Count(name, "::") < 2 {
			t.Errorf("%s has no service or an odd name", name)
		}
		for _, tmpl := range r.templates {
			if strings.Count(tmpl.resource, "+")+strings.Count(tmpl.resource, "**") > 1 && !strings.HasSuffix(tmpl.resource, ":**") {
				t.Errorf("%s: %s has two open places: matching would be slow and ambiguous", name, tmpl.resource)
			}
			if tmpl.open == 0 {
				t.Errorf("%s: %s has no place for an id", name, tmpl.resource)
			}
		}
	}
	if !slices.IsSorted(tab.names) || len(tab.names) < 800 {
		t.Errorf("%d types, sorted: %v", len(tab.names), slices.IsSorted(tab.names))
	}
}

func TestTableFaults(t *testing.T) {
	tests := map[string]string{
		"no template":     "AWS::A::B\tyes\n",
		"no service":      "AWS::A::B\tyes\t:R:A:b/*\n",
		"no resource":     "AWS::A::B\tyes\ta:R:A:\n",
		"few parts":       "AWS::A::B\tyes\ta:R:A\n",
		"unknown option":  "AWS::A::B\tyes\ta:R:A:b/*\tfast\n",
		"alt without own": "AWS::A::B\talt\ta:R:A:b/*\n",
	}
	for name, text := range tests {
		if got := readTable(text); len(got.faults) != 1 {
			t.Errorf("%s: faults = %v, want one", name, got.faults)
		}
	}
}

// samples gives resource parts of a template, with plain and with awkward ids.
func samples(tmpl template) []string {
	fills := map[kind][]string{
		digits: {"1", "20260101"},
		part:   {"abc", "My.Name_1-2", "$default", "a b"},
		path:   {"abc", "/a/b/c", "a/b"},
		whole:  {"abc", "x/y:z/1", "a:b:c", "a/b"},
	}
	var out []string
	for i := range 4 {
		var b strings.Builder
		for rest := tmpl.resource; rest != ""; {
			var tok token
			tok, rest = next(rest)
			list := fills[tok.kind]
			if tok.kind == literal || tok.kind == choice {
				list = strings.Split(tok.text, "|")
			}
			b.WriteString(list[i%len(list)])
		}
		out = append(out, b.String())
	}
	return out
}

// sample gives an ARN of a template.
func sample(tmpl template, partition, region, resource string) ARN {
	a := ARN{Partition: partition, Service: tmpl.service, Resource: resource}
	if tmpl.region != absent {
		a.Region = region
	}
	if tmpl.account != absent {
		a.Account = "111122223333"
	}
	return a
}

func TestNoTwoTypesHaveOneARN(t *testing.T) {
	for _, name := range Types() {
		r := known().types[name]
		for _, tmpl := range r.templates {
			for _, resource := range samples(tmpl) {
				for partition, region := range map[string]string{"aws": "eu-west-1", "aws-cn": "cn-north-1", "aws-us-gov": "us-gov-west-1"} {
					checkRoundTrip(t, r, sample(tmpl, partition, region, resource), tmpl)
				}
			}
		}
	}
}

func checkRoundTrip(t *testing.T, r *resourceType, a ARN, tmpl template) {
	t.Helper()
	if got, ok := For(r.name, a.Partition, a.Region, a.Account, a.String()); !ok || got != r.usual(a, tmpl) {
		t.Errorf("For(%s, %s) = %s, %v", r.name, a, got, ok)
	}
	if r.shared {
		if typ, _, _ := Type(a); typ == r.name {
			t.Errorf("Type(%s) = %s, which is marked as shared", a, typ)
		}
		return
	}
	typ, id, ok := Type(a)
	if !ok || typ != r.name || id == "" {
		t.Errorf("Type(%s) = %s %q, %v, want %s", a, typ, id, ok, r.name)
		return
	}
	if got, ok := For(typ, a.Partition, a.Region, a.Account, id); !ok || got != r.usual(a, tmpl) {
		t.Errorf("For(%s, %q) = %s, %v, want %s", typ, id, got, ok, a)
	}
	for _, f := range known().forms[a.Service] {
		if f.typ != r && f.match(a) && f.compare(tmpl) == 0 {
			t.Errorf("%s is as much a %s as a %s", a, f.typ.name, r.name)
		}
	}
}

// Every shared form belongs to one usual type, or to none on purpose.
func TestSharedForms(t *testing.T) {
	tests := map[string]string{
		"arn:aws:es:eu-west-1:111122223333:domain/d":                              "AWS::OpenSearch::Domain",
		"arn:aws:rds:eu-west-1:111122223333:cluster:c":                            "AWS::RDS::DBCluster",
		"arn:aws:kafka:eu-west-1:111122223333:cluster/c/1":                        "AWS::MSK::Cluster",
		"arn:aws:dynamodb:eu-west-1:111122223333:table/t":                         "AWS::DynamoDB::Table",
		"arn:aws:ec2:eu-west-1:111122223333:transit-gateway-attachment/tgw-att-0": "AWS::EC2::TransitGatewayAttachment",
		"arn:aws:iam::111122223333:role/aws-service-role/x.amazonaws.com/R":       "AWS::IAM::Role",
		"arn:aws:datasync:eu-west-1:111122223333:location/loc-0":                  "",
		"arn:aws:servicediscovery:eu-west-1:111122223333:namespace/ns-0":          "",
	}
	for text, want := range tests {
		a, err := Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		if got, _, ok := Type(a); got != want || ok != (want != "") {
			t.Errorf("Type(%s) = %s, %v, want %q", text, got, ok, want)
		}
	}
}

func TestCanonical(t *testing.T) {
	tests := map[string]string{
		"AWS::EC2::Instance":                   "AWS::EC2::Instance",
		"AWS::CertificateManager::Certificate": "AWS::ACM::Certificate",
		"AWS::OpenSearchService::Domain":       "AWS::OpenSearch::Domain",
		"AWS::IAM::ManagedPolicy":              "AWS::IAM::Policy",
		"AWS::EC2::EIPAssociation":             "AWS::EC2::EIPAssociation",
		"AWS::::Account":                       "AWS::::Account",
		"AWS::EC2::instance":                   "",
		"AWS::Nobody::Knows":                   "",
		"":                                     "",
	}
	for typ, want := range tests {
		if got, ok := Canonical(typ); got != want || ok != (want != "") {
			t.Errorf("Canonical(%q) = %q, %v, want %q", typ, got, ok, want)
		}
	}
}

func TestTaggable(t *testing.T) {
	tests := map[string]Taggability{
		"AWS::EC2::Instance": Yes, "AWS::EC2::LaunchTemplate": Yes, "AWS::IAM::Policy": Yes, "AWS::IAM::ManagedPolicy": Yes, "AWS::RDS::DBClusterSnapshot": Yes,
		"AWS::Logs::LogGroup": Yes, "AWS::SSM::Parameter": Yes,
		"AWS::IAM::Group": No, "AWS::KMS::Alias": No, "AWS::AutoScaling::LaunchConfiguration": No, "AWS::Glue::Database": No,
		"AWS::XRay::EncryptionConfig": Unknown, "AWS::Nobody::Knows": Unknown,
	}
	for typ, want := range tests {
		if got := Taggable(typ); got != want {
			t.Errorf("Taggable(%s) = %s, want %s", typ, got, want)
		}
	}
}

func TestServiceAndFormat(t *testing.T) {
	tests := map[string][2]string{
		"AWS::EC2::Instance":                        {"ec2", "arn:${Partition}:ec2:${Region}:${Account}:instance/*"},
		"AWS::EC2::Snapshot":                        {"ec2", "arn:${Partition}:ec2:${Region}:*:snapshot/*"},
		"AWS::SSM::Parameter":                       {"ssm", "arn:${Partition}:ssm:${Region}:${Account}:parameter/*"},
		"AWS::S3::Bucket":                           {"s3", "arn:${Partition}:s3:::*"},
		"AWS::ElasticLoadBalancingV2::LoadBalancer": {"elasticloadbalancing", "arn:${Partition}:elasticloadbalancing:${Region}:${Account}:loadbalancer/*/*/*"},
		"AWS::Logs::LogGroup":                       {"logs", "arn:${Partition}:logs:${Region}:${Account}:log-group:*"},
		"AWS::StepFunctions::StateMachine":          {"states", "arn:${Partition}:states:${Region}:${Account}:stateMachine:*"},
		"AWS::Events::Rule":                         {"events", "arn:${Partition}:events:${Region}:${Account}:rule/*"},
		"AWS::IAM::ManagedPolicy":                   {"iam", "arn:${Partition}:iam::${Account}:policy/*"},
		"AWS::KMS::Alias":                           {"kms", "arn:${Partition}:kms:${Region}:${Account}:alias/*"},
		"AWS::WAFv2::WebACL":                        {"wafv2", "arn:${Partition}:wafv2:${Region}:${Account}:*/webacl/*/*"},
		"AWS::Cassandra::Keyspace":                  {"cassandra", "arn:${Partition}:cassandra:${Region}:${Account}:/keyspace/*/"},
		"AWS::ApiGateway::RestApi":                  {"apigateway", "arn:${Partition}:apigateway:${Region}::/restapis/*"},
		"AWS::EC2::EIPAssociation":                  {"ec2", ""},
		"AWS::Nobody::Knows":                        {"", ""},
	}
	for typ, want := range tests {
		pattern, ok := Format(typ)
		if got := [2]string{Service(typ), pattern}; got != want || ok != (pattern != "") {
			t.Errorf("%s: %v, %v, want %v", typ, got, ok, want)
		}
	}
}

func TestTypesAreTheCallers(t *testing.T) {
	Types()[0] = "changed"
	if got := Types()[0]; got == "changed" {
		t.Error("a caller changed the list of types")
	}
}

func BenchmarkReadTable(b *testing.B) {
	for b.Loop() {
		readTable(typesText)
	}
}

func BenchmarkType(b *testing.B) {
	a := ARN{Partition: "aws", Service: "ec2", Region: "eu-west-1", Account: "111122223333", Resource: "instance/i-0abc"}
	for b.Loop() {
		Type(a)
	}
}

package policy

import (
	"slices"
	"testing"
)

func TestHeardTypes(t *testing.T) {
	p, err := Parse("policy.yaml", []byte(`
version: 1
mode: notify
administrators: ["111122223333"]
scope: {type: [{anything-but: ["AWS::SQS::Queue"]}]}
tags: [{key: Owner, required: true, types: ["AWS::EC2::Instance", "AWS::SQS::Queue"]}]
rules:
  - {name: tags, on: [config], do: [tags]}
  - {name: buckets, on: [config-rule], where: {type: ["AWS::S3::Bucket"]}}
`), Catalog{Kinds: []string{"config", "config-rule", "tags"}, Remedies: []CatalogRemedy{{ID: "tags", Setting: "tags", Answers: []string{"tags"}, Resource: "*", Undo: "exact"}}})
	if err != nil {
		t.Fatal(err)
	}
	for kind, want := range map[string][]string{"config": {"AWS::EC2::Instance"}, "config-rule": {"AWS::S3::Bucket"}, "tags": nil} {
		if got := p.HeardTypes(kind); !slices.Equal(got, want) {
			t.Errorf("%s: got %v, want %v", kind, got, want)
		}
	}
	if got := p.Administrators(); !slices.Equal(got, []string{"111122223333"}) {
		t.Errorf("got the administrators %v", got)
	}
}

package policy_test

import (
	"slices"
	"testing"
)

func TestSweptTypes(t *testing.T) {
	const tags = "tags: [{key: Owner, required: true, types: ['AWS::EC2::Volume', 'AWS::SQS::*', 'AWS::IAM::Role']}]\n"
	for _, test := range []struct {
		name, text string
		want       []string
	}{
		{"types of tag rules", tags + "rules: [{name: a, on: [clock], do: [tags]}]", []string{"AWS::EC2::Volume", "AWS::IAM::Role", "AWS::SQS::Queue"}},
		{"a narrower rule", tags + "rules: [{name: a, on: [clock], do: [tags], where: {type: [{prefix: 'AWS::EC2::'}]}}]", []string{"AWS::EC2::Volume"}},
		{"no rule hears the clock", tags + "rules: [{name: a, on: [config], do: [tags]}]", []string{}},
		{"another remedy", "rules: [{name: a, on: [clock], do: [s3-block-public-access]}]", []string{"AWS::S3::Bucket"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			p := parse(t, "version: 1\n"+test.text)
			if got := p.SweptTypes(); !slices.Equal(got, test.want) {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
	all := parse(t, "version: 1\ntags: [{key: Owner, required: true}]\nrules: [{name: a, on: [clock], do: [tags]}]").SweptTypes()
	if len(all) < 200 || slices.Contains(all, "AWS::IAM::Role") || !slices.Contains(all, "AWS::EC2::Volume") {
		t.Errorf("a rule for all types has %d: %q", len(all), all)
	}
}

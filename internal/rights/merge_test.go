package rights

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
)

func TestDocument(t *testing.T) {
	tests := []struct {
		name string
		in   []permission
		want []Statement
	}{
		{"nothing", nil, []Statement{}},
		{
			"same resources share a statement",
			[]permission{{"s3:B", "x", false}, {"s3:A", "x", false}, {"s3:A", "x", false}},
			[]Statement{{Sid: "Read1", Effect: "Allow", Action: []string{"s3:A", "s3:B"}, Resource: []string{"x"}}},
		},
		{
			"other resources do not",
			[]permission{{"s3:B", "y", false}, {"s3:A", "x", false}, {"s3:A", "y", false}},
			[]Statement{
				{Sid: "Read1", Effect: "Allow", Action: []string{"s3:A"}, Resource: []string{"x", "y"}},
				{Sid: "Read2", Effect: "Allow", Action: []string{"s3:B"}, Resource: []string{"y"}},
			},
		},
		{
			"what reads and writes is a write",
			[]permission{{"s3:A", "x", true}, {"s3:A", "x", false}, {"s3:B", "x", false}},
			[]Statement{
				{Sid: "Read1", Effect: "Allow", Action: []string{"s3:B"}, Resource: []string{"x"}},
				{Sid: "Write1", Effect: "Allow", Action: []string{"s3:A"}, Resource: []string{"x"}},
			},
		},
		{
			"what is covered goes",
			[]permission{{"s3:A", "arn:x/1", false}, {"s3:A", "arn:x/*", false}, {"s3:A", "arn:y/1", false}},
			[]Statement{{Sid: "Read1", Effect: "Allow", Action: []string{"s3:A"}, Resource: []string{"arn:x/*", "arn:y/1"}}},
		},
		{
			"all covers all",
			[]permission{{"s3:A", "arn:x/*", false}, {"s3:A", "*", false}},
			[]Statement{{Sid: "Read1", Effect: "Allow", Action: []string{"s3:A"}, Resource: []string{"*"}}},
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			want := Document{Version: "2012-10-17", Statement: test.want}
			if got := document(test.in); !reflect.DeepEqual(got, want) {
				t.Errorf("got %v, want %v", got, want)
			}
			slices.Reverse(test.in)
			if got := document(test.in); !reflect.DeepEqual(got, want) {
				t.Errorf("in another order: got %v, want %v", got, want)
			}
		})
	}
}

func TestFitWidensWhatNoPolicyHolds(t *testing.T) {
	const here = "arn:${Partition}:ec2:${Region}:${Account}:"
	var many []permission
	for i := range 200 {
		many = append(many, permission{"ec2:CreateTags", fmt.Sprint(here, "type-", i, "/*"), true})
	}
	many = append(many, permission{"ec2:DescribeTags", here + "instance/*", false}, permission{"ec2:CreateTags", "arn:${Partition}:ec2:${Region}::image/*", true})
	got := fit(document(many))
	want := []Statement{
		{Sid: "Read1", Effect: "Allow", Action: []string{"ec2:DescribeTags"}, Resource: []string{here + "instance/*"}},
		{Sid: "Write1", Effect: "Allow", Action: []string{"ec2:CreateTags"}, Resource: []string{here + "*", "arn:${Partition}:ec2:${Region}::*"}},
	}
	if !reflect.DeepEqual(got.Statement, want) {
		t.Errorf("got %.500v, want %v", got.Statement, want)
	}
	if few := document(many[:3]); !reflect.DeepEqual(fit(few), few) {
		t.Errorf("what fits was widened: %v", strings.Join(fit(few).Statement[0].Resource, " "))
	}
}

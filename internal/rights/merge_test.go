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
			[]permission{{"s3:B", "x", false, nil}, {"s3:A", "x", false, nil}, {"s3:A", "x", false, nil}},
			[]Statement{{Sid: "Read1", Effect: "Allow", Action: []string{"s3:A", "s3:B"}, Resource: []string{"x"}}},
		},
		{
			"other resources do not",
			[]permission{{"s3:B", "y", false, nil}, {"s3:A", "x", false, nil}, {"s3:A", "y", false, nil}},
			[]Statement{
				{Sid: "Read1", Effect: "Allow", Action: []string{"s3:A"}, Resource: []string{"x", "y"}},
				{Sid: "Read2", Effect: "Allow", Action: []string{"s3:B"}, Resource: []string{"y"}},
			},
		},
		{
			"what reads and writes is a write",
			[]permission{{"s3:A", "x", true, nil}, {"s3:A", "x", false, nil}, {"s3:B", "x", false, nil}},
			[]Statement{
				{Sid: "Read1", Effect: "Allow", Action: []string{"s3:B"}, Resource: []string{"x"}},
				{Sid: "Write1", Effect: "Allow", Action: []string{"s3:A"}, Resource: []string{"x"}},
			},
		},
		{
			"what is covered goes",
			[]permission{{"s3:A", "arn:x/1", false, nil}, {"s3:A", "arn:x/*", false, nil}, {"s3:A", "arn:y/1", false, nil}},
			[]Statement{{Sid: "Read1", Effect: "Allow", Action: []string{"s3:A"}, Resource: []string{"arn:x/*", "arn:y/1"}}},
		},
		{
			"another condition has a statement of its own",
			[]permission{
				{"s3:A", "x", true, map[string][]string{"s3:k": {"b", "a"}}},
				{"s3:B", "x", true, map[string][]string{"s3:k": {"a", "b"}}},
				{"s3:A", "x", true, map[string][]string{"s3:yes": {"true"}}},
				{"s3:A", "x", true, nil},
			},
			[]Statement{
				{Sid: "Write1", Effect: "Allow", Action: []string{"s3:A"}, Resource: []string{"x"}},
				{Sid: "Write2", Effect: "Allow", Action: []string{"s3:A"}, Resource: []string{"x"}, Condition: map[string]map[string][]string{"Bool": {"s3:yes": {"true"}}}},
				{Sid: "Write3", Effect: "Allow", Action: []string{"s3:A", "s3:B"}, Resource: []string{"x"}, Condition: map[string]map[string][]string{"StringEquals": {"s3:k": {"a", "b"}}}},
			},
		},
		{
			"all covers all",
			[]permission{{"s3:A", "arn:x/*", false, nil}, {"s3:A", "*", false, nil}},
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
		many = append(many, permission{"ec2:CreateTags", fmt.Sprint(here, "type-", i, "/*"), true, nil})
	}
	many = append(many, permission{"ec2:DescribeTags", here + "instance/*", false, nil}, permission{"ec2:CreateTags", "arn:${Partition}:ec2:${Region}::image/*", true, nil})
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

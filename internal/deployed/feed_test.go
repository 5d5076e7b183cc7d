package deployed

import (
	"reflect"
	"testing"
)

// TestFeed holds what the emulator is given in place of the template: all that is left out or put otherwise is here.
func TestFeed(t *testing.T) {
	template := parse(t, `{
		"Outputs": {"Url": {"Value": {"Fn::GetAtt": ["Url", "FunctionUrl"]}}, "Table": {"Value": {"Ref": "Table"}}},
		"Resources": {
			"Table": {"Type": "AWS::DynamoDB::Table", "Metadata": {"aws:cdk:path": "x"}, "Properties": {"TableName": "journal"}},
			"Url": {"Type": "AWS::Lambda::Url"},
			"Fn": {"Type": "AWS::Lambda::Function", "Properties": {"FunctionName": "act"}},
			"Live": {"Type": "AWS::Lambda::Alias", "Properties": {"FunctionName": {"Ref": "Fn"}}},
			"Source": {"Type": "AWS::Lambda::EventSourceMapping", "Properties": {"FunctionName": {"Ref": "Live"}}},
			"Role": {"Type": "AWS::IAM::Role", "Properties": {"Policies": [{"PolicyDocument": {"Resource": {"Fn::GetAtt": ["Log", "Arn"]}, "Sid": "A"}}]}},
			"Log": {"Type": "AWS::Logs::LogGroup"}
		}}`)
	fed, err := feed(template, nil)
	if err != nil {
		t.Fatal(err)
	}
	want := tree(t, `{
		"Outputs": {"Table": {"Value": {"Ref": "Table"}}},
		"Resources": {
			"Table": {"Type": "AWS::DynamoDB::Table", "Properties": {"TableName": "journal"}},
			"Url": {"Type": "AWS::Lambda::Url"},
			"Fn": {"Type": "AWS::Lambda::Function", "Properties": {"FunctionName": "act"}},
			"Live": {"Type": "AWS::Lambda::Alias", "Properties": {"FunctionName": {"Ref": "Fn"}}},
			"Source": {"Type": "AWS::Lambda::EventSourceMapping", "Properties": {"FunctionName": {"Ref": "Fn"}}},
			"Role": {"Type": "AWS::IAM::Role", "Properties": {"Policies": [{"PolicyDocument": {"Fn::Join": ["", [
				"{\"Resource\":\"", {"Fn::Join": ["", [{"Fn::GetAtt": ["Log", "Arn"]}, ":*"]]}, "\",\"Sid\":\"A\"}"
			]]}}]}},
			"Log": {"Type": "AWS::Logs::LogGroup"}
		}}`)
	if got := tree(t, string(fed.Body)); !reflect.DeepEqual(got, want) {
		t.Errorf("got  %s\nwant %v", fed.Body, want)
	}
}

// TestFeedOfAnUpdate holds that what the emulator cannot update is given as it was, and all else as it is now.
func TestFeedOfAnUpdate(t *testing.T) {
	before := parse(t, `{"Resources": {"Table": {"Type": "AWS::DynamoDB::Table", "Properties": {"BillingMode": "A"}},
		"Topic": {"Type": "AWS::SNS::Topic", "Properties": {"DisplayName": "A"}}}}`)
	after := parse(t, `{"Resources": {"Table": {"Type": "AWS::DynamoDB::Table", "Properties": {"BillingMode": "B"}},
		"Topic": {"Type": "AWS::SNS::Topic", "Properties": {"DisplayName": "B"}}}}`)
	fed, err := feed(after, before)
	if err != nil {
		t.Fatal(err)
	}
	if got := fed.Resources["Table"].Properties["BillingMode"]; got != "A" {
		t.Errorf("the table is given as %v", got)
	}
	if got := fed.Resources["Topic"].Properties["DisplayName"]; got != "B" {
		t.Errorf("the topic is given as %v", got)
	}
}

func parse(t *testing.T, text string) *Template {
	t.Helper()
	made, err := Parse("t.json", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return made
}

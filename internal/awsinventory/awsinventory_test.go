package awsinventory

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/tagwarden/tagwarden/internal/arn"
	"github.com/tagwarden/tagwarden/internal/clock"
	"github.com/tagwarden/tagwarden/internal/finding"
)

// A call is what AWS got.
type call struct {
	Operation, Expression, ConfigurationAggregatorName, NextToken, QueryString string
	Limit, MaxResults                                                          int
}

// server answers each call with what answer makes of it, and keeps the calls.
func server(t *testing.T, answer func(call) (status int, body any)) (aws.Config, *[]call) {
	t.Helper()
	t.Setenv("AWS_CA_BUNDLE", "")
	calls := &[]call{}
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		data, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		c := call{Operation: strings.TrimPrefix(r.Header.Get("X-Amz-Target"), "StarlingDoveService.") + strings.TrimPrefix(r.URL.Path, "/")}
		if err := json.Unmarshal(data, &c); err != nil {
			t.Error(err)
		}
		*calls = append(*calls, c)
		status, body := answer(c)
		w.Header().Set("Content-Type", "application/x-amz-json-1.1")
		if code, ok := body.(string); ok {
			w.Header().Set("X-Amzn-ErrorType", code)
			body = map[string]string{"__type": code, "message": "no"}
		}
		w.WriteHeader(status)
		if err := json.NewEncoder(w).Encode(body); err != nil {
			t.Error(err)
		}
	}))
	t.Cleanup(s.Close)
	return aws.Config{
		Region: "eu-west-1", BaseEndpoint: aws.String(s.URL), Retryer: func() aws.Retryer { return aws.NopRetryer{} },
		Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			return aws.Credentials{AccessKeyID: "AKIDEXAMPLE", SecretAccessKey: "example"}, nil
		}),
	}, calls
}

// results is a page of AWS Config.
func results(next string, list ...string) map[string]any {
	page := map[string]any{"Results": list}
	if next != "" {
		page["NextToken"] = next
	}
	return page
}

const volume = `{"resourceId":"vol-1","resourceType":"AWS::EC2::Volume","arn":"arn:aws:ec2:eu-west-1:111122223333:volume/vol-1","accountId":"111122223333","awsRegion":"eu-west-1",
	"configurationItemStatus":"OK","configurationItemCaptureTime":"2026-11-23T09:00:00.5Z","tags":[{"tag":"Owner=web","key":"Owner","value":"web"}]}`

var kinds = []string{"AWS::DynamoDB::Table", "AWS::EC2::Volume", "AWS::Nobody::Knows", "AWS::SQS::Queue"}

func TestConfig(t *testing.T) {
	for _, aggregator := range []string{"", "all"} {
		cfg, calls := server(t, func(c call) (int, any) {
			switch {
			case strings.Contains(c.Expression, "COUNT(*)"):
				return 200, results("", `{"resourceType":"AWS::EC2::Volume","COUNT(*)":2}`, `{"resourceType":"AWS::SQS::Queue","COUNT(*)":1}`)
			case c.NextToken == "":
				return 200, results("t1", volume, strings.Replace(volume, `"OK"`, `"ResourceDeleted"`, 1))
			}
			return 200, results("", strings.Replace(volume, `,"tags"`, `,"Tags2"`, 1), `{"resourceId":"https://sqs.eu-west-1.amazonaws.com/111122223333/q","resourceType":"AWS::SQS::Queue",
				"accountId":"111122223333","awsRegion":"eu-west-1","tags":[]}`, `{"resourceId":"t","resourceType":"AWS::CloudTrail::Trail","accountId":"111122223333","awsRegion":"eu-west-1","tags":[]}`)
		})
		source := NewConfig(cfg, aggregator)
		first, err := source.Page(t.Context(), kinds, "")
		if err != nil {
			t.Fatal(err)
		}
		second, err := source.Page(t.Context(), kinds, first.Next)
		if err != nil {
			t.Fatal(err)
		}
		if first.Next != "0 t1" || second.Next != "" || len(first.Found) != 1 || len(second.Found) != 3 {
			t.Fatalf("got %+v and %+v", first, second)
		}
		seen := finding.Version{Source: "config", Number: 1795424400500, Time: time.Date(2026, 11, 23, 9, 0, 0, 5e8, time.UTC)}
		if f := first.Found[0]; f.Resource.Tags["Owner"] != "web" || f.Resource.Partition != "aws" || f.Unread != "" || f.Seen.Number != seen.Number || !f.Seen.Time.Equal(seen.Time) || f.Seen.Source != seen.Source {
			t.Errorf("got %+v", f)
		}
		if f := second.Found[0]; f.Resource.Tags != nil || f.Unread == "" {
			t.Errorf("tags that are not shown are taken for none: %+v", f)
		}
		if f := second.Found[1]; f.Resource.Tags == nil || f.Unread != "" || f.Resource.ARN != "arn:aws:sqs:eu-west-1:111122223333:q" || f.Seen != (finding.Version{}) {
			t.Errorf("got %+v", f)
		}
		if f := second.Found[2]; f.Resource.Tags != nil || f.Unread == "" {
			t.Errorf("tags that AWS Config does not record are taken for none: %+v", f)
		}
		if !slices.Equal(first.Missing, []string{"AWS::DynamoDB::Table", "AWS::Nobody::Knows"}) || second.Missing != nil {
			t.Errorf("missing are %q and %q", first.Missing, second.Missing)
		}
		for _, c := range *calls {
			operation := map[string]string{"": "SelectResourceConfig", "all": "SelectAggregateResourceConfig"}[aggregator]
			if c.Operation != operation || c.ConfigurationAggregatorName != aggregator || c.Limit+c.MaxResults != 100 {
				t.Errorf("AWS Config was asked by %+v", c)
			}
			if strings.Contains(c.Expression, "Nobody") || !strings.HasSuffix(strings.TrimSuffix(c.Expression, " GROUP BY resourceType"), "WHERE resourceType IN ('AWS::DynamoDB::Table', 'AWS::EC2::Volume', 'AWS::SQS::Queue')") {
				t.Errorf("the query is %s", c.Expression)
			}
		}
	}
}

// TestConfigAsksInParts holds that each query is within what AWS Config takes, that all parts are asked for, and that they ask for each type once.
func TestConfigAsksInParts(t *testing.T) {
	cfg, calls := server(t, func(c call) (int, any) {
		if strings.Contains(c.Expression, "COUNT(*)") {
			return 200, results("", `{"resourceType":"AWS::EC2::Volume"}`)
		}
		return 200, results("")
	})
	source := NewConfig(cfg, "")
	asked := map[string]int{}
	for token := ""; ; {
		page, err := source.Page(t.Context(), arn.Types(), token)
		if err != nil {
			t.Fatal(err)
		}
		if token = page.Next; token == "" {
			break
		}
	}
	parts := 0
	for _, c := range *calls {
		if len(c.Expression) > 4096 {
			t.Errorf("a query of %d characters", len(c.Expression))
		}
		if strings.Contains(c.Expression, "COUNT(*)") {
			continue
		}
		parts++
		_, list, _ := strings.Cut(c.Expression, " IN ('")
		for typ := range strings.SplitSeq(strings.TrimSuffix(list, "')"), "', '") {
			asked[typ]++
		}
	}
	if parts < 3 || len(asked) < 300 {
		t.Errorf("%d parts ask for %d types", parts, len(asked))
	}
	for typ, n := range asked {
		if _, ok := arn.Canonical(typ); !ok || n != 1 {
			t.Errorf("%q is asked for %d times", typ, n)
		}
	}
}

func TestWhatCannotBeAsked(t *testing.T) {
	config := func(cfg aws.Config) clock.Source { return NewConfig(cfg, "") }
	aggregator := func(cfg aws.Config) clock.Source { return NewConfig(cfg, "all") }
	explorer := func(cfg aws.Config) clock.Source { return NewExplorer(cfg) }
	for _, test := range []struct {
		source func(aws.Config) clock.Source
		status int
		answer any
		final  bool
	}{
		{config, 400, "AccessDeniedException", true},
		{config, 400, "InvalidExpressionException", true},
		{config, 200, results(""), true}, // it records nothing
		{config, 400, "ThrottlingException", false},
		{config, 400, "InvalidNextTokenException", false},
		{aggregator, 400, "NoSuchConfigurationAggregatorException", true},
		{aggregator, 500, "InternalServerException", false},
		{explorer, 403, "AccessDeniedException", true},
		{explorer, 401, "UnauthorizedException", true}, // there is no default view
		{explorer, 429, "ThrottlingException", false},
	} {
		cfg, _ := server(t, func(call) (int, any) { return test.status, test.answer })
		page, err := test.source(cfg).Page(t.Context(), kinds, "")
		if _, final := errors.AsType[*clock.UnavailableError](err); final != test.final || err == nil {
			t.Errorf("%s answers %d %v: got %v, %+v; want it final: %v", test.source(cfg).Name(), test.status, test.answer, err, page, test.final)
		}
	}
}

func TestATokenOfAnotherPolicy(t *testing.T) {
	cfg, calls := server(t, func(call) (int, any) { return 200, results("") })
	for _, source := range []clock.Source{NewConfig(cfg, ""), NewExplorer(cfg)} {
		for _, token := range []string{"9 x", "-1 x", "x", "1"} {
			if page, err := source.Page(t.Context(), kinds, token); err == nil || len(*calls) != 0 {
				t.Errorf("%s, %q: got %+v", source.Name(), token, page)
			}
		}
	}
}

func TestExplorer(t *testing.T) {
	cfg, calls := server(t, func(c call) (int, any) {
		page := map[string]any{"Count": map[string]any{"Complete": c.QueryString != "service:ec2", "TotalResources": 1000}, "Resources": []map[string]string{}}
		switch c.QueryString + c.NextToken {
		case "service:ec2":
			page["NextToken"] = "t1"
			page["Resources"] = []map[string]string{
				{"Arn": "arn:aws:ec2:eu-west-1:111122223333:volume/vol-1", "OwningAccountId": "111122223333", "Region": "eu-west-1", "ResourceType": "ec2:volume", "Service": "ec2"},
				{"Arn": "arn:aws:ec2:eu-west-1:111122223333:instance/i-1", "OwningAccountId": "111122223333", "Region": "eu-west-1"},
				{"Arn": "no ARN"},
			}
		case "service:iam":
			page["Resources"] = []map[string]string{{"Arn": "arn:aws:iam::111122223333:role/ops", "OwningAccountId": "111122223333", "Region": "global"}}
		case "service:s3":
			page["Resources"] = []map[string]string{{"Arn": "arn:aws:s3:::reports", "OwningAccountId": "111122223333", "Region": "eu-central-1"}}
		}
		return 200, page
	})
	source := NewExplorer(cfg)
	var got, cut []string
	for token := ""; ; {
		page, err := source.Page(t.Context(), []string{"AWS::EC2::Volume", "AWS::IAM::Role", "AWS::S3::Bucket"}, token)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range page.Found {
			got = append(got, fmt.Sprintf("%s %s %s %s", f.Resource.Type, f.Resource.ID, f.Resource.Account, f.Resource.Region))
			if f.Resource.Tags != nil || f.Unread == "" {
				t.Errorf("got %+v", f)
			}
		}
		if page.Cut != "" {
			cut = append(cut, page.Cut)
		}
		if token = page.Next; token == "" {
			break
		}
	}
	want := []string{"AWS::EC2::Volume vol-1 111122223333 eu-west-1", "AWS::IAM::Role ops 111122223333 us-east-1", "AWS::S3::Bucket reports 111122223333 eu-central-1"}
	if !slices.Equal(got, want) || !slices.Equal(cut, []string{"of the service ec2, only the first 1000 resources"}) || len(*calls) != 4 {
		t.Errorf("got %q, cut %q, %d calls", got, cut, len(*calls))
	}
}

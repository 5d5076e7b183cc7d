package preflight

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"

	"github.com/tagwarden/tagwarden/internal/catalog"
	"github.com/tagwarden/tagwarden/internal/policy"
	"github.com/tagwarden/tagwarden/internal/remedies"
	"github.com/tagwarden/tagwarden/internal/rights"
)

// A cloud answers as AWS's services do: by operation ("GetCallerIdentity", "GET /detector"), what is given. An answer that begins with "!" is an error's code.
type cloud struct {
	t       *testing.T
	mu      sync.Mutex
	answers map[string]string
	asked   []url.Values    // the forms of the query protocol
	called  map[string]bool // the operations
}

func (c *cloud) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	c.mu.Lock()
	defer c.mu.Unlock()
	path, err := url.PathUnescape(r.URL.EscapedPath())
	if err != nil {
		c.t.Error(err)
	}
	operation, query := r.Method+" "+path, strings.HasPrefix(r.Header.Get("Content-Type"), "application/x-www-form-urlencoded")
	if target := r.Header.Get("X-Amz-Target"); target != "" {
		operation = target[strings.LastIndex(target, ".")+1:]
	}
	if query {
		if err := r.ParseForm(); err != nil {
			c.t.Error(err)
		}
		operation = r.PostForm.Get("Action")
		c.asked = append(c.asked, r.PostForm)
	}
	if operation != "GetCallerIdentity" {
		c.called[operation] = true
	}
	answer, known := c.answers[operation]
	if next := operation + " " + r.PostForm.Get("PolicySourceArn"); c.answers[next] != "" {
		answer, known = c.answers[next], true
	}
	if !known {
		c.t.Errorf("nothing answers %s", operation)
	}
	code, refused := strings.CutPrefix(answer, "!")
	switch {
	case refused && query:
		w.WriteHeader(http.StatusBadRequest)
		answer = "<ErrorResponse><Error><Type>Sender</Type><Code>" + code + "</Code><Message>no</Message></Error></ErrorResponse>"
	case refused:
		w.Header().Set("X-Amzn-ErrorType", code)
		w.WriteHeader(http.StatusBadRequest)
		answer = `{"__type":"` + code + `","message":"no"}`
	}
	if _, err := io.WriteString(w, answer); err != nil {
		c.t.Error(err)
	}
}

// identity is what STS answers. Source: AWS STS API reference, GetCallerIdentity.
func identity(arn string) string {
	return "<GetCallerIdentityResponse><GetCallerIdentityResult><Arn>" + arn + "</Arn><UserId>AIDA</UserId><Account>111122223333</Account></GetCallerIdentityResult></GetCallerIdentityResponse>"
}

const ann = "arn:aws:sts::111122223333:assumed-role/ops/ann"

// account is an account that answers so, looked at for a policy.
func account(t *testing.T, text string, answers map[string]string) (*Account, *cloud) {
	t.Helper()
	t.Setenv("AWS_CA_BUNDLE", "")
	if answers["GetCallerIdentity"] == "" {
		answers["GetCallerIdentity"] = identity(ann)
	}
	c := &cloud{t: t, answers: answers, called: map[string]bool{}}
	server := httptest.NewServer(c)
	t.Cleanup(server.Close)
	p, err := policy.Parse("policy.yaml", []byte("version: 1\nmode: notify\n"+text), catalog.Known())
	if err != nil {
		t.Fatal(err)
	}
	a := &Account{
		Config: aws.Config{
			Region: "eu-west-1", BaseEndpoint: aws.String(server.URL), Retryer: func() aws.Retryer { return aws.NopRetryer{} },
			Credentials: credentials.NewStaticCredentialsProvider("a", "b", ""),
		},
		Policy: p, Names: rights.Names{Prefix: "tagwarden"}, Stack: "Tagwarden", Roles: rights.Roles(p, remedies.All), Queues: 4, Calls: 1,
	}
	if err := a.Open(t.Context()); err != nil {
		t.Fatal(err)
	}
	return a, c
}

// The policies of these tests.
const (
	tagsByConfig = "tags: [{key: Owner, required: true, types: ['AWS::EC2::Volume', 'AWS::S3::Bucket']}]\nrules: [{name: tags, on: [config, tags], do: [tags]}]\n"
	byGuardDuty  = "rules: [{name: threats, on: [guardduty]}]\n"
	byHub        = "rules: [{name: controls, on: [securityhub]}]\n"
	byCreate     = "tags: [{key: Owner, required: true}]\nrules: [{name: tags, on: [create], do: [tags]}]\n"
	withButtons  = byHub + "buttons: [{name: Fix, do: fix}, {name: Undo, do: undo, trust: true}]\n"
	fixing       = "rules: [{name: buckets, on: [securityhub], do: [s3-block-public-access], mode: fix}]\n"
)

// A try is one check of one account.
type try struct {
	name, policy string
	answers      map[string]string
	want         Status
	says         string // in the sentence
	way          string // in the way out
}

func run(t *testing.T, look func(context.Context, *Account) Finding, tries []try) {
	t.Helper()
	for _, test := range tries {
		t.Run(test.name, func(t *testing.T) {
			a, _ := account(t, test.policy, test.answers)
			f := look(t.Context(), a)
			if f.Status != test.want || !strings.Contains(f.Says, test.says) || !strings.Contains(f.Way, test.way) {
				t.Errorf("got %s: %q, %q; want %s: %q, %q", f.Status, f.Says, f.Way, test.want, test.says, test.way)
			}
			if f.Says == "" || f.Status != OK && f.Way == "" {
				t.Errorf("got %+v, want a sentence and a way out", f)
			}
		})
	}
}

func TestRecorder(t *testing.T) {
	const running = `{"ConfigurationRecordersStatus":[{"name":"default","recording":true,"lastStatus":"SUCCESS"}]}`
	recorder := func(group string) string {
		return `{"ConfigurationRecorders":[{"name":"aws","servicePrincipal":"config-conforms.amazonaws.com","recordingGroup":{"allSupported":true}},{"name":"default",` + group + `}]}`
	}
	with := func(group, status string) map[string]string {
		return map[string]string{"DescribeConfigurationRecorders": recorder(group), "DescribeConfigurationRecorderStatus": status}
	}
	all := `"recordingGroup":{"allSupported":true}`
	run(t, recorderCheck, []try{
		{"all", tagsByConfig, with(all, running), OK, "all 2 types", ""},
		{"none", tagsByConfig, map[string]string{"DescribeConfigurationRecorders": `{"ConfigurationRecorders":[]}`, "DescribeConfigurationRecorderStatus": `{}`}, Fail, "no recorder", "put-configuration-recorder"},
		{"stopped", tagsByConfig, with(all, `{"ConfigurationRecordersStatus":[{"name":"default","recording":false}]}`), Fail, "stopped", "--configuration-recorder-name default"},
		{"failed last", tagsByConfig, with(all, `{"ConfigurationRecordersStatus":[{"name":"default","recording":true,"lastStatus":"FAILURE","lastErrorCode":"X"}]}`), Warn, "failed with X", "role"},
		{"some types", tagsByConfig, with(`"recordingGroup":{"resourceTypes":["AWS::S3::Bucket"]}`, running), Warn, "1 of the 2 types that the policy's rules judge by it: AWS::EC2::Volume", "hear tags"},
		{"other types", tagsByConfig, with(`"recordingGroup":{"resourceTypes":["AWS::SQS::Queue"]}`, running), Fail, "none of the types", "Add them"},
		{"but one", tagsByConfig, with(`"recordingGroup":{"exclusionByResourceTypes":{"resourceTypes":["AWS::EC2::Volume"]},"recordingStrategy":{"useOnly":"EXCLUSION_BY_RESOURCE_TYPES"}}`, running), Warn, "AWS::EC2::Volume", ""},
		{"daily", tagsByConfig, with(all+`,"recordingMode":{"recordingFrequency":"DAILY","recordingModeOverrides":[{"recordingFrequency":"CONTINUOUS","resourceTypes":["AWS::S3::Bucket"]}]}`, running), Warn, "1 of the types once a day: AWS::EC2::Volume", "CONTINUOUS"},
		{"IAM elsewhere", "tags: [{key: Owner, required: true, types: ['AWS::IAM::Role']}]\nrules: [{name: tags, on: [config], do: [tags]}]\n", with(all, running), Fail, "AWS::IAM::Role", ""},
		{"denied", tagsByConfig, map[string]string{"DescribeConfigurationRecorders": "!AccessDeniedException"}, Unknown, "AccessDeniedException", "Allow config:DescribeConfigurationRecorders"},
		{"status denied", tagsByConfig, map[string]string{"DescribeConfigurationRecorders": recorder(all), "DescribeConfigurationRecorderStatus": "!AccessDeniedException"}, Unknown, "AccessDeniedException", "Allow config:DescribeConfigurationRecorderStatus"},
	})
}

func TestChannel(t *testing.T) {
	const one = `{"DeliveryChannels":[{"name":"default"}]}`
	run(t, channel, []try{
		{"one", tagsByConfig, map[string]string{"DescribeDeliveryChannels": one, "DescribeDeliveryChannelStatus": `{"DeliveryChannelsStatus":[{"name":"default","configStreamDeliveryInfo":{"lastStatus":"SUCCESS"}}]}`}, OK, "has a delivery channel", ""},
		{"none", tagsByConfig, map[string]string{"DescribeDeliveryChannels": `{}`}, Fail, "no delivery channel", "put-delivery-channel"},
		{"failing", tagsByConfig, map[string]string{"DescribeDeliveryChannels": one, "DescribeDeliveryChannelStatus": `{"DeliveryChannelsStatus":[{"name":"default","configStreamDeliveryInfo":{"lastStatus":"FAILURE","lastErrorCode":"NoSuchBucket"}}]}`}, Warn, "NoSuchBucket", "bucket"},
		{"throttled", tagsByConfig, map[string]string{"DescribeDeliveryChannels": "!ThrottlingException"}, Unknown, "ThrottlingException to config:DescribeDeliveryChannels", "Try again"},
	})
}

func TestGuardDuty(t *testing.T) {
	const on = `{"status":"ENABLED","findingPublishingFrequency":"SIX_HOURS","serviceRole":"x"}`
	run(t, threats, []try{
		{"on", byGuardDuty, map[string]string{"GET /detector": `{"detectorIds":["d1"]}`, "GET /detector/d1": on}, OK, "SIX_HOURS", ""},
		{"off", byGuardDuty, map[string]string{"GET /detector": `{"detectorIds":[]}`}, Fail, "off", "create-detector --enable"},
		{"suspended", byGuardDuty, map[string]string{"GET /detector": `{"detectorIds":["d1"]}`, "GET /detector/d1": strings.Replace(on, "ENABLED", "DISABLED", 1)}, Fail, "suspended", "--detector-id d1"},
		{"denied", byGuardDuty, map[string]string{"GET /detector": "!AccessDeniedException"}, Unknown, "AccessDenied", "guardduty:ListDetectors"},
	})
	answers := func(admin, members string) map[string]string {
		return map[string]string{"GET /detector": `{"detectorIds":["d1"]}`, "GET /detector/d1/administrator": admin, "GET /detector/d1/member": members}
	}
	const members, nobody = `{"members":[{"accountId":"444455556666","relationshipStatus":"Enabled"}]}`, `{"members":[]}`
	named := byGuardDuty + "administrators: ['111122223333']\n"
	run(t, threatAdministrator, []try{
		{"alone", byGuardDuty, answers(`{"administrator":{}}`, nobody), OK, "its own GuardDuty alone", ""},
		{"an administrator that is named", named, answers(`{}`, members), OK, "believes it", ""},
		{"an administrator that is not", byGuardDuty, answers(`{}`, members), Warn, "refused as forged", `administrators: ["111122223333"]`},
		{"a member", byGuardDuty, answers(`{"administrator":{"accountId":"444455556666"}}`, nobody), OK, "Account 444455556666 administers GuardDuty here", ""},
		{"off", byGuardDuty, map[string]string{"GET /detector": `{"detectorIds":[]}`}, Fail, "off", "create-detector"},
		{"denied", byGuardDuty, answers("!AccessDeniedException", nobody), Unknown, "AccessDenied", "guardduty:GetAdministratorAccount"},
	})
}

func TestSecurityHub(t *testing.T) {
	run(t, hub, []try{
		{"on", byHub, map[string]string{"GET /accounts": `{"ControlFindingGenerator":"SECURITY_CONTROL"}`}, OK, "consolidated", ""},
		{"by standard", byHub, map[string]string{"GET /accounts": `{"ControlFindingGenerator":"STANDARD_CONTROL"}`}, Warn, "several times", "SECURITY_CONTROL"},
		{"off", byHub, map[string]string{"GET /accounts": "!InvalidAccessException"}, Fail, "Security Hub is off", "enable-security-hub"},
		{"denied", byHub, map[string]string{"GET /accounts": "!AccessDeniedException"}, Unknown, "AccessDenied", "securityhub:DescribeHub"},
	})
	const aggregator = "arn:aws:securityhub:eu-west-1:111122223333:finding-aggregator/a"
	answers := func(region string) map[string]string {
		list := `{"FindingAggregators":[]}`
		if region != "" {
			list = `{"FindingAggregators":[{"FindingAggregatorArn":"` + aggregator + `"}]}`
		}
		return map[string]string{"GET /administrator": `{}`, "GET /members": `{"Members":[]}`, "GET /findingAggregator/list": list, "GET /findingAggregator/get/" + aggregator: `{"FindingAggregationRegion":"` + region + `"}`}
	}
	managing := answers("")
	managing["GET /members"] = `{"Members":[{"AccountId":"444455556666"}]}`
	denied := answers("")
	denied["GET /findingAggregator/list"] = "!AccessDeniedException"
	run(t, hubAdministrator, []try{
		{"alone", byHub, answers(""), OK, "its own Security Hub alone", ""},
		{"the aggregation region", byHub, answers("eu-west-1"), OK, "is its aggregation region", ""},
		{"another region aggregates", byHub, answers("us-east-1"), Warn, "its aggregation region, us-east-1", "answered twice"},
		{"an administrator that is not named", byHub, managing, Warn, "refused as forged", "administrators:"},
		{"denied", byHub, denied, Unknown, "AccessDenied", "securityhub:ListFindingAggregators"},
		{"off", byHub, map[string]string{"GET /administrator": "!InvalidAccessException"}, Fail, "off", "enable-security-hub"},
	})
}

func TestActions(t *testing.T) {
	targets := func(n int, ids ...string) string {
		var list []string
		for i := range n {
			ids = append(ids, fmt.Sprintf("other%d", i))
		}
		for _, id := range ids {
			list = append(list, `{"ActionTargetArn":"arn:aws:securityhub:eu-west-1:111122223333:action/custom/`+id+`"}`)
		}
		return `{"ActionTargets":[` + strings.Join(list, ",") + `]}`
	}
	names := rights.Names{Prefix: "tagwarden"}
	run(t, actions, []try{
		{"to be made", withButtons, map[string]string{"POST /actionTargets/get": targets(3)}, OK, "makes Fix, Undo", ""},
		{"there", withButtons, map[string]string{"POST /actionTargets/get": targets(3, names.Action("Fix"), names.Action("Undo"))}, OK, "All 2 buttons are there, of 5", ""},
		{"just room", withButtons, map[string]string{"POST /actionTargets/get": targets(48)}, OK, "there is room", ""},
		{"no room", withButtons, map[string]string{"POST /actionTargets/get": targets(49)}, Fail, "no room for Fix, Undo", "delete-action-target"},
		{"full, with ours", withButtons, map[string]string{"POST /actionTargets/get": targets(48, names.Action("Fix"), names.Action("Undo"))}, OK, "All 2 buttons", ""},
		{"denied", withButtons, map[string]string{"POST /actionTargets/get": "!AccessDeniedException"}, Unknown, "AccessDenied", "securityhub:DescribeActionTargets"},
	})
}

func TestTrail(t *testing.T) {
	const trails = `{"trailList":[{"Name":"other","TrailARN":"arn:x","HomeRegion":"us-east-1","IsMultiRegionTrail":false},{"Name":"all","TrailARN":"arn:y","HomeRegion":"us-east-1","IsMultiRegionTrail":true}]}`
	with := func(logging, selectors string) map[string]string {
		return map[string]string{"DescribeTrails": trails, "GetTrailStatus": `{"IsLogging":` + logging + `}`, "GetEventSelectors": selectors}
	}
	field := func(name, value string) string { return `{"Field":"` + name + `","Equals":["` + value + `"]}` }
	advanced := func(fields ...string) string {
		return `{"AdvancedEventSelectors":[{"FieldSelectors":[` + strings.Join(fields, ",") + `]}]}`
	}
	run(t, trail, []try{
		{"logs", byCreate, with("true", `{"EventSelectors":[{"ReadWriteType":"All","IncludeManagementEvents":true}]}`), OK, "The trail all logs", ""},
		{"logs, advanced", byCreate, with("true", advanced(field("eventCategory", "Management"))), OK, "The trail all logs", ""},
		{"logs reads alone", byCreate, with("true", `{"EventSelectors":[{"ReadWriteType":"ReadOnly","IncludeManagementEvents":true}]}`), Fail, "No trail", "create-trail"},
		{"logs reads alone, advanced", byCreate, with("true", advanced(field("eventCategory", "Management"), field("readOnly", "true"))), Fail, "No trail", ""},
		{"logs data", byCreate, with("true", advanced(field("eventCategory", "Data"))), Fail, "No trail", ""},
		{"logs no management events", byCreate, with("true", `{"EventSelectors":[{"ReadWriteType":"All","IncludeManagementEvents":false}]}`), Fail, "No trail", ""},
		{"stopped", byCreate, with("false", `{}`), Fail, "No trail", "start-logging"},
		{"another region's", byCreate, map[string]string{"DescribeTrails": strings.Replace(trails, `"IsMultiRegionTrail":true`, `"IsMultiRegionTrail":false`, 1)}, Fail, "No trail", ""},
		{"denied", byCreate, with("true", "!AccessDeniedException"), Unknown, "AccessDenied", "cloudtrail:GetEventSelectors"},
	})
}

func TestBootstrap(t *testing.T) {
	run(t, bootstrap, []try{
		{"done", byHub, map[string]string{"GetParameter": `{"Parameter":{"Value":"28"}}`}, OK, "version 28", ""},
		{"old", byHub, map[string]string{"GetParameter": `{"Parameter":{"Value":"5"}}`}, Fail, "version 5, and 6 is needed", "make bootstrap"},
		{"not done", byHub, map[string]string{"GetParameter": "!ParameterNotFound"}, Fail, "not been bootstrapped", "make bootstrap"},
		{"denied", byHub, map[string]string{"GetParameter": "!AccessDeniedException"}, Unknown, "AccessDenied", "ssm:GetParameter"},
	})
}

func TestStack(t *testing.T) {
	in := func(status string) map[string]string {
		return map[string]string{"DescribeStacks": "<DescribeStacksResponse><DescribeStacksResult><Stacks><member><StackName>Tagwarden</StackName><StackStatus>" + status + "</StackStatus><CreationTime>2026-11-23T00:00:00Z</CreationTime></member></Stacks></DescribeStacksResult></DescribeStacksResponse>"}
	}
	run(t, stack, []try{
		{"made", byHub, in("UPDATE_COMPLETE"), OK, "UPDATE_COMPLETE", ""},
		{"rolled back", byHub, in("UPDATE_ROLLBACK_COMPLETE"), OK, "UPDATE_ROLLBACK_COMPLETE", ""},
		{"never made", byHub, in("ROLLBACK_COMPLETE"), Fail, "never made", "make destroy"},
		{"stuck", byHub, in("UPDATE_ROLLBACK_FAILED"), Fail, "UPDATE_ROLLBACK_FAILED", "continue-update-rollback"},
		{"on its way", byHub, in("UPDATE_IN_PROGRESS"), Fail, "being worked on", "Wait"},
		{"none", byHub, map[string]string{"DescribeStacks": "!ValidationError", "DescribeTable": "!ResourceNotFoundException"}, OK, "first deployment", ""},
		{"a journal is left", byHub, map[string]string{"DescribeStacks": "!ValidationError", "DescribeTable": `{"Table":{"TableName":"tagwarden-journal"}}`}, Fail, "tagwarden-journal", "--import-existing-resources"},
		{"a journal cannot be looked for", byHub, map[string]string{"DescribeStacks": "!ValidationError", "DescribeTable": "!AccessDeniedException"}, Unknown, "AccessDenied", "dynamodb:DescribeTable"},
		{"denied", byHub, map[string]string{"DescribeStacks": "!AccessDenied"}, Unknown, "AccessDenied", "cloudformation:DescribeStacks"},
	})
}

func TestConcurrency(t *testing.T) {
	left := func(n int) map[string]string {
		return map[string]string{"GET /2016-08-19/account-settings": fmt.Sprintf(`{"AccountLimit":{"ConcurrentExecutions":1000,"UnreservedConcurrentExecutions":%d}}`, n)}
	}
	run(t, concurrency, []try{
		{"enough", byHub, left(41), OK, "at most 41", ""},
		{"a storm is too much", byHub, left(40), Warn, "40 concurrent executions are left, and a storm of events may use 41", "Service Quotas"},
		{"just one each", byHub, left(5), Warn, "5 concurrent", ""},
		{"too few", byHub, left(4), Fail, "fewer than the 5 functions", "Service Quotas"},
		{"not told", byHub, map[string]string{"GET /2016-08-19/account-settings": `{}`}, Unknown, "does not say", ""},
		{"denied", byHub, map[string]string{"GET /2016-08-19/account-settings": "!AccessDeniedException"}, Unknown, "AccessDenied", "lambda:GetAccountSettings"},
	})
}

func TestSubscriptions(t *testing.T) {
	list := func(arns ...string) map[string]string {
		members := ""
		for _, arn := range arns {
			members += "<member><SubscriptionArn>" + arn + "</SubscriptionArn><Protocol>email</Protocol></member>"
		}
		return map[string]string{"ListSubscriptionsByTopic": "<ListSubscriptionsByTopicResponse><ListSubscriptionsByTopicResult><Subscriptions>" + members + "</Subscriptions></ListSubscriptionsByTopicResult></ListSubscriptionsByTopicResponse>"}
	}
	const confirmed, pending = "arn:aws:sns:eu-west-1:111122223333:tagwarden:6a1c2d30", "PendingConfirmation"
	run(t, subscriptions, []try{
		{"confirmed", byHub, list(confirmed), OK, "1 subscriptions are confirmed", ""},
		{"one of two", byHub, list(confirmed, pending), Warn, "1 subscriptions are confirmed, and 1 are not", "link"},
		{"pending", byHub, list(pending), Warn, "None of the 1", "link"},
		{"nobody", byHub, list(), Warn, "Nobody", "arn:aws:sns:eu-west-1:111122223333:tagwarden --protocol email"},
		{"no topic", byHub, map[string]string{"ListSubscriptionsByTopic": "!NotFound"}, Warn, "not there yet", "after the deployment"},
		{"denied", byHub, map[string]string{"ListSubscriptionsByTopic": "!AuthorizationError"}, Unknown, "AuthorizationError", "Allow sns:ListSubscriptionsByTopic"},
	})
}

func TestTagEvents(t *testing.T) {
	for _, test := range []struct {
		name   string
		tagged func(context.Context) (time.Time, error)
		want   Status
		says   string
	}{
		{"arrived", func(context.Context) (time.Time, error) { return time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC), nil }, OK, "2026-11-23T09:00:00Z"},
		{"none", func(context.Context) (time.Time, error) { return time.Time{}, nil }, Unknown, "none arrived, or all that did complied"},
		{"not answered", func(context.Context) (time.Time, error) { return time.Time{}, errors.New("no route") }, Unknown, "no route"},
		{"nobody to ask", nil, Unknown, "No deployment is named"},
	} {
		if f := tagEvents(t.Context(), &Account{Tagged: test.tagged}); f.Status != test.want || !strings.Contains(f.Says, test.says) || f.Status != OK && !strings.Contains(f.Way, "tagwarden journal") {
			t.Errorf("%s: got %+v, want %s: %q", test.name, f, test.want, test.says)
		}
	}
}

// TestOpen holds that nothing is looked at where nobody knows whose account it is.
func TestOpen(t *testing.T) {
	a, c := account(t, byHub, map[string]string{})
	if a.ID() != "111122223333" || a.partition != "aws" {
		t.Errorf("got %s, %s", a.ID(), a.partition)
	}
	c.answers["GetCallerIdentity"] = "!ExpiredToken"
	if err := a.Open(t.Context()); err == nil || !strings.Contains(err.Error(), "ExpiredToken") || !strings.Contains(err.Error(), "AWS_PROFILE") {
		t.Errorf("got %v", err)
	}
}

// TestRun holds that the checks that a policy needs are made, in their order, and no other.
func TestRun(t *testing.T) {
	a, _ := account(t, byGuardDuty, map[string]string{
		"GET /detector": `{"detectorIds":[]}`, "GetParameter": "!AccessDeniedException", "DescribeStacks": "!AccessDenied", "GET /2016-08-19/account-settings": "!AccessDeniedException",
		"ListSubscriptionsByTopic": "!AuthorizationError",
	})
	var got []string
	for _, r := range Run(t.Context(), a, Checks) {
		got = append(got, r.Check+" "+string(r.Status))
		if r.Blocks {
			t.Errorf("%s keeps a deployment from being made", r.Check)
		}
	}
	want := []string{"bootstrap unknown", "stack unknown", "concurrency unknown", "subscriptions unknown", "guardduty fail", "guardduty-administrator fail"}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

// TestBlocks holds what keeps a deployment itself from being made: a button without Security Hub does, a source of events that is off does not.
func TestBlocks(t *testing.T) {
	for text, want := range map[string][]string{withButtons: {"bootstrap", "securityhub", "actions"}, byHub: {"bootstrap"}} {
		a, _ := account(t, text, map[string]string{
			"GET /accounts": "!InvalidAccessException", "GET /administrator": "!InvalidAccessException", "POST /actionTargets/get": "!InvalidAccessException",
			"GetParameter": "!ParameterNotFound", "DescribeStacks": "!ValidationError", "DescribeTable": "!ResourceNotFoundException",
			"GET /2016-08-19/account-settings": `{"AccountLimit":{"UnreservedConcurrentExecutions":0}}`, "ListSubscriptionsByTopic": "!NotFound",
		})
		var got []string
		for _, r := range Run(t.Context(), a, Checks) {
			if r.Blocks {
				got = append(got, r.Check)
			}
		}
		if !slices.Equal(got, want) {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
}

// actionOf is the IAM action of an operation that the cloud answered, for those of REST.
//
// Source: Service Authorization Reference, "Actions, resources, and condition keys" of the services.
var actionOf = map[string]string{
	"GET /2016-08-19/account-settings": "lambda:GetAccountSettings", "GET /detector": "guardduty:ListDetectors", "GET /detector/d1": "guardduty:GetDetector",
	"GET /detector/d1/administrator": "guardduty:GetAdministratorAccount", "GET /detector/d1/member": "guardduty:ListMembers", "GET /accounts": "securityhub:DescribeHub",
	"GET /administrator": "securityhub:GetAdministratorAccount", "GET /members": "securityhub:ListMembers", "GET /findingAggregator/list": "securityhub:ListFindingAggregators",
	"GET /findingAggregator/get/arn:x": "securityhub:GetFindingAggregator", "POST /actionTargets/get": "securityhub:DescribeActionTargets",
}

// TestCalls holds that each check calls what it declares and nothing else, and that each of its calls that is denied is unknown and names the right that is missing.
func TestCalls(t *testing.T) {
	well := map[string]string{
		"GetParameter": `{"Parameter":{"Value":"28"}}`, "DescribeStacks": "!ValidationError", "DescribeTable": "!ResourceNotFoundException",
		"GET /2016-08-19/account-settings": `{"AccountLimit":{"UnreservedConcurrentExecutions":1000}}`,
		"ListSubscriptionsByTopic":         "<ListSubscriptionsByTopicResponse><ListSubscriptionsByTopicResult/></ListSubscriptionsByTopicResponse>",
		"DescribeConfigurationRecorders":   `{"ConfigurationRecorders":[{"name":"default","recordingGroup":{"allSupported":true}}]}`, "DescribeConfigurationRecorderStatus": `{}`,
		"DescribeDeliveryChannels": `{"DeliveryChannels":[{"name":"default"}]}`, "DescribeDeliveryChannelStatus": `{}`,
		"DescribeTrails": `{"trailList":[{"Name":"all","TrailARN":"arn:y","HomeRegion":"eu-west-1"}]}`, "GetTrailStatus": `{"IsLogging":true}`, "GetEventSelectors": `{}`,
		"GET /detector": `{"detectorIds":["d1"]}`, "GET /detector/d1": `{"status":"ENABLED"}`, "GET /detector/d1/administrator": `{}`, "GET /detector/d1/member": `{"members":[]}`,
		"GET /accounts": `{}`, "GET /administrator": `{}`, "GET /members": `{}`, "GET /findingAggregator/list": `{"FindingAggregators":[{"FindingAggregatorArn":"arn:x"}]}`,
		"GET /findingAggregator/get/arn:x": `{}`, "POST /actionTargets/get": `{}`, "SimulatePrincipalPolicy": "!NoSuchEntity", "SimulatePrincipalPolicy " + opsARN: simulated(), "GetRole": getOps,
	}
	const text = fixing + "buttons: [{name: Fix, do: fix}]\n"
	for _, check := range Checks {
		a, c := account(t, text, maps.Clone(well))
		check.Look(t.Context(), a)
		var called []string
		for operation := range c.called {
			action, rest := actionOf[operation]
			if !rest {
				action = operation
				for _, declared := range check.Calls {
					if _, name, _ := strings.Cut(declared, ":"); name == operation {
						action = declared
					}
				}
			}
			called = append(called, action)
			a, c := account(t, text, maps.Clone(well))
			for name := range c.answers {
				if name == operation || strings.HasPrefix(name, operation+" ") && !rest {
					c.answers[name] = "!AccessDenied"
				}
			}
			if f := check.Look(t.Context(), a); f.Status != Unknown || !strings.Contains(f.Way, action) {
				t.Errorf("%s, %s denied: %+v", check.ID, action, f)
			}
		}
		slices.Sort(called)
		want := slices.Clone(check.Calls)
		slices.Sort(want)
		if !slices.Equal(called, want) {
			t.Errorf("%s calls %q and declares %q", check.ID, called, want)
		}
	}
}

// TestChecksAreDescribed holds that each check says what it is for, and has a name of its own.
func TestChecksAreDescribed(t *testing.T) {
	seen := map[string]bool{}
	for _, c := range Checks {
		if c.ID == "" || c.What == "" || c.Why == "" || c.Look == nil || seen[c.ID] || (c.Applies == nil) != (c.Needs == "") {
			t.Errorf("%+v is not described", c)
		}
		seen[c.ID] = true
	}
}

// TestUnreadElsewhere holds that a check which gets no answer, or one that is none of AWS, does not ask for a right.
func TestUnreadElsewhere(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, "<html><body>Sign in</body></html>")
	}))
	t.Cleanup(server.Close)
	a := &Account{Config: aws.Config{
		Region: "eu-west-1", BaseEndpoint: aws.String(server.URL), RetryMaxAttempts: 1, Credentials: credentials.NewStaticCredentialsProvider("a", "b", ""),
	}}
	if got := bootstrap(t.Context(), a); got.Status != Unknown || !strings.Contains(got.Says, "what answers there is not AWS") || got.Way != "Look at AWS_ENDPOINT_URL, and at a proxy in between." {
		t.Errorf("got %+v", got)
	}
	server.Close()
	if got := bootstrap(t.Context(), a); got.Status != Unknown || !strings.Contains(got.Says, "no answer came: dial tcp") || !strings.HasPrefix(got.Way, "Look at the network") {
		t.Errorf("got %+v", got)
	}
}

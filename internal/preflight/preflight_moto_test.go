//go:build moto

package preflight

import (
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/cloudtrail"
	trailtypes "github.com/aws/aws-sdk-go-v2/service/cloudtrail/types"
	"github.com/aws/aws-sdk-go-v2/service/configservice"
	configtypes "github.com/aws/aws-sdk-go-v2/service/configservice/types"
	"github.com/aws/aws-sdk-go-v2/service/guardduty"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	s3types "github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/aws/aws-sdk-go-v2/service/securityhub"
	"github.com/aws/aws-sdk-go-v2/service/sns"
	"github.com/aws/aws-sdk-go-v2/service/ssm"

	"github.com/tagwarden/tagwarden/internal/catalog"
	"github.com/tagwarden/tagwarden/internal/policy"
	"github.com/tagwarden/tagwarden/internal/rights"
)

// TestOnTheEmulator looks at an account of the emulator before and after its services are switched on: each check that it plays goes from what is wrong to ok.
func TestOnTheEmulator(t *testing.T) {
	server := os.Getenv("TAGWARDEN_MOTO")
	if server == "" {
		t.Fatal("TAGWARDEN_MOTO is not set: start moto_server and give its address, http://127.0.0.1:PORT")
	}
	p, err := policy.Parse("policy.yaml", []byte("version: 1\nmode: notify\n"+
		"tags: [{key: Owner, required: true}]\nrules: [{name: tags, on: [config, create], do: [tags]}, {name: rest, on: [guardduty, securityhub]}]\n"), catalog.Known())
	if err != nil {
		t.Fatal(err)
	}
	run := time.Now().UnixNano() // the server may be older than this run: names of this run's own
	a := &Account{
		Config: aws.Config{
			Region: "eu-west-1", BaseEndpoint: &server, Retryer: func() aws.Retryer { return aws.NopRetryer{} }, Credentials: credentials.NewStaticCredentialsProvider("testing", "testing", ""),
		},
		Policy: p, Names: rights.Names{Prefix: fmt.Sprintf("p%d", run)}, Stack: fmt.Sprintf("S%d", run), Queues: 4, Calls: 1,
	}
	if err := a.Open(t.Context()); err != nil {
		t.Fatal(err)
	}
	statuses := func() map[string]Result {
		all := map[string]Result{}
		for _, r := range Run(t.Context(), a, Checks) {
			all[r.Check] = r
		}
		return all
	}
	before := statuses()
	if f := before["subscriptions"]; f.Status != Warn || !strings.Contains(f.Says, "not there yet") {
		t.Errorf("without a topic: %+v", f)
	}
	if f := before["stack"]; f.Status != OK || !strings.Contains(f.Says, "first deployment") {
		t.Errorf("without a stack: %+v", f)
	}
	switchOn(t, a)
	after := statuses()
	for _, id := range []string{"bootstrap", "stack", "subscriptions", "recorder", "cloudtrail", "guardduty", "securityhub"} {
		if after[id].Status != OK {
			t.Errorf("%s: %+v", id, after[id])
		}
	}
	if f := after["delivery-channel"]; f.Status != Unknown { // the channel is there, and the emulator does not tell its status
		t.Errorf("what cannot be read is taken for %+v", f)
	}
}

// switchOn switches on what the policy needs. What is on already, by an earlier run, may stay.
func switchOn(t *testing.T, a *Account) {
	t.Helper()
	ctx, bucket := t.Context(), a.Names.Prefix
	must := func(what string, err error) {
		t.Helper()
		if err != nil && !strings.Contains(err.Error(), "already") && !strings.Contains(err.Error(), "MaxNumberOf") {
			t.Fatalf("%s: %v", what, err)
		}
	}
	_, err := s3.NewFromConfig(a.Config, func(o *s3.Options) { o.UsePathStyle = true }).CreateBucket(ctx, &s3.CreateBucketInput{
		Bucket: &bucket, CreateBucketConfiguration: &s3types.CreateBucketConfiguration{LocationConstraint: "eu-west-1"},
	})
	must("bucket", err)
	_, err = ssm.NewFromConfig(a.Config).PutParameter(ctx, &ssm.PutParameterInput{Name: aws.String(bootstrapParameter), Type: "String", Value: aws.String("28"), Overwrite: aws.Bool(true)})
	must("bootstrap", err)
	config := configservice.NewFromConfig(a.Config)
	_, err = config.PutConfigurationRecorder(ctx, &configservice.PutConfigurationRecorderInput{ConfigurationRecorder: &configtypes.ConfigurationRecorder{
		Name: aws.String("default"), RoleARN: aws.String("arn:aws:iam::123456789012:role/config"), RecordingGroup: &configtypes.RecordingGroup{AllSupported: true, IncludeGlobalResourceTypes: true},
	}})
	must("recorder", err)
	_, err = config.PutDeliveryChannel(ctx, &configservice.PutDeliveryChannelInput{DeliveryChannel: &configtypes.DeliveryChannel{Name: aws.String("default"), S3BucketName: &bucket}})
	must("delivery channel", err)
	_, err = config.StartConfigurationRecorder(ctx, &configservice.StartConfigurationRecorderInput{ConfigurationRecorderName: aws.String("default")})
	must("start the recorder", err)
	_, err = guardduty.NewFromConfig(a.Config).CreateDetector(ctx, &guardduty.CreateDetectorInput{Enable: aws.Bool(true), FindingPublishingFrequency: "FIFTEEN_MINUTES"})
	must("detector", err)
	_, err = securityhub.NewFromConfig(a.Config).EnableSecurityHub(ctx, &securityhub.EnableSecurityHubInput{ControlFindingGenerator: "SECURITY_CONTROL"})
	must("Security Hub", err)
	topics := sns.NewFromConfig(a.Config)
	topic, err := topics.CreateTopic(ctx, &sns.CreateTopicInput{Name: aws.String(a.Names.Topic())})
	must("topic", err)
	_, err = topics.Subscribe(ctx, &sns.SubscribeInput{TopicArn: topic.TopicArn, Protocol: aws.String("email"), Endpoint: aws.String("ops@example.com")})
	must("subscription", err)
	trails := cloudtrail.NewFromConfig(a.Config)
	_, err = trails.CreateTrail(ctx, &cloudtrail.CreateTrailInput{Name: &bucket, S3BucketName: &bucket, IsMultiRegionTrail: aws.Bool(true)})
	must("trail", err)
	_, err = trails.StartLogging(ctx, &cloudtrail.StartLoggingInput{Name: &bucket})
	must("start the trail", err)
	_, err = trails.PutEventSelectors(ctx, &cloudtrail.PutEventSelectorsInput{TrailName: &bucket, EventSelectors: []trailtypes.EventSelector{
		{ReadWriteType: trailtypes.ReadWriteTypeWriteOnly, IncludeManagementEvents: aws.Bool(true)},
	}})
	must("what the trail logs", err)
}

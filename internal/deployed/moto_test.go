//go:build moto

package deployed

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"github.com/tagwarden/tagwarden/internal/emulator"
)

// cloud is a stack in an account of its own on the emulator at TAGWARDEN_MOTO.
func cloud(t *testing.T, account string) *Cloud {
	t.Helper()
	endpoint := os.Getenv("TAGWARDEN_MOTO")
	if endpoint == "" {
		t.Fatal("TAGWARDEN_MOTO is not set: start the emulator and give its address")
	}
	place := Place{Partition: "aws", Account: account, Region: emulator.Region, Stack: "Tagwarden"}
	return Open(emulator.In(emulator.Config(endpoint, emulator.Region), account), endpoint, place)
}

func read(t *testing.T, file string) *Template {
	t.Helper()
	made, err := Read(file)
	if err != nil {
		t.Fatal(err)
	}
	return made
}

// hub is what the members' templates ask for.
var hub = map[string]string{"HubAccount": "111122223333", "HubRegion": emulator.Region}

// TestGoldenTemplates holds that the emulator makes of each golden template what stands in it.
func TestGoldenTemplates(t *testing.T) {
	files, err := filepath.Glob("../../testdata/stack/*.template.json")
	if err != nil || len(files) < 2 {
		t.Fatalf("there are %d golden templates (%v)", len(files), err)
	}
	for i, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			c, template := cloud(t, fmt.Sprintf("2222222222%02d", i)), read(t, file)
			parameters := map[string]string{}
			for name, value := range hub {
				if _, asked := template.Parameters[name]; asked {
					parameters[name] = value
				}
			}
			if err := c.Create(t.Context(), template, parameters); err != nil {
				t.Fatal(err)
			}
			got, err := c.Compare(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			for _, d := range got.Differences {
				t.Error(d)
			}
			compared, not := got.Resources()
			if compared+not != len(template.Resources) || compared == 0 || got.Properties == 0 {
				t.Errorf("%d resources were compared and %d are not made, of %d", compared, not, len(template.Resources))
			}
		})
	}
}

// TestDifferences holds that what is not as the template has it is found at the services, whatever the stack's status says.
func TestDifferences(t *testing.T) {
	c, ctx := cloud(t, "333333333333"), t.Context()
	template := read(t, "../../testdata/stack/fix.template.json")
	if err := c.Create(ctx, template, nil); err != nil {
		t.Fatal(err)
	}
	queues, functions, rules := sqs.NewFromConfig(c.cfg), lambda.NewFromConfig(c.cfg), eventbridge.NewFromConfig(c.cfg)
	at, err := queues.GetQueueUrl(ctx, &sqs.GetQueueUrlInput{QueueName: aws.String("tagwarden-tags")})
	if err != nil {
		t.Fatal(err)
	}
	config := template.Resources["ConfigRule9520D71E"].Properties
	faults := []error{
		second(queues.SetQueueAttributes(ctx, &sqs.SetQueueAttributesInput{QueueUrl: at.QueueUrl, Attributes: map[string]string{"VisibilityTimeout": "30"}})),
		second(functions.UpdateFunctionConfiguration(ctx, &lambda.UpdateFunctionConfigurationInput{FunctionName: aws.String("tagwarden-act"), Timeout: aws.Int32(3)})),
		second(rules.PutRule(ctx, &eventbridge.PutRuleInput{
			Name: aws.String("tagwarden-config"), Description: aws.String(text(config["Description"])), EventPattern: aws.String(`{"source":["aws.config"]}`),
		})),
	}
	for _, err := range faults {
		if err != nil {
			t.Fatal(err)
		}
	}
	template.Resources["Stranger"] = &Resource{Type: "AWS::Glue::Crawler"}
	template.Resources["JournalAE8C44B2"].Properties["TableClass"] = "STANDARD_INFREQUENT_ACCESS"
	got, err := c.Compare(ctx)
	if err != nil {
		t.Fatal(err)
	}
	want := []string{
		"ActFunction8AC485C2 (AWS::Lambda::Function): Timeout: it is 3 and not 60",
		"ConfigRule9520D71E (AWS::Events::Rule): EventPattern: detail is null and not",
		"JournalAE8C44B2 (AWS::DynamoDB::Table): TableClass is not shown by the service",
		"Stranger (AWS::Glue::Crawler): the type is not known here",
		"TagsQueue",
	}
	if len(got.Differences) != len(want) {
		t.Fatalf("differences: %q", got.Differences)
	}
	for i, w := range want {
		if !strings.HasPrefix(got.Differences[i], w) {
			t.Errorf("difference %d is %q, and should begin with %q", i, got.Differences[i], w)
		}
	}
}

// second is the error of a call whose answer does not matter.
func second(_ any, err error) error { return err }

// TestUpdate holds that the update from the last release's template brings what is new, and that what the emulator leaves as it was is told.
func TestUpdate(t *testing.T) {
	c, ctx := cloud(t, "444455556666"), t.Context()
	before, after := read(t, "../../testdata/stack/released/fix.template.json"), read(t, "../../testdata/stack/fix.template.json")
	if err := c.Create(ctx, before, nil); err != nil {
		t.Fatal(err)
	}
	if err := c.Update(ctx, after, nil); err != nil {
		t.Fatal(err)
	}
	got, err := c.Compare(ctx, c.Frozen(before)...)
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range got.Differences {
		t.Error(d)
	}
	t.Log(c.Frozen(before), LossOf(before, after))
}

package guard

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"reflect"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/sns"
	"github.com/aws/aws-sdk-go-v2/service/sns/types"

	"github.com/tagwarden/tagwarden/internal/remedy"
)

// topic answers every call with an empty answer and counts the calls that reach it.
func topic(t *testing.T) (aws.Config, *int) {
	t.Helper()
	calls := 0
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		calls++
		w.Header().Set("Content-Type", "text/xml")
		if _, err := w.Write([]byte(`<R><ListTagsForResourceResult/><TagResourceResult/></R>`)); err != nil {
			t.Error(err)
		}
	}))
	t.Cleanup(server.Close)
	return aws.Config{
		Region: "eu-west-1", BaseEndpoint: aws.String(server.URL), Credentials: credentials.NewStaticCredentialsProvider("a", "b", ""),
		HTTPClient: server.Client(), RetryMaxAttempts: 1,
	}, &calls
}

func TestGuard(t *testing.T) {
	tags := remedy.Remedy{ID: "tags", Reads: []remedy.Grant{{Action: "sns:ListTagsForResource"}}, Writes: []remedy.Grant{{Action: "sns:TagResource"}}}
	owner := []types.Tag{{Key: aws.String("Owner"), Value: aws.String("me")}}
	read := func(ctx context.Context, c *sns.Client) error {
		_, err := c.ListTagsForResource(ctx, &sns.ListTagsForResourceInput{ResourceArn: aws.String("a")})
		return err
	}
	write := func(ctx context.Context, c *sns.Client) error {
		_, err := c.TagResource(Writing(ctx), &sns.TagResourceInput{ResourceArn: aws.String("a"), Tags: owner})
		return err
	}
	planning := func(ctx context.Context, c *sns.Client) error {
		_, err := c.TagResource(ctx, &sns.TagResourceInput{ResourceArn: aws.String("a"), Tags: owner})
		return err
	}
	undeclared := func(ctx context.Context, c *sns.Client) error {
		_, err := c.DeleteTopic(Writing(ctx), &sns.DeleteTopicInput{TopicArn: aws.String("a")})
		return err
	}
	tests := []struct {
		name  string
		do    []func(context.Context, *sns.Client) error
		calls []string
		sent  int
		err   string
	}{
		{"a declared read is let through", []func(context.Context, *sns.Client) error{read}, []string{"sns:ListTagsForResource"}, 1, ""},
		{"an action counts once", []func(context.Context, *sns.Client) error{read, read}, []string{"sns:ListTagsForResource"}, 2, ""},
		{"a declared write that is permitted is let through", []func(context.Context, *sns.Client) error{write}, []string{"sns:TagResource"}, 1, ""},
		{"a write while planning is refused", []func(context.Context, *sns.Client) error{planning}, nil, 0, "the guard refused a call: tags called sns:TagResource, a write, while it planned"},
		{"what is not declared is refused", []func(context.Context, *sns.Client) error{undeclared}, nil, 0, "the guard refused a call: tags called sns:DeleteTopic, which it does not declare"},
		{"the first refusal is remembered", []func(context.Context, *sns.Client) error{undeclared, planning, read}, []string{"sns:ListTagsForResource"}, 1, "the guard refused a call: tags called sns:DeleteTopic, which it does not declare"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			cfg, sent := topic(t)
			guard := New(tags)
			client := sns.NewFromConfig(guard.Config(cfg), func(o *sns.Options) { o.Retryer = aws.NopRetryer{} })
			var refused bool
			for _, do := range test.do {
				refused = errors.Is(do(context.Background(), client), ErrRefused) || refused
			}
			remembered := ""
			if err := guard.Err(); err != nil {
				remembered = err.Error()
			}
			got := []any{guard.Calls(), *sent, refused, remembered}
			want := []any{test.calls, test.sent, test.err != "", test.err}
			if !reflect.DeepEqual(got, want) {
				t.Errorf("got %v, want %v", got, want)
			}
		})
	}
}

func TestAction(t *testing.T) {
	tests := []struct {
		name, service, operation, action string
		known                            bool
	}{
		{"named as the operation", "SNS", "TagResource", "sns:TagResource", true},
		{"another name in IAM", "S3", "HeadBucket", "s3:ListBucket", true},
		{"one prefix, another name for each service", "S3 Control", "PutPublicAccessBlock", "s3:PutAccountPublicAccessBlock", true},
		{"a service that no remedy uses", "Braket", "CancelJob", "Braket:CancelJob", false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if action, known := Action(test.service, test.operation); action != test.action || known != test.known {
				t.Errorf("got %s, %v, want %s, %v", action, known, test.action, test.known)
			}
		})
	}
}

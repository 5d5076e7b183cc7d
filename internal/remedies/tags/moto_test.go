//go:build moto

package tags

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net"
	"net/http"
	"net/url"
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"

	"github.com/tagwarden/tagwarden/internal/finding"
	"github.com/tagwarden/tagwarden/internal/guard"
	"github.com/tagwarden/tagwarden/internal/remedy"
)

const motoAccount = "123456789012" // moto's own where nobody says otherwise

// moto is the configuration of the emulator at TAGWARDEN_MOTO ("http://127.0.0.1:5000").
func moto(t *testing.T) aws.Config {
	t.Helper()
	endpoint := os.Getenv("TAGWARDEN_MOTO")
	if endpoint == "" {
		t.Fatal("TAGWARDEN_MOTO is not set: start the emulator and give its address")
	}
	address, err := url.Parse(endpoint)
	if err != nil {
		t.Fatal(err)
	}
	// S3 Control puts the account before the host; whatever the host, the emulator is meant.
	transport := &http.Transport{DialContext: func(ctx context.Context, network, _ string) (net.Conn, error) {
		return (&net.Dialer{}).DialContext(ctx, network, address.Host)
	}}
	return aws.Config{
		Region:           "eu-west-1",
		Credentials:      credentials.NewStaticCredentialsProvider("testing", "testing", ""),
		BaseEndpoint:     aws.String(endpoint),
		HTTPClient:       &http.Client{Transport: transport},
		RetryMaxAttempts: 1,
	}
}

// A bench is what setting up a resource needs.
type bench struct {
	*testing.T
	ctx context.Context
	cfg aws.Config
	tag string // makes names differ from run to run
}

func (b bench) must(err error) {
	b.Helper()
	if err != nil {
		b.Fatal(err)
	}
}

func (b bench) name(kind string) string { return "tagwarden-" + kind + "-" + b.tag }

func (b bench) arn(service, resource string) string {
	return fmt.Sprintf("arn:aws:%s:%s:%s:%s", service, b.cfg.Region, motoAccount, resource)
}

func resource(typ, arn string) finding.Resource {
	return finding.Resource{Partition: "aws", Account: motoAccount, Region: "eu-west-1", Type: typ, ARN: arn}
}

// TestTagsOnMoto takes each service through a plan, a write, somebody's unrelated edit, an undo and an absent resource, each held to its grants.
func TestTagsOnMoto(t *testing.T) {
	cfg := moto(t)
	for name, create := range motoResources {
		t.Run(name, func(t *testing.T) {
			b := bench{T: t, ctx: t.Context(), cfg: cfg, tag: strconv.Itoa(os.Getpid())}
			r, absent := create(b)
			g := guard.New(Remedy)
			held := g.Config(cfg)
			before := lensRead(b, held, r)
			if !maps.Equal(before, tagSet{}) {
				t.Fatalf("tags of a new resource: got %v, want none", before)
			}
			old := "owner"
			if strings.HasPrefix(name, "iam") {
				old = "Team" // the emulator gets letter case wrong: users and roles keep both spellings, policies lose both
			}
			first := tagSet{old: "team a", "Keep": "", "Old": "x"}
			lensWrite(b, held, r, before, first)
			lensWant(b, held, r, first)
			second := tagSet{"Owner": "team b", "Keep": "", "Old": "y"}
			lensWrite(b, held, r, first, second)
			lensWant(b, held, r, second)
			lensWrite(b, held, r, second, second.merged(nil, tagSet{"Unrelated": "1"}))
			lensWrite(b, held, r, second, first)
			lensWant(b, held, r, first.merged(nil, tagSet{"Unrelated": "1"}))
			left := first.merged(nil, tagSet{"Unrelated": "1"})
			for _, key := range left.keys() { // one by one: of several keys the emulator's EKS removes only one
				next := left.merged(tagSet{key: ""}, nil)
				lensWrite(b, held, r, left, next)
				left = next
			}
			lensWant(b, held, r, tagSet{})
			if absent.Type != "" {
				if _, err := Remedy.Lens.Read(b.ctx, held, absent); !errors.Is(err, remedy.ErrGone) {
					t.Errorf("read an absent resource: got %v, want ErrGone", err)
				}
			}
			if err := g.Err(); err != nil {
				t.Error(err)
			}
		})
	}
}

func lensRead(b bench, cfg aws.Config, r finding.Resource) tagSet {
	b.Helper()
	state, err := Remedy.Lens.Read(b.ctx, cfg, r)
	b.must(err)
	var set tagSet
	b.must(json.Unmarshal(state, &set))
	return set
}

func lensWant(b bench, cfg aws.Config, r finding.Resource, want tagSet) {
	b.Helper()
	if got := lensRead(b, cfg, r); !maps.Equal(got, want) {
		b.Fatalf("tags of %s: got %v, want %v", r, got, want)
	}
}

func lensWrite(b bench, cfg aws.Config, r finding.Resource, from, to tagSet) {
	b.Helper()
	before, err := json.Marshal(from)
	b.must(err)
	after, err := json.Marshal(to)
	b.must(err)
	b.must(Remedy.Lens.Write(guard.Writing(b.ctx), cfg, r, remedy.State(before), remedy.State(after)))
}

package remedies

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/wafv2"
	"github.com/aws/aws-sdk-go-v2/service/wafv2/types"

	"github.com/tagwarden/tagwarden/internal/emulator"
	"github.com/tagwarden/tagwarden/internal/finding"
	"github.com/tagwarden/tagwarden/internal/remedy"
	"github.com/tagwarden/tagwarden/internal/remedy/remedytest"
)

const absentIPSet = "arn:aws:wafv2:us-east-1:111122223333:regional/ipset/absent/11111111-2222-3333-4444-555555555555"

var wafBlockAddressCases = []remedytest.Case{
	{
		Name: "first", With: `{"ip-set":"{{SET}}"}`, Absent: planted(ipSetType, absentIPSet, absentIPSet),
		Plant: func(ctx context.Context, cfg aws.Config) (remedytest.Planted, error) {
			return plantIPSet(ctx, cfg, "tagwarden-first", "198.51.100.7", types.IPAddressVersionIpv4)
		},
		Meddle: addAnotherAddress,
	},
	{
		Name: "aged-out", With: `{"ip-set":"{{SET}}","days":7}`,
		Plant: func(ctx context.Context, cfg aws.Config) (remedytest.Planted, error) {
			p, err := plantIPSet(ctx, cfg, "tagwarden-aged-out", "198.51.100.7", types.IPAddressVersionIpv4, "192.0.2.0/24", "203.0.113.9/32")
			if err != nil {
				return p, err
			}
			_, err = wafv2.NewFromConfig(cfg).TagResource(ctx, &wafv2.TagResourceInput{
				ResourceARN: aws.String(p.Names["SET"]), Tags: []types.Tag{{Key: aws.String(untilTag + "203.0.113.9/32"), Value: aws.String("2026-11-01T00:00:00Z")}},
			})
			return p, err
		},
		Meddle: addAnotherAddress,
	},
	{
		Name: "ipv6", With: `{"ip-set-v6":"{{SET}}"}`,
		Plant: func(ctx context.Context, cfg aws.Config) (remedytest.Planted, error) {
			return plantIPSet(ctx, cfg, "tagwarden-ipv6", "2001:db8::7", types.IPAddressVersionIpv6, "2001:0db8:0000:0000:0000:0000:0000:0001/128")
		},
	},
}

// plantIPSet makes an IP set, and a finding about some instance that names an address.
func plantIPSet(ctx context.Context, cfg aws.Config, name, address string, version types.IPAddressVersion, addresses ...string) (remedytest.Planted, error) {
	p := remedytest.Planted{
		Resource: planted("AWS::EC2::Instance", "i-0abc", "arn:aws:ec2:us-east-1:"+remedytest.Account+":instance/i-0abc"),
		Subject:  finding.Subject{"address": address},
	}
	out, err := wafv2.NewFromConfig(cfg).CreateIPSet(ctx, &wafv2.CreateIPSetInput{
		Name: &name, Scope: types.ScopeRegional, IPAddressVersion: version, Addresses: append([]string{}, addresses...), Description: aws.String("what we block"),
	})
	if err != nil {
		return p, err
	}
	p.Names = map[string]string{"SET": *out.Summary.ARN}
	return p, nil
}

// addAnotherAddress is somebody's own entry.
func addAnotherAddress(ctx context.Context, cfg aws.Config, p remedytest.Planted) error {
	set := planted(ipSetType, p.Names["SET"], p.Names["SET"])
	return updateIPSet(ctx, wafv2.NewFromConfig(cfg), set, nil, []string{"192.0.2.99/32"})
}

func TestAboutIPSet(t *testing.T) {
	const v4, v6 = "arn:aws:wafv2:eu-west-1:444455556666:regional/ipset/four/a-b", "arn:aws:wafv2:us-east-1:444455556666:global/ipset/six/c-d"
	for _, test := range []struct{ name, with, address, want, region string }{
		{"IPv4", `{"ip-set":"` + v4 + `","ip-set-v6":"` + v6 + `"}`, "198.51.100.7", v4, "eu-west-1"},
		{"IPv6", `{"ip-set":"` + v4 + `","ip-set-v6":"` + v6 + `"}`, "2001:db8::7", v6, "us-east-1"},
		{"IPv4 in IPv6", `{"ip-set":"` + v4 + `"}`, "::ffff:198.51.100.7", v4, "eu-west-1"},
		{"no set of the kind", `{"ip-set":"` + v4 + `"}`, "2001:db8::7", "", ""},
		{"no set", "", "198.51.100.7", "", ""},
		{"no ARN", `{"ip-set":"four"}`, "198.51.100.7", "", ""},
		{"an own address", `{"ip-set":"` + v4 + `"}`, "10.0.0.1", "", ""},
		{"a spared address", `{"ip-set":"` + v4 + `","never":["198.51.100.0/24"]}`, "198.51.100.7", "", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			got, err := aboutIPSet(bucket("b"), remedy.Params{With: []byte(test.with), Subject: finding.Subject{"address": test.address}})
			if test.want == "" {
				refused(t, got, err)
			} else if err != nil || got.ARN != test.want || got.Region != test.region || got.Account != "444455556666" || got.Type != ipSetType {
				t.Errorf("got %+v, %v; want %s in %s", got, err, test.want, test.region)
			}
		})
	}
}

func TestIPSetOf(t *testing.T) {
	for _, test := range []struct {
		arn, name, id string
		scope         types.Scope
	}{
		{"arn:aws:wafv2:eu-west-1:444455556666:regional/ipset/four/a-b", "four", "a-b", types.ScopeRegional},
		{"arn:aws:wafv2:us-east-1:444455556666:global/ipset/six/c-d", "six", "c-d", types.ScopeCloudfront},
		{"", "", "", types.ScopeRegional},
	} {
		if got := ipSetOf(finding.Resource{ARN: test.arn}); got.scope != test.scope || *got.name != test.name || *got.id != test.id {
			t.Errorf("%q: got %s %q %q, want %+v", test.arn, got.scope, *got.name, *got.id, test)
		}
	}
}

// TestIPSetOfTheOtherKind holds that an address is never sent to a set that is for the other kind.
func TestIPSetOfTheOtherKind(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if got := r.Header.Get("X-Amz-Target"); got != "AWSWAF_20190729.GetIPSet" {
			t.Errorf("got the call %s, want no more than the read", got)
		}
		if _, err := io.WriteString(w, `{"LockToken":"t","IPSet":{"Name":"absent","IPAddressVersion":"IPV4","Addresses":[]}}`); err != nil {
			t.Error(err)
		}
	}))
	defer server.Close()
	c := wafv2.NewFromConfig(emulator.Config(server.URL, emulator.Region))
	refused(t, nil, updateIPSet(t.Context(), c, planted(ipSetType, absentIPSet, absentIPSet), nil, []string{"2001:db8::7/128"}))
}

// TestAFullSetMakesRoom holds that what has aged out goes before what is new comes: a set has 50 tags at most, and would never take a new address again.
func TestAFullSetMakesRoom(t *testing.T) {
	var calls []string
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, operation, _ := strings.Cut(r.Header.Get("X-Amz-Target"), ".")
		if operation == "GetIPSet" {
			if _, err := io.WriteString(w, `{"LockToken":"t","IPSet":{"Name":"absent","IPAddressVersion":"IPV4","Addresses":["203.0.113.9/32"]}}`); err != nil {
				t.Error(err)
			}
			return
		}
		calls = append(calls, operation)
		if _, err := io.WriteString(w, "{}"); err != nil {
			t.Error(err)
		}
	}))
	defer server.Close()
	err := writeIPSet(t.Context(), emulator.Config(server.URL, emulator.Region), planted(ipSetType, absentIPSet, absentIPSet),
		addressList{"203.0.113.9/32": "2026-11-01T00:00:00Z"}, addressList{"198.51.100.7/32": "2026-12-24T12:00:00Z"})
	if want := []string{"UpdateIPSet", "UntagResource", "TagResource", "UpdateIPSet"}; err != nil || !slices.Equal(calls, want) {
		t.Errorf("got the calls %q, %v; want %q", calls, err, want)
	}
}

func TestAnIPSetThatIsNotTold(t *testing.T) {
	if list, err := readIPSet(t.Context(), canned{"application/x-amz-json-1.1", "{}"}.config(), planted(ipSetType, absentIPSet, absentIPSet)); err == nil {
		t.Errorf("got %v, want an error", list)
	}
}

package remedies

import (
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/tagwarden/tagwarden/internal/finding"
)

func TestAddressListWith(t *testing.T) {
	now := time.Date(2026, 11, 24, 13, 0, 0, 5, time.FixedZone("CET", 3600))
	const entry, in30Days = "198.51.100.7/32", "2026-12-24T12:00:00Z"
	for _, test := range []struct {
		name         string
		before, want addressList
	}{
		{"nothing yet", nil, addressList{entry: in30Days}},
		{
			"others stay",
			addressList{"203.0.113.0/24": "", "192.0.2.1/32": "2026-11-24T12:00:01Z"},
			addressList{"203.0.113.0/24": "", "192.0.2.1/32": "2026-11-24T12:00:01Z", entry: in30Days},
		},
		{"what has aged out goes", addressList{"192.0.2.1/32": "2026-11-24T11:59:59Z"}, addressList{entry: in30Days}},
		{"it has aged out itself", addressList{entry: "2026-11-01T00:00:00Z"}, addressList{entry: in30Days}},
		{"put there within a day", addressList{entry: "2026-12-23T12:00:01Z"}, addressList{entry: "2026-12-23T12:00:01Z"}},
		{"put there a day ago", addressList{entry: "2026-12-23T12:00:00Z"}, addressList{entry: in30Days}},
		{"there for longer", addressList{entry: "2027-12-23T12:00:00Z"}, addressList{entry: "2027-12-23T12:00:00Z"}},
		{"put there by people", addressList{entry: ""}, addressList{entry: ""}},
		{"a date of somebody's own", addressList{entry: "next spring"}, addressList{entry: "next spring"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			kept := len(test.before)
			got := test.before.with(entry, now, days(30))
			if !reflect.DeepEqual(got, test.want) || len(test.before) != kept {
				t.Errorf("got %v, want %v", got, test.want)
			}
			if again := got.with(entry, now, days(30)); !reflect.DeepEqual(again, got) {
				t.Errorf("once more: got %v, want %v", again, got)
			}
		})
	}
}

func TestRemoteAddress(t *testing.T) {
	never := []string{"203.0.113.0/24", "2001:db8:1::/48"}
	for _, test := range []struct{ address, want string }{
		{"198.51.100.7", "198.51.100.7"},
		{"::ffff:198.51.100.7", "198.51.100.7"},
		{"2001:DB8:0:0::7", "2001:db8::7"},
		{"", ""},
		{"198.51.100.7/24", ""},
		{"example.com", ""},
		{"203.0.113.9", ""},
		{"::ffff:203.0.113.9", ""},
		{"2001:db8:1::9", ""},
		{"0.0.0.0", ""},
		{"0.1.2.3", ""},
		{"10.0.0.1", ""},
		{"172.31.255.255", ""},
		{"192.168.1.1", ""},
		{"::ffff:10.0.0.1", ""},
		{"127.0.0.1", ""},
		{"169.254.169.254", ""},
		{"100.64.0.1", ""},
		{"224.0.0.1", ""},
		{"240.0.0.1", ""},
		{"255.255.255.255", ""},
		{"::", ""},
		{"::1", ""},
		{"fe80::1", ""},
		{"fe80::1%eth0", ""},
		{"2001:db8::7%eth0", ""},
		{"fd00:ec2::254", ""},
		{"64:ff9b::a00:1", ""},
		{"2002:a00:1::", ""},
		{"ff02::1", ""},
	} {
		t.Run(test.address, func(t *testing.T) {
			got, err := remoteAddress(finding.Subject{"address": test.address}, never)
			if test.want == "" {
				refused(t, got, err)
				if err != nil && test.address != "" && strings.Contains(err.Error(), test.address) {
					t.Errorf("the error quotes the event: %v", err)
				}
			} else if err != nil || got.String() != test.want {
				t.Errorf("got %s, %v; want %s", got, err, test.want)
			}
		})
	}
	_, err := remoteAddress(finding.Subject{"address": "198.51.100.7"}, []string{"everything"})
	refused(t, "an unreadable network", err)
}

package remedies

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"reflect"
	"slices"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/tagwarden/tagwarden/internal/finding"
	"github.com/tagwarden/tagwarden/internal/remedy"
)

func TestFixIsolationWithSnapshots(t *testing.T) {
	moved := map[string]map[string]bool{"eni-1": {quarantine: true}}
	tests := []struct {
		name, with, finding string
		evidence, want      evidence
	}{
		{"wanted", `{"snapshot":true}`, "c0ffee", evidence{"vol-1": true}, evidence{"vol-1": true, "vol-1 c0ffee": true}},
		{"not wanted", `{"snapshot":false}`, "c0ffee", evidence{"vol-1": true}, evidence{"vol-1": true}},
		{"not said", ``, "c0ffee", evidence{"vol-1": true}, evidence{"vol-1": true}},
		{"made by ec2-forensic-snapshot", `{"snapshot":true}`, "d/finding/c0ffee", evidence{"vol-1": true, "vol-1 c0ffee": true}, evidence{"vol-1": true, "vol-1 c0ffee": true}},
		{"no volume", `{"snapshot":true}`, "c0ffee", nil, nil},
		{"no finding", `{"snapshot":true}`, "", evidence{"vol-1": true}, evidence{"vol-1": true}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			before := isolation{Interfaces: map[string]map[string]bool{"eni-1": {"sg-1": true}}, Evidence: test.evidence}
			got, err := fixIsolation(before, remedy.Params{With: []byte(test.with), Subject: finding.Subject{"finding": test.finding}})
			if want := (isolation{Interfaces: moved, Evidence: test.want}); err != nil || !reflect.DeepEqual(got, want) {
				t.Errorf("got %v, %v; want %v", got, err, want)
			}
		})
	}
	for _, with := range []string{`{"snapshot":"yes"}`, `{"snapshots":true}`, `[]`} {
		got, err := fixIsolation(isolation{Interfaces: moved}, remedy.Params{With: []byte(with)})
		refused(t, got, err)
	}
}

// threatened answers for an instance with one interface, in the groups that are named, and one volume; it fails one action with a code.
type threatened struct {
	groups, fails, code string
	asked               []string
}

// Do answers a request.
func (a *threatened) Do(r *http.Request) (*http.Response, error) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, err
	}
	form, err := url.ParseQuery(string(body))
	if err != nil {
		return nil, err
	}
	action := form.Get("Action")
	a.asked = append(a.asked, action)
	if action == a.fails {
		return ec2Failure(a.code).Do(r)
	}
	return ec2Answer(fmt.Sprintf(`<R>
		<reservationSet><item><instancesSet><item><instanceId>i-1</instanceId><rootDeviceName>/dev/sda1</rootDeviceName><blockDeviceMapping><item>
			<deviceName>/dev/sda1</deviceName><ebs><volumeId>vol-1</volumeId></ebs>
		</item></blockDeviceMapping></item></instancesSet></item></reservationSet>
		<networkInterfaceSet><item><networkInterfaceId>eni-1</networkInterfaceId><vpcId>vpc-1</vpcId><groupSet>%s</groupSet></item></networkInterfaceSet>
		<securityGroupInfo><item><groupId>sg-q</groupId><groupName>%s</groupName><vpcId>vpc-1</vpcId>
			<tagSet><item><key>%s</key><value>%s</value></item></tagSet></item></securityGroupInfo>
	</R>`, a.groups, quarantineName, purposeTag, quarantine)).Do(r)
}

func (a *threatened) config() aws.Config {
	cfg := canned{}.config()
	cfg.HTTPClient, cfg.RetryMaxAttempts = a, 1
	return cfg
}

// TestIsolationComesWhateverBecomesOfSnapshots holds that snapshots are begun before anything is moved, and that their failure keeps nothing from being moved.
func TestIsolationComesWhateverBecomesOfSnapshots(t *testing.T) {
	const inWeb = `<item><groupId>sg-web</groupId></item>`
	from := isolation{Interfaces: map[string]map[string]bool{"eni-1": {"sg-web": true}}, Evidence: evidence{"vol-1": true}}
	to := isolation{Interfaces: map[string]map[string]bool{"eni-1": {quarantine: true}}, Evidence: evidence{"vol-1": true, "vol-1 c0ffee": true}}
	for _, test := range []struct {
		name           string
		answers        threatened
		moved, refused bool
		failed         bool
	}{
		{"all goes well", threatened{groups: inWeb}, true, false, false},
		{"AWS denies the snapshots", threatened{groups: inWeb, fails: "CreateSnapshots", code: "UnauthorizedOperation"}, true, true, true},
		{"the snapshots fail for now", threatened{groups: inWeb, fails: "CreateSnapshots", code: "InternalError"}, true, false, true},
		{"the move fails for now", threatened{groups: inWeb, fails: "ModifyNetworkInterfaceAttribute", code: "InternalError"}, true, false, true},
		{"somebody moved the interface meanwhile", threatened{groups: inWeb + `<item><groupId>sg-db</groupId></item>`}, false, false, true},
	} {
		t.Run(test.name, func(t *testing.T) {
			err := writeIsolation(t.Context(), test.answers.config(), instance("i-1"), from, to)
			if no := (*remedy.RefusedError)(nil); (err != nil) != test.failed || errors.As(err, &no) != test.refused {
				t.Errorf("got %v; want an error: %t, a refusal: %t", err, test.failed, test.refused)
			}
			kept, moved := slices.Index(test.answers.asked, "CreateSnapshots"), slices.Index(test.answers.asked, "ModifyNetworkInterfaceAttribute")
			if kept < 0 || (moved >= 0) != test.moved || moved >= 0 && moved < kept {
				t.Errorf("got the calls %v; want the snapshots first, and the interface moved: %t", test.answers.asked, test.moved)
			}
		})
	}
}

package tags

import (
	"slices"
	"strings"
	"testing"

	"github.com/tagwarden/tagwarden/internal/finding"
)

const noTags = `<DescribeTagsResponse><tagSet/></DescribeTagsResponse>`

// untagged reads the tags of an EC2 resource that has none, and that its Describe call does not find either.
func untagged(t *testing.T, typ string) *fake {
	t.Helper()
	_, operation, _ := strings.Cut(ec2Describes[typ].action, ":")
	f := newFake(t).on("DescribeTags", 200, noTags).on(operation, 200, "<R></R>")
	id := "x-0123456789abcdef0"
	if typ == "AWS::EC2::KeyPair" {
		id = "key-0123456789abcdef0"
	}
	_, err := Remedy.Lens.Read(t.Context(), f.config(), at(typ, "arn:aws:ec2:eu-west-1:111122223333:any/"+id))
	if got := outcome(err); got != "gone" {
		t.Errorf("%s: got %q, want it gone: %v", typ, got, err)
	}
	if want := []string{"DescribeTags", operation}; !slices.Equal(operations(f.calls), want) || !strings.Contains(f.calls[1], "=x-0123456789abcdef0") && id[0] == 'x' {
		t.Errorf("%s: got calls %q, want %q with the id", typ, f.calls, want)
	}
	compareActions(t, typ, f.actions, typ)
	return f
}

func TestUntaggedEC2(t *testing.T) {
	volume := at("AWS::EC2::Volume", "arn:aws:ec2:eu-west-1:111122223333:volume/vol-0123456789abcdef0")
	unproved := at("AWS::EC2::IPAM", "arn:aws:ec2::111122223333:ipam/ipam-0123456789abcdef0")
	seen := unproved
	seen.Tags = map[string]string{}
	tagged := unproved
	tagged.Tags = map[string]string{"Owner": "a"}
	cases := []struct {
		name   string
		r      finding.Resource
		status int
		body   string
		want   string
	}{
		{"exists", volume, 200, `<DescribeVolumesResponse><volumeSet><item><volumeId>vol-0123456789abcdef0</volumeId></item></volumeSet></DescribeVolumesResponse>`, ""},
		{"not found", volume, 400, ec2Query.fault("InvalidVolume.NotFound"), "gone"},
		{"an empty answer", volume, 200, `<DescribeVolumesResponse><volumeSet/></DescribeVolumesResponse>`, "gone"},
		{"denied", volume, 403, ec2Query.fault("UnauthorizedOperation"), "refused"},
		{"broken", volume, 500, ec2Query.fault("InternalError"), "error"},
		{"no proof, and the event tells nothing", unproved, 0, "", "refused"},
		{"no proof, but the event shows that there are none", seen, 0, "", ""},
		{"no proof, and the event shows tags", tagged, 0, "", "refused"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			f := newFake(t).on("DescribeTags", 200, noTags)
			if c.status != 0 {
				f.on("DescribeVolumes", c.status, c.body)
			}
			got, err := Remedy.Lens.Read(t.Context(), f.config(), c.r)
			if outcome(err) != c.want || err == nil && string(got) != "{}" {
				t.Errorf("got %s and %v, want %q", got, err, c.want)
			}
		})
	}
}

func TestKeyPairByName(t *testing.T) {
	f := newFake(t).on("DescribeTags", 200, noTags).on("DescribeKeyPairs", 200, `<R><keySet><item><keyPairId>key-0123456789abcdef0</keyPairId><keyName>key-of/ann</keyName></item></keySet></R>`)
	_, err := Remedy.Lens.Read(t.Context(), f.config(), at("AWS::EC2::KeyPair", "arn:aws:ec2:eu-west-1:111122223333:key-pair/key-of/ann"))
	want := []string{
		"DescribeKeyPairs Action=DescribeKeyPairs&KeyName.1=key-of/ann&Version=2016-11-15",
		"DescribeTags Action=DescribeTags&Filter.1.Name=resource-id&Filter.1.Value.1=key-0123456789abcdef0&Version=2016-11-15",
		"DescribeKeyPairs Action=DescribeKeyPairs&KeyPairId.1=key-0123456789abcdef0&Version=2016-11-15",
	}
	if err != nil || !slices.Equal(f.calls, want) {
		t.Errorf("got %q and %v, want %q", f.calls, err, want)
	}
}

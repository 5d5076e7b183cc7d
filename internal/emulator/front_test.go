package emulator

import (
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"reflect"
	"slices"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	tagging "github.com/aws/aws-sdk-go-v2/service/resourcegroupstaggingapi"
	"github.com/aws/aws-sdk-go-v2/service/resourcegroupstaggingapi/types"
)

// refusing is an emulator that refuses to tag anything, and shows one resource whatever is asked for.
func refusing(w http.ResponseWriter, r *http.Request) {
	switch r.Header.Get("X-Amz-Target") {
	case "ResourceGroupsTaggingAPI_20170126.GetResources":
		_, _ = w.Write([]byte(`{"PaginationToken":"","ResourceTagMappingList":[{"ResourceARN":"arn:aws:s3:::other","Tags":[]}]}`))
	default:
		_, _ = w.Write([]byte(`{"FailedResourcesMap":{"arn:aws:glue:us-east-1:111122223333:job/j":{"StatusCode":500,"ErrorCode":"InternalServiceException"}}}`))
	}
}

func TestTaggingOfWhatTheEmulatorRefuses(t *testing.T) {
	emulator := httptest.NewServer(http.HandlerFunc(refusing))
	defer emulator.Close()
	var seen []Call
	f, err := New(emulator.URL, func(c Call) { seen = append(seen, c) })
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	client, arns := tagging.NewFromConfig(Config(f.Address, Region)), []string{"arn:aws:glue:us-east-1:111122223333:job/j"}
	if _, err := client.TagResources(t.Context(), &tagging.TagResourcesInput{ResourceARNList: arns, Tags: map[string]string{"A": "1", "B": "2"}}); err != nil {
		t.Fatal(err)
	}
	out, err := client.UntagResources(t.Context(), &tagging.UntagResourcesInput{ResourceARNList: arns, TagKeys: []string{"A"}})
	if err != nil || len(out.FailedResourcesMap) > 0 {
		t.Fatalf("got failures %v and error %v, want none", out, err)
	}
	got, err := client.GetResources(t.Context(), &tagging.GetResourcesInput{ResourceARNList: arns})
	if err != nil {
		t.Fatal(err)
	}
	want := []types.ResourceTagMapping{{ResourceARN: &arns[0], Tags: []types.Tag{{Key: aws.String("B"), Value: aws.String("2")}}}}
	if !reflect.DeepEqual(got.ResourceTagMappingList, want) {
		t.Errorf("got %+v, want %+v", got.ResourceTagMappingList, want)
	}
	if want := []Call{{"tagging", "TagResources"}, {"tagging", "UntagResources"}, {"tagging", "GetResources"}}; !reflect.DeepEqual(seen, want) {
		t.Errorf("got calls %v, want %v", seen, want)
	}
}

func TestFrontAsProxy(t *testing.T) {
	var host string
	emulator := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { host = r.Host }))
	defer emulator.Close()
	f, err := New(emulator.URL, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for _, c := range []struct {
		name, method, host, want string
		status                   int
	}{
		{"S3 Control, the account before the host", http.MethodGet, "444455556666.127.0.0.1:4566", "444455556666.s3-control.us-east-1.amazonaws.com", http.StatusOK},
		{"any other host stays", http.MethodGet, "127.0.0.1:4566", "127.0.0.1:4566", http.StatusOK},
		{"nothing leaves the machine", http.MethodConnect, "example.com:443", "", http.StatusForbidden},
	} {
		t.Run(c.name, func(t *testing.T) {
			host = ""
			request := httptest.NewRequest(c.method, "http://"+c.host+"/", nil)
			answer := httptest.NewRecorder()
			f.ServeHTTP(answer, request)
			if host != c.want || answer.Code != c.status {
				t.Errorf("got host %q and status %d, want %q and %d", host, answer.Code, c.want, c.status)
			}
		})
	}
}

// TestIAMKeysIgnoreLetterCase holds that the other spellings of a role's key go before the new one is written, and nothing else does.
func TestIAMKeysIgnoreLetterCase(t *testing.T) {
	var asked []string
	emulator := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		form := formOf(r)
		asked = append(asked, form.Get("Action")+" "+form.Get("RoleName")+" "+form.Get("TagKeys.member.1")+form.Get("Tags.member.1.Key"))
		if form.Get("Action") == "ListRoleTags" {
			if _, err := io.WriteString(w, `<ListRoleTagsResponse><ListRoleTagsResult><Tags><member><Key>owner</Key><Value>x</Value></member><member><Key>Name</Key></member></Tags></ListRoleTagsResult></ListRoleTagsResponse>`); err != nil {
				t.Error(err)
			}
		}
	}))
	defer emulator.Close()
	f, err := New(emulator.URL, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	for _, key := range []string{"Owner", "Name"} {
		answer, err := http.PostForm(f.Address, url.Values{"Action": {"TagRole"}, "RoleName": {"r"}, "Tags.member.1.Key": {key}, "Tags.member.1.Value": {"y"}})
		if err != nil {
			t.Fatal(err)
		}
		_ = answer.Body.Close()
	}
	want := []string{"ListRoleTags r ", "UntagRole r owner", "TagRole r Owner", "ListRoleTags r ", "TagRole r Name"}
	if !slices.Equal(asked, want) {
		t.Errorf("asked %q, want %q", asked, want)
	}
}

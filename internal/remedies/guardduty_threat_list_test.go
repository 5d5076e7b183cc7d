package remedies

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"reflect"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/guardduty"
	"github.com/aws/aws-sdk-go-v2/service/guardduty/types"

	"github.com/tagwarden/tagwarden/internal/emulator"
	"github.com/tagwarden/tagwarden/internal/finding"
	"github.com/tagwarden/tagwarden/internal/remedy"
	"github.com/tagwarden/tagwarden/internal/remedy/remedytest"
)

const absentThreatList = "arn:aws:guardduty:us-east-1:111122223333:detector/1a/threatintelset/2b"

var guarddutyThreatListCases = []remedytest.Case{
	{
		Name: "no-file", With: `{"threat-list":"{{LIST}}"}`, Absent: planted(threatListType, "2b", absentThreatList),
		Plant: func(ctx context.Context, cfg aws.Config) (remedytest.Planted, error) {
			return plantThreatList(ctx, cfg, "tagwarden-no-file", nil)
		},
	},
	{
		Name: "beside-others", With: `{"threat-list":"{{LIST}}","days":90}`,
		Plant: func(ctx context.Context, cfg aws.Config) (remedytest.Planted, error) {
			return plantThreatList(ctx, cfg, "tagwarden-beside-others", addressList{"192.0.2.0/24": `"bad", they say`, "203.0.113.9": "2026-11-01T00:00:00Z"})
		},
		Meddle: func(ctx context.Context, cfg aws.Config, p remedytest.Planted) error {
			file, err := threatListFile(ctx, cfg, planted(threatListType, "", p.Names["LIST"]))
			if err != nil {
				return err
			}
			_, err = file.change(ctx, nil, addressList{"192.0.2.99": ""})
			return err
		},
	},
}

// plantThreatList makes a threat list with what its file holds; without a file for nil.
func plantThreatList(ctx context.Context, cfg aws.Config, name string, list addressList) (remedytest.Planted, error) {
	p := remedytest.Planted{Resource: bucket("b"), Subject: finding.Subject{"address": "198.51.100.7"}}
	detector, err := plantDetector(ctx, cfg)
	if err != nil {
		return p, err
	}
	if _, err := plantBucket(ctx, cfg, name); err != nil {
		return p, err
	}
	location := "s3://" + name + "/tagwarden/threats.csv"
	out, err := guardduty.NewFromConfig(cfg).CreateThreatIntelSet(ctx, &guardduty.CreateThreatIntelSetInput{
		DetectorId: &detector, Name: &name, Format: types.ThreatIntelSetFormatOtxCsv, Location: &location, Activate: aws.Bool(false),
	})
	if err != nil {
		return p, err
	}
	p.Names = map[string]string{"LIST": "arn:aws:guardduty:us-east-1:" + remedytest.Account + ":detector/" + detector + "/threatintelset/" + *out.ThreatIntelSetId}
	if list == nil {
		return p, nil
	}
	file, err := newListFile(cfg, location)
	if err != nil {
		return p, err
	}
	_, err = file.change(ctx, nil, list)
	return p, err
}

func TestAboutThreatList(t *testing.T) {
	got, err := aboutThreatList(bucket("b"), remedy.Params{With: []byte(`{"threat-list":"arn:aws:guardduty:eu-west-1:444455556666:detector/1a/threatintelset/2b"}`)})
	want := finding.Resource{
		Partition: "aws", Account: "444455556666", Region: "eu-west-1", Type: threatListType, ID: "2b", ARN: "arn:aws:guardduty:eu-west-1:444455556666:detector/1a/threatintelset/2b",
	}
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, %v; want %+v", got, err, want)
	}
	_, err = aboutThreatList(bucket("b"), remedy.Params{})
	refused(t, "no list", err)
}

func TestFixThreatListRefuses(t *testing.T) {
	for _, address := range []string{"", "2001:db8::7", "10.0.0.1"} {
		got, err := fixThreatList(addressList{}, remedy.Params{Subject: finding.Subject{"address": address}})
		refused(t, got, err)
	}
}

func TestParseThreatList(t *testing.T) {
	for _, test := range []struct {
		name, text string
		want       addressList // nil for a refusal
	}{
		{"empty", "", addressList{}},
		{"a head alone", threatListHead, addressList{}},
		{
			"as AWS shows it", threatListHead + "CIDR, 192.0.2.0/24, example\nIPv4, 198.51.100.1, 2026-12-24T12:00:00Z\n",
			addressList{"192.0.2.0/24": "example", "198.51.100.1": "2026-12-24T12:00:00Z"},
		},
		{"without a head, close together", "IPv4,198.51.100.1,\"a, \"\"b\"\"\"\r\n", addressList{"198.51.100.1": `a, "b"`}},
		{"a domain", threatListHead + "Domain name, example.net, example\n", nil},
		{"another format", "192.0.2.0/24\n198.51.100.1\n", nil},
		{"a head in the middle", "IPv4, 198.51.100.1, x\n" + threatListHead, nil},
		{"an address as a network", "CIDR, 198.51.100.1, x\n", nil},
		{"nothing listed", "IPv4, , x\n", nil},
		{"a quote left open", "IPv4, 198.51.100.1, \"x\n", nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			got, err := parseThreatList([]byte(test.text))
			if test.want == nil {
				refused(t, got, err)
				return
			}
			if err != nil || !reflect.DeepEqual(got, test.want) {
				t.Errorf("got %v, %v; want %v", got, err, test.want)
			}
			if again, err := parseThreatList(got.threatList()); err != nil || !reflect.DeepEqual(again, got) {
				t.Errorf("written and read again: got %v, %v; want %v", again, err, got)
			}
		})
	}
}

func TestPlaceInS3(t *testing.T) {
	for _, test := range []struct{ location, bucket, key string }{
		{"s3://my.bucket/tagwarden/threats.csv", "my.bucket", "tagwarden/threats.csv"},
		{"https://s3.amazonaws.com/b/tagwarden/threats.csv", "b", "tagwarden/threats.csv"},
		{"https://s3.eu-west-1.amazonaws.com/b/tagwarden/threats.csv", "b", "tagwarden/threats.csv"},
		{"https://s3-eu-west-1.amazonaws.com/b/tagwarden/threats.csv", "b", "tagwarden/threats.csv"},
		{"https://my.bucket.s3.eu-west-1.amazonaws.com/tagwarden/threats.csv", "my.bucket", "tagwarden/threats.csv"},
		{"https://b.s3-us-west-2.amazonaws.com/tagwarden/threats.csv", "b", "tagwarden/threats.csv"},
		{"https://b.s3.cn-north-1.amazonaws.com.cn/tagwarden/threats.csv", "b", "tagwarden/threats.csv"},
		{"%", "", ""},
	} {
		if bucket, key := placeInS3(test.location); bucket != test.bucket || key != test.key {
			t.Errorf("%s: got %q and %q, want %q and %q", test.location, bucket, key, test.bucket, test.key)
		}
	}
	_, err := newListFile(aws.Config{}, "s3://b/others/threats.csv")
	refused(t, "a file elsewhere", err)
}

// TestThreatListIsWrittenOnlyAsItWasRead holds that S3 is told which file a write is for, so that nobody's is lost.
func TestThreatListIsWrittenOnlyAsItWasRead(t *testing.T) {
	for _, test := range []struct{ name, etag, match, noneMatch string }{
		{"over a file", `"abc"`, `"abc"`, ""},
		{"where there is none", "", "", "*"},
	} {
		t.Run(test.name, func(t *testing.T) {
			written := false
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				switch {
				case r.Method == http.MethodPut:
					written = true
					if match, none := r.Header.Get("If-Match"), r.Header.Get("If-None-Match"); match != test.match || none != test.noneMatch {
						t.Errorf("got If-Match %q and If-None-Match %q, want %q and %q", match, none, test.match, test.noneMatch)
					}
				case test.etag == "":
					w.WriteHeader(http.StatusNotFound)
					_, _ = io.WriteString(w, `<Error><Code>NoSuchKey</Code></Error>`)
				default:
					w.Header().Set("ETag", test.etag)
				}
			}))
			defer server.Close()
			file, err := newListFile(emulator.Config(server.URL, emulator.Region), "s3://b/tagwarden/threats.csv")
			if err != nil {
				t.Fatal(err)
			}
			entries, err := file.change(t.Context(), addressList{}, addressList{"198.51.100.7": ""})
			if err != nil || entries != 1 || !written {
				t.Errorf("got %d entries, %v, written: %t; want one that is written", entries, err, written)
			}
		})
	}
}

// TestAListThatIsNotActivatedIsTakenBack holds that the file does not show what GuardDuty does not go by: the next try would find nothing left to do.
func TestAListThatIsNotActivatedIsTakenBack(t *testing.T) {
	file := string(addressList{}.threatList())
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		switch r.Method {
		case http.MethodPut:
			file = string(body)
		case http.MethodPost:
			w.WriteHeader(http.StatusInternalServerError)
		default:
			w.Header().Set("ETag", `"1"`)
			if strings.Contains(r.URL.Path, "threatintelset") {
				_, _ = io.WriteString(w, `{"format":"OTX_CSV","status":"ACTIVE","location":"s3://b/tagwarden/threats.csv"}`)
				return
			}
			_, _ = io.WriteString(w, file)
		}
	}))
	defer server.Close()
	cfg := emulator.Config(server.URL, emulator.Region)
	cfg.RetryMaxAttempts = 1
	err := writeThreatList(t.Context(), cfg, planted(threatListType, "2b", absentThreatList), addressList{}, addressList{"198.51.100.7": "2026-12-24T12:00:00Z"})
	if err == nil || strings.Contains(file, "198.51.100.7") {
		t.Errorf("got %v, and the file is %q; want an error, and the file as it was", err, file)
	}
}

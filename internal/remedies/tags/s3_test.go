package tags

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/tagwarden/tagwarden/internal/guard"
	"github.com/tagwarden/tagwarden/internal/remedy"
)

const bucketTags = `<Tagging><TagSet>` + xmlTags + `</TagSet></Tagging>`

func TestBucket(t *testing.T) {
	someoneElse := `<Tagging><TagSet>` + strings.Replace(xmlTags, "<Tag>", `<Tag><Key>Unrelated</Key><Value>u</Value></Tag><Tag>`, 1) + `</TagSet></Tagging>`
	put := func(tags string) string {
		return `PutBucketTagging orders.s3.eu-west-1.amazonaws.com/?tagging= <Tagging xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><TagSet>` + tags + `</TagSet></Tagging>`
	}
	const (
		get  = "GetBucketTagging orders.s3.eu-west-1.amazonaws.com/?tagging="
		abac = "GetBucketAbac orders.s3.eu-west-1.amazonaws.com/?abac="
		kept = `<Tag><Key>Keep</Key><Value>k</Value></Tag><Tag><Key>New</Key><Value></Value></Tag><Tag><Key>Owner</Key><Value>a</Value></Tag>`
		aws  = `<Tag><Key>aws:x</Key><Value>1</Value></Tag>`
		tag  = `TagResource 111122223333.s3-control.eu-west-1.amazonaws.com/v20180820/tags/arn:aws:s3:::orders <TagResourceRequest xmlns="http://awss3control.amazonaws.com/doc/2018-08-20/">` +
			`<Tags><Tag><Key>New</Key><Value></Value></Tag><Tag><Key>Owner</Key><Value>a</Value></Tag></Tags></TagResourceRequest>`
		untag = `UntagResource 111122223333.s3-control.eu-west-1.amazonaws.com/v20180820/tags/arn:aws:s3:::orders?tagKeys=Old&tagKeys=role`
	)
	cases := []struct {
		name    string
		set     func(f *fake)
		from    tagSet
		to      tagSet
		want    []string
		outcome string // "", "error", "refused" or "gone"
	}{
		{
			"somebody's edit since the plan is kept", func(f *fake) { f.on("GetBucketTagging", 200, someoneElse).on("PutBucketTagging", 204, "") }, wireBefore, wireAfter,
			[]string{get, put(kept + `<Tag><Key>Unrelated</Key><Value>u</Value></Tag>` + aws)},
			"",
		},
		{
			"done already", func(f *fake) { f.on("GetBucketTagging", 200, bucketTags) },
			tagSet{"Gone": "1"},
			tagSet{"Keep": "k"},
			[]string{get},
			"",
		},
		{
			"the last tag goes", func(f *fake) {
				f.on("GetBucketTagging", 200, `<Tagging><TagSet><Tag><Key>a</Key><Value>1</Value></Tag></TagSet></Tagging>`).on("DeleteBucketTagging", 204, "")
			},
			tagSet{"a": "1"},
			tagSet{},
			[]string{get, "DeleteBucketTagging orders.s3.eu-west-1.amazonaws.com/?tagging="},
			"",
		},
		{
			"no tags yet", func(f *fake) {
				f.on("GetBucketTagging", 404, restXML.fault("NoSuchTagSet")).on("PutBucketTagging", 204, "")
			},
			tagSet{},
			tagSet{"New": ""},
			[]string{get, put(`<Tag><Key>New</Key><Value></Value></Tag>`)},
			"",
		},
		{
			"a bucket that uses ABAC", func(f *fake) {
				f.on("GetBucketTagging", 200, bucketTags).on("PutBucketTagging", 400, restXML.fault("InvalidRequest")).
					on("GetBucketAbac", 200, `<AbacStatus><Status>Enabled</Status></AbacStatus>`).on("TagResource", 204, "").on("UntagResource", 204, "")
			}, wireBefore, wireAfter,
			[]string{get, put(kept + aws), abac, tag, untag},
			"",
		},
		{
			"refused without ABAC", func(f *fake) {
				f.on("GetBucketTagging", 200, bucketTags).on("PutBucketTagging", 403, restXML.fault("AccessDenied")).on("GetBucketAbac", 200, `<AbacStatus><Status>Disabled</Status></AbacStatus>`)
			}, wireBefore, wireAfter,
			[]string{get, put(kept + aws), abac},
			"refused",
		},
		{
			"ABAC cannot be read", func(f *fake) {
				f.on("GetBucketTagging", 200, bucketTags).on("PutBucketTagging", 400, restXML.fault("InvalidRequest")).on("GetBucketAbac", 500, restXML.fault("InternalError"))
			}, wireBefore, wireAfter,
			[]string{get, put(kept + aws), abac},
			"error",
		},
		{
			"tags cannot be read", func(f *fake) { f.on("GetBucketTagging", 403, restXML.fault("AccessDenied")) }, wireBefore, wireAfter,
			[]string{get},
			"refused",
		},
		{
			"no bucket", func(f *fake) {
				f.on("GetBucketTagging", 404, restXML.fault("NoSuchTagSet")).on("PutBucketTagging", 404, restXML.fault("NoSuchBucket"))
			},
			tagSet{},
			tagSet{"New": ""},
			[]string{get, put(`<Tag><Key>New</Key><Value></Value></Tag>`)},
			"gone",
		},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			f := newFake(t)
			c.set(f)
			cfg := guard.New(Remedy).Config(f.config())
			err := Remedy.Lens.Write(guard.Writing(t.Context()), cfg, at("AWS::S3::Bucket", "arn:aws:s3:::orders"), encoded(t, c.from), encoded(t, c.to))
			if got := outcome(err); got != c.outcome {
				t.Errorf("got %q, want %q: %v", got, c.outcome, err)
			}
			if !slices.Equal(f.calls, c.want) {
				t.Errorf("got calls\n%s\nwant\n%s", strings.Join(f.calls, "\n"), strings.Join(c.want, "\n"))
			}
		})
	}
}

// outcome tells what a caller can make of an error.
func outcome(err error) string {
	_, refused := errors.AsType[*remedy.RefusedError](err)
	switch {
	case err == nil:
		return ""
	case refused:
		return "refused"
	case errors.Is(err, remedy.ErrGone):
		return "gone"
	}
	return "error"
}

func TestUntaggedBucket(t *testing.T) {
	f := newFake(t).on("GetBucketTagging", 404, restXML.fault("NoSuchTagSet"))
	got, err := Remedy.Lens.Read(t.Context(), f.config(), at("AWS::S3::Bucket", "arn:aws:s3:::orders"))
	if err != nil || string(got) != "{}" {
		t.Errorf("got %s and %v, want {}", got, err)
	}
}

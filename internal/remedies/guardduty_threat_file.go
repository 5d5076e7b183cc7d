package remedies

import (
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"io"
	"maps"
	"net/url"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/tagwarden/tagwarden/internal/remedy"
)

// threatListFolder begins the names of the files that the service role may read and write.
const threatListFolder = "tagwarden/"

// A listFile is the file of a threat list, in S3.
type listFile struct {
	c           *s3.Client
	bucket, key string
}

// newListFile finds a file by the location that a threat list tells.
func newListFile(cfg aws.Config, location string) (listFile, error) {
	bucket, key := placeInS3(location)
	if bucket == "" || !strings.HasPrefix(key, threatListFolder) {
		return listFile{}, &remedy.RefusedError{Why: "The threat list's file is not below " + threatListFolder + " in a bucket: put it there, and let the list point to it."}
	}
	return listFile{s3.NewFromConfig(cfg), bucket, key}, nil
}

// placeInS3 reads s3://BUCKET/KEY, https://s3.REGION.amazonaws.com/BUCKET/KEY or https://BUCKET.s3.REGION.amazonaws.com/KEY.
//
// Source: GuardDuty user guide, "Adding and activating an entity list or IP list" (location formats); Amazon S3 user guide, "Virtual hosting of general purpose buckets".
func placeInS3(location string) (bucket, key string) {
	u, err := url.Parse(location)
	if err != nil {
		return "", ""
	}
	path := strings.TrimPrefix(u.Path, "/")
	if u.Scheme == "s3" {
		return u.Host, path
	}
	for _, begin := range []string{".s3.", ".s3-"} {
		if name, _, virtual := strings.Cut(u.Host, begin); virtual {
			return name, path
		}
	}
	bucket, key, _ = strings.Cut(path, "/")
	return bucket, key
}

// read gives the list with the file's ETag; "" where there is no file yet.
func (f listFile) read(ctx context.Context) (list addressList, etag string, err error) {
	const tried = "read the threat list's file"
	out, err := f.c.GetObject(ctx, &s3.GetObjectInput{Bucket: &f.bucket, Key: &f.key})
	if remedy.Is(err, "NoSuchKey") {
		return addressList{}, "", nil
	}
	if remedy.Is(err, noBucket, "PermanentRedirect") {
		return nil, "", &remedy.RefusedError{Why: "The bucket of the threat list's file is not there, or in another region: put the file into one of the detector's region.", Err: err}
	}
	if err != nil {
		return nil, "", remedy.Explain(tried, err)
	}
	defer out.Body.Close()
	text, err := io.ReadAll(out.Body)
	if err != nil {
		return nil, "", remedy.Explain(tried, err)
	}
	list, err = parseThreatList(text)
	return list, aws.ToString(out.ETag), err
}

// change writes the difference of two lists into the file as it is right now, and gives how many entries that has then. S3 refuses it where somebody was faster.
func (f listFile) change(ctx context.Context, from, to addressList) (entries int, err error) {
	list, etag, err := f.read(ctx)
	if err != nil {
		return 0, err
	}
	gone, set := from.difference(to)
	for _, entry := range gone {
		delete(list, entry)
	}
	for _, entry := range set {
		list[entry] = to[entry]
	}
	in := &s3.PutObjectInput{Bucket: &f.bucket, Key: &f.key, Body: bytes.NewReader(list.threatList()), ContentType: aws.String("text/csv")}
	if etag == "" {
		in.IfNoneMatch = aws.String("*")
	} else {
		in.IfMatch = &etag
	}
	if _, err := f.c.PutObject(ctx, in); err != nil {
		return 0, remedy.Explain("write the threat list's file", err)
	}
	return len(list), nil
}

// threatListHead is the first row of a list.
//
// Source: GuardDuty user guide, "List formats" (OTX CSV: one row for each address, of type IPv4, and each network, of type CIDR).
const threatListHead = "Indicator type, Indicator, Description\n"

// parseThreatList reads a list in OTX CSV. The description is the time until which an entry is listed, or people's own words.
func parseThreatList(text []byte) (addressList, error) {
	reader := csv.NewReader(bytes.NewReader(text))
	reader.TrimLeadingSpace, reader.FieldsPerRecord = true, 3
	list := addressList{}
	for first := true; ; first = false {
		row, err := reader.Read()
		switch {
		case errors.Is(err, io.EOF):
			return list, nil
		case err != nil:
			return nil, &remedy.RefusedError{Why: "The threat list's file cannot be read: write it as OTX CSV, with three columns.", Err: err}
		case first && strings.EqualFold(row[0], "Indicator type"):
		case row[0] != indicatorType(row[1]) || row[1] == "":
			return nil, &remedy.RefusedError{Why: "The threat list's file holds something else than IPv4 addresses and networks: take that out."}
		default:
			list[row[1]] = row[2]
		}
	}
}

// threatList is the list as a file.
func (l addressList) threatList() []byte {
	var text bytes.Buffer
	text.WriteString(threatListHead)
	for _, entry := range slices.Sorted(maps.Keys(l)) {
		text.WriteString(indicatorType(entry) + ", " + entry + ", " + quoted(l[entry]) + "\n")
	}
	return text.Bytes()
}

func indicatorType(entry string) string {
	if strings.Contains(entry, "/") {
		return "CIDR"
	}
	return "IPv4"
}

// quoted is a field of CSV.
func quoted(field string) string {
	if !strings.ContainsAny(field, ",\"\r\n") {
		return field
	}
	return `"` + strings.ReplaceAll(field, `"`, `""`) + `"`
}

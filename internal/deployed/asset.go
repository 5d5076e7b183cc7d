package deployed

import (
	"archive/zip"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/aws/aws-sdk-go-v2/service/ssm"
	ssmtypes "github.com/aws/aws-sdk-go-v2/service/ssm/types"
)

// An Asset is the code of a function, as the stack names it.
type Asset struct {
	Bucket, Key string
	Folder      string // that it is packed of; "" where it is not there, as with a template of an earlier release
	Sum         string // SHA-256 of the object, in base64, as Lambda tells it
}

// assets reads which assets the manifest beside a template names, by key. Without a manifest there are none.
//
// Source: AWS CDK, cloud assembly schema, "Asset manifest" (files, source, destinations).
func assets(template string, place Place) (map[string]Asset, error) {
	file := strings.TrimSuffix(template, ".template.json") + ".assets.json"
	data, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var manifest struct {
		Files map[string]struct {
			Source       struct{ Path, Packaging string }
			Destinations map[string]struct{ BucketName, ObjectKey string }
		}
	}
	if err := json.Unmarshal(data, &manifest); err != nil {
		return nil, fmt.Errorf("%s: this is no manifest of assets: %w", file, err)
	}
	fill := strings.NewReplacer("${AWS::AccountId}", place.Account, "${AWS::Region}", place.Region, "${AWS::Partition}", place.Partition)
	found := map[string]Asset{}
	for _, asset := range manifest.Files {
		for _, destination := range asset.Destinations {
			if asset.Source.Packaging == "zip" {
				found[destination.ObjectKey] = Asset{
					Bucket: fill.Replace(destination.BucketName), Key: destination.ObjectKey, Folder: filepath.Join(filepath.Dir(template), asset.Source.Path),
				}
			}
		}
	}
	return found, nil
}

// upload puts the code that the functions of the template name where they look for it, and says that the account is bootstrapped. Code that the manifest does not know, because
// the template is of an earlier release or its keys are left out, is an empty archive.
func (c *Cloud) upload(ctx context.Context, t *Template) error {
	known, err := assets(t.File, c.Place)
	if err != nil {
		return err
	}
	v := values{Place: c.Place, template: t}
	for _, id := range t.of("AWS::Lambda::Function") {
		code, err := v.resolve(t.Resources[id].Properties["Code"])
		if err != nil {
			return err
		}
		named, _ := code.(map[string]any)
		bucket, key := text(named["S3Bucket"]), text(named["S3Key"])
		if _, done := c.Assets[key]; done || key == "" {
			continue
		}
		if c.Assets[key], err = c.put(ctx, Asset{Bucket: bucket, Key: key, Folder: known[key].Folder}); err != nil {
			return fmt.Errorf("upload the code of %s: %w", id, err)
		}
	}
	return c.bootstrap(ctx, t)
}

// put packs an asset and puts it into its bucket.
func (c *Cloud) put(ctx context.Context, a Asset) (Asset, error) {
	body, err := pack(a.Folder)
	if err != nil {
		return a, err
	}
	sum := sha256.Sum256(body)
	a.Sum = base64.StdEncoding.EncodeToString(sum[:])
	return a, c.store(ctx, a.Bucket, a.Key, body)
}

// store puts an object into a bucket of the account, which it makes if it is not there.
func (c *Cloud) store(ctx context.Context, bucket, key string, body []byte) error {
	client := s3.NewFromConfig(c.cfg, func(o *s3.Options) { o.UsePathStyle = true })
	_, err := client.CreateBucket(ctx, &s3.CreateBucketInput{Bucket: &bucket})
	var ours *types.BucketAlreadyOwnedByYou
	if err != nil && !errors.As(err, &ours) {
		return err
	}
	_, err = client.PutObject(ctx, &s3.PutObjectInput{Bucket: &bucket, Key: &key, Body: bytes.NewReader(body)})
	return err
}

// pack makes a folder an archive; "" is an empty one.
func pack(folder string) ([]byte, error) {
	var packed bytes.Buffer
	archive := zip.NewWriter(&packed)
	if folder != "" {
		if err := archive.AddFS(os.DirFS(folder)); err != nil {
			return nil, err
		}
	}
	err := archive.Close()
	return packed.Bytes(), err
}

// bootstrap sets the parameters of SSM that the template reads: `cdk bootstrap` keeps its version there.
func (c *Cloud) bootstrap(ctx context.Context, t *Template) error {
	const version = "30" // any that the template's rule takes
	client := ssm.NewFromConfig(c.cfg)
	for _, p := range t.Parameters {
		if p.Type != "AWS::SSM::Parameter::Value<String>" {
			continue
		}
		_, err := client.PutParameter(ctx, &ssm.PutParameterInput{
			Name: aws.String(text(p.Default)), Value: aws.String(version), Type: ssmtypes.ParameterTypeString, Overwrite: aws.Bool(true),
		})
		if err != nil {
			return fmt.Errorf("set the parameter %v: %w", p.Default, err)
		}
	}
	return nil
}

//go:build synth

package main

import (
	"bytes"
	"os/exec"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/jsii-runtime-go"
)

// The same source gives the same bits, whatever folder and repository it is built in, and so the same name of the zip file: a deployment of an unchanged commit changes no function.
// The two smallest functions stand for all; `make reproduce` builds them all, from nothing.
func TestReproducible(t *testing.T) {
	folder := t.TempDir()
	build := exec.Command("../scripts/reproduce", "shared", folder, "tags", "config")
	var complaints bytes.Buffer
	build.Stderr = &complaints
	out, err := build.Output()
	if err != nil {
		t.Fatalf("%v\n%s%s", err, out, complaints.Bytes())
	}
	for _, name := range []string{"tags", "config"} {
		if hash := regexp.MustCompile(`(?m)^` + name + ` [0-9a-f]{64}$`).Find(out); hash == nil {
			t.Errorf("%s was not built: %s", name, out)
		}
		var zips []string
		for _, copied := range []string{"first", "elsewhere/second"} {
			zips = append(zips, *awscdk.FileSystem_Fingerprint(jsii.String(filepath.Join(folder, copied, "dist", name)), nil))
		}
		if zips[0] != zips[1] {
			t.Errorf("%s: the zip files are %s and %s", name, zips[0], zips[1])
		}
	}
}

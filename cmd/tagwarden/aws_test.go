package main

import (
	"os"
	"testing"

	"github.com/aws/smithy-go/logging"
)

// TestLoadAWS holds that the SDK says nothing by itself.
func TestLoadAWS(t *testing.T) {
	for name, value := range map[string]string{"AWS_CONFIG_FILE": os.DevNull, "AWS_SHARED_CREDENTIALS_FILE": os.DevNull, "AWS_CA_BUNDLE": "", "AWS_PROFILE": "", "AWS_REGION": "eu-west-1"} {
		t.Setenv(name, value)
	}
	if cfg, err := loadAWS(t.Context()); err != nil || cfg.Logger != (logging.Nop{}) || cfg.Region != "eu-west-1" {
		t.Errorf("got the logger %T, region %q, %v", cfg.Logger, cfg.Region, err)
	}
	t.Setenv("AWS_PROFILE", "nobody")
	if _, err := loadAWS(t.Context()); err == nil {
		t.Error("a profile that is not there is no error")
	}
}

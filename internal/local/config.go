package local

import (
	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/tagwarden/tagwarden/internal/emulator"
	"github.com/tagwarden/tagwarden/internal/policy"
	"github.com/tagwarden/tagwarden/internal/remedies"
)

func config(endpoint, region string) aws.Config { return emulator.Config(endpoint, region) }

func catalogOf() policy.Catalog { return remedies.Catalog() }

package rig

import (
	"net/http"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsmiddleware "github.com/aws/aws-sdk-go-v2/aws/middleware"

	"github.com/tagwarden/tagwarden/internal/standin"
)

// changes answers what is called to change a resource: roles are assumed in the cloud, all else is somebody else's.
type changes struct {
	cloud *standin.Cloud
	rest  aws.HTTPClient
}

func (c changes) Do(r *http.Request) (*http.Response, error) {
	if awsmiddleware.GetServiceID(r.Context()) == "STS" {
		return c.cloud.Do(r)
	}
	return c.rest.Do(r)
}

package main

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscloudwatch"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"github.com/tagwarden/tagwarden/internal/watch"
)

// newDashboard makes the deployment's dashboard, named as its prefix.
func (s *Stack) newDashboard(scope constructs.Construct, d watch.Deployment) {
	body, err := watch.Body(watch.Dashboard(d))
	if err != nil {
		panic(err) // it is text and numbers: what could not be encoded is a slip of the program
	}
	awscloudwatch.NewCfnDashboard(scope, jsii.String("Dashboard"), &awscloudwatch.CfnDashboardProps{DashboardName: &s.names.Prefix, DashboardBody: awscdk.Fn_Sub(jsii.String(fill.Replace(body)), nil)})
}

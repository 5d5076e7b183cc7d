package tags

import (
	"context"
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecs"

	"github.com/tagwarden/tagwarden/internal/finding"
	"github.com/tagwarden/tagwarden/internal/remedy"
)

// parentOfService gives the tags of the service's cluster.
func parentOfService(ctx context.Context, cfg aws.Config, r finding.Resource) (tagSet, error) {
	cluster := clusterOf(r)
	if cluster == "" {
		return tagSet{}, nil
	}
	set, err := ecsTags(ctx, ecs.NewFromConfig(cfg), sibling(r, "cluster/"+cluster))
	return goneIsNone("ecs", set, err)
}

// parentOfTask gives the tags of the service that runs the task, else of the cluster.
//
// Source: ECS API reference, Task, group: "service:" and the service's name.
func parentOfTask(ctx context.Context, cfg aws.Config, r finding.Resource) (tagSet, error) {
	c, cluster := ecs.NewFromConfig(cfg), clusterOf(r)
	if cluster == "" {
		return tagSet{}, nil
	}
	out, err := c.DescribeTasks(ctx, &ecs.DescribeTasksInput{Cluster: aws.String(cluster), Tasks: []string{r.ARN}})
	if err != nil {
		return nil, err
	}
	if len(out.Tasks) != 1 {
		return nil, fmt.Errorf("DescribeTasks found %d: %w", len(out.Tasks), remedy.ErrGone)
	}
	parent := "cluster/" + cluster
	if service, ok := strings.CutPrefix(aws.ToString(out.Tasks[0].Group), "service:"); ok {
		parent = "service/" + cluster + "/" + service
	}
	set, err := ecsTags(ctx, c, sibling(r, parent))
	return goneIsNone("ecs", set, err)
}

// clusterOf is the cluster that a long ARN names: "service/CLUSTER/NAME"; "" in an old, short one.
func clusterOf(r finding.Resource) string {
	parts := strings.Split(resourcePart(r), "/")
	if len(parts) < 3 {
		return ""
	}
	return parts[1]
}

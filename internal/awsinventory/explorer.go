package awsinventory

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/resourceexplorer2"
	"github.com/aws/aws-sdk-go-v2/service/resourceexplorer2/types"

	"github.com/tagwarden/tagwarden/events"
	"github.com/tagwarden/tagwarden/internal/arn"
	"github.com/tagwarden/tagwarden/internal/clock"
	"github.com/tagwarden/tagwarden/internal/finding"
)

// explorerPage is how many resources one page of Resource Explorer may have: each is read by act, so that more would not be faster.
const explorerPage = 100

// An Explorer lists what the default view of Resource Explorer shows, service by service: of each service only the first 1,000, which is all that it gives. Whether it shows tags
// depends on the view: they are read instead. It needs resource-explorer-2:Search on the view. Safe for concurrent use.
//
// Source: Resource Explorer API reference, Search (QueryString, at most 1,000 results; ViewArn).
type Explorer struct{ client *resourceexplorer2.Client }

// NewExplorer gives what Resource Explorer shows.
func NewExplorer(cfg aws.Config) *Explorer {
	return &Explorer{resourceexplorer2.NewFromConfig(cfg)}
}

// Name is what people call it.
func (x *Explorer) Name() string { return "Resource Explorer" }

// Page is one page: see clock.Source.
func (x *Explorer) Page(ctx context.Context, kinds []string, token string) (clock.Page, error) {
	var page clock.Page
	services := servicesOf(kinds)
	part, rest, err := place(token, len(services))
	if err != nil {
		return page, err
	}
	in := &resourceexplorer2.SearchInput{QueryString: aws.String("service:" + services[part]), MaxResults: aws.Int32(explorerPage)}
	if rest != "" {
		in.NextToken = &rest
	}
	out, err := x.client.Search(ctx, in)
	if err != nil {
		return page, fmt.Errorf("search Resource Explorer: %w", unavailable(err, "UnauthorizedException", "ResourceNotFoundException", "ValidationException"))
	}
	for _, shown := range out.Resources {
		if r, ok := resource(shown); ok && slices.Contains(kinds, r.Type) {
			page.Found = append(page.Found, clock.Found{Resource: r, Unread: "Resource Explorer does not show them"})
		}
	}
	if out.Count != nil && !aws.ToBool(out.Count.Complete) && rest == "" {
		page.Cut = fmt.Sprintf("of the service %s, only the first %d resources", services[part], aws.ToInt64(out.Count.TotalResources))
	}
	page.Next = following(part, len(services), aws.ToString(out.NextToken))
	return page, nil
}

// servicesOf are the services of types, sorted.
func servicesOf(kinds []string) []string {
	var services []string
	for _, typ := range kinds {
		if s := arn.Service(typ); s != "" {
			services = append(services, s)
		}
	}
	slices.Sort(services)
	return slices.Compact(services)
}

// resource is what Resource Explorer shows, if its ARN tells the type.
func resource(shown types.Resource) (finding.Resource, bool) {
	a, err := arn.Parse(aws.ToString(shown.Arn))
	if err != nil {
		return finding.Resource{}, false
	}
	typ, id, ok := arn.Type(a)
	return events.Named(typ, id, a.String(), cmp.Or(a.Account, aws.ToString(shown.OwningAccountId)), aws.ToString(shown.Region)), ok
}

package awsinventory

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/configservice"
	"github.com/aws/aws-sdk-go-v2/service/configservice/types"

	"github.com/tagwarden/tagwarden/events"
	"github.com/tagwarden/tagwarden/internal/clock"
)

// How AWS Config takes queries: an expression's length in characters, and a page's in results.
//
// Source: AWS Config API reference, SelectResourceConfig and SelectAggregateResourceConfig.
const (
	maxExpression = 4096
	pageSize      = 100
)

// A Config lists what AWS Config records: in the account and region of its client or, with an aggregator, in all that this gathers from. It needs config:SelectResourceConfig, or
// config:SelectAggregateResourceConfig on the aggregator. Safe for concurrent use.
type Config struct {
	client     *configservice.Client
	aggregator string // name; "" for none
	region     string // where it is asked
}

// NewConfig gives what AWS Config records. aggregator is the name of an aggregator, or "".
func NewConfig(cfg aws.Config, aggregator string) *Config {
	return &Config{configservice.NewFromConfig(cfg), aggregator, cfg.Region}
}

// Name is what people call it.
func (c *Config) Name() string { return "AWS Config" }

// Page is one page: see clock.Source. Of the first, it counts what there is of each type, so that it can name the types of which it shows nothing.
func (c *Config) Page(ctx context.Context, kinds []string, token string) (clock.Page, error) {
	var page clock.Page
	known, parts := recorded(kinds)
	part, rest, err := place(token, len(parts))
	if err != nil {
		return page, err
	}
	if token == "" {
		there, err := c.census(ctx, parts)
		if err != nil {
			return page, err
		}
		if len(there) == 0 {
			return page, &clock.UnavailableError{Why: "it records nothing here"}
		}
		page.Missing = slices.DeleteFunc(slices.Clone(kinds), func(typ string) bool { return there[typ] && slices.Contains(known, typ) })
	}
	results, next, err := c.query(ctx, "SELECT "+events.Properties+parts[part], rest)
	if err != nil {
		return page, err
	}
	for _, result := range results {
		r, seen, unread, exists, err := events.Inventoried(result, c.region)
		if err != nil {
			return page, fmt.Errorf("read what AWS Config shows: %w", err)
		}
		if exists {
			page.Found = append(page.Found, clock.Found{Resource: r, Seen: seen, Unread: unread})
		}
	}
	page.Next = following(part, len(parts), next)
	return page, nil
}

// census tells of which types AWS Config shows anything.
//
// Source: AWS Config developer guide, "Query Components" (COUNT, GROUP BY).
func (c *Config) census(ctx context.Context, parts []string) (map[string]bool, error) {
	there := map[string]bool{}
	for _, where := range parts {
		for token := ""; ; {
			results, next, err := c.query(ctx, "SELECT resourceType, COUNT(*)"+where+" GROUP BY resourceType", token)
			if err != nil {
				return nil, err
			}
			for _, result := range results {
				var row struct {
					ResourceType string `json:"resourceType"`
				}
				if err := json.Unmarshal([]byte(result), &row); err != nil {
					return nil, fmt.Errorf("read what AWS Config counts: %w", err)
				}
				there[row.ResourceType] = true
			}
			if token = next; token == "" {
				break
			}
		}
	}
	return there, nil
}

// query asks for one page of results.
func (c *Config) query(ctx context.Context, expression, token string) (results []string, next string, err error) {
	var from *string
	if token != "" {
		from = &token
	}
	if c.aggregator == "" {
		out, err := c.client.SelectResourceConfig(ctx, &configservice.SelectResourceConfigInput{Expression: &expression, Limit: pageSize, NextToken: from})
		if err != nil {
			return nil, "", fmt.Errorf("query AWS Config: %w", final(err))
		}
		return out.Results, aws.ToString(out.NextToken), nil
	}
	out, err := c.client.SelectAggregateResourceConfig(ctx, &configservice.SelectAggregateResourceConfigInput{
		ConfigurationAggregatorName: &c.aggregator, Expression: &expression, MaxResults: pageSize, NextToken: from,
	})
	if err != nil {
		return nil, "", fmt.Errorf("query AWS Config's aggregator %s: %w", c.aggregator, final(err))
	}
	return out.Results, aws.ToString(out.NextToken), nil
}

// final tells that AWS Config cannot be asked here.
//
// Source: AWS Config API reference, SelectAggregateResourceConfig, Errors.
func final(err error) error {
	return unavailable(err, "NoSuchConfigurationAggregatorException", "InvalidExpressionException", "NoAvailableConfigurationRecorderException")
}

// recorded are the types that AWS Config knows, and conditions that ask for all of them, each within an expression's length.
func recorded(kinds []string) (known, parts []string) {
	all := types.ResourceType("").Values()
	room := maxExpression - len("SELECT "+events.Properties) - len(where(nil)) - len(" GROUP BY resourceType")
	var list []string
	size := 0
	for _, typ := range kinds {
		if !slices.Contains(all, types.ResourceType(typ)) {
			continue
		}
		known = append(known, typ)
		if size += len(typ) + len("'', "); size > room {
			parts, list, size = append(parts, where(list)), nil, len(typ)+len("'', ")
		}
		list = append(list, typ)
	}
	if len(list) > 0 {
		parts = append(parts, where(list))
	}
	return known, parts
}

// where is the condition that a resource is of one of some types.
func where(list []string) string {
	return " WHERE resourceType IN ('" + strings.Join(list, "', '") + "')"
}

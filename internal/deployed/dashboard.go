package deployed

import (
	"context"
	"encoding/xml"
	"fmt"
	"net/http"
	"net/url"
	"strings"
)

// readDashboard asks for a dashboard in the query protocol, the only one of CloudWatch's that the emulator speaks: the SDK's client speaks another.
//
// Source: Amazon CloudWatch API reference, GetDashboard.
func readDashboard(ctx context.Context, c *Cloud, _ string, want map[string]any) (map[string]any, error) {
	name := text(want["DashboardName"])
	form := url.Values{"Action": {"GetDashboard"}, "Version": {"2010-08-01"}, "DashboardName": {name}}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, c.Endpoint, strings.NewReader(form.Encode()))
	if err != nil {
		return nil, err
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	request.Header.Set("Authorization", "AWS4-HMAC-SHA256 Credential=local/20260101/"+c.Region+"/monitoring/aws4_request, SignedHeaders=host, Signature=0")
	request.Header.Set("X-Moto-Account-Id", c.Account)
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		return nil, err
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("read the dashboard %s: it answered %s", name, answer.Status)
	}
	var shown struct {
		Body string `xml:"GetDashboardResult>DashboardBody"`
		Name string `xml:"GetDashboardResult>DashboardName"`
	}
	if err := xml.NewDecoder(answer.Body).Decode(&shown); err != nil {
		return nil, fmt.Errorf("read the dashboard %s: %w", name, err)
	}
	return map[string]any{"DashboardName": shown.Name, "DashboardBody": exact{shown.Body}}, nil
}

package storm

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"
)

// event says how a resource's tags are: a tag event, or an item of AWS Config.
func (w *world) event(r *resource, at time.Time) string {
	if w.IntN(2) == 0 {
		return w.item(r, at, false)
	}
	return w.tagged(r, at)
}

func (w *world) tagged(r *resource, at time.Time) string {
	return w.envelope("aws.tag", "Tag Change on Resource", r, at, map[string]any{
		"changed-tag-keys": []string{"Name"}, "service": strings.Split(r.arn, ":")[2], "version": r.version, "tags": r.tags,
	})
}

// item is an item of AWS Config, of a resource that is there, or was deleted.
func (w *world) item(r *resource, at time.Time, deleted bool) string {
	status, change := "OK", "UPDATE"
	item := map[string]any{
		"tags": r.tags, "configurationItemCaptureTime": at.Format(time.RFC3339Nano), "awsAccountId": r.account, "resourceType": r.typ,
		"resourceId": r.arn[strings.LastIndex(r.arn, "/")+1:], "ARN": r.arn, "awsRegion": r.region, "configuration": map[string]any{},
	}
	if deleted {
		status, change, item["tags"], item["configuration"] = "ResourceDeleted", "DELETE", map[string]string{}, nil
	}
	item["configurationItemStatus"] = status
	diff := map[string]any{"changeType": change, "changedProperties": map[string]any{"Configuration.Tags.0": map[string]any{"changeType": "UPDATE"}}}
	return w.envelope("aws.config", "Config Configuration Item Change", r, at, map[string]any{
		"messageType": "ConfigurationItemChangeNotification", "configurationItem": item, "configurationItemDiff": diff,
	})
}

func (w *world) envelope(source, detailType string, r *resource, at time.Time, detail any) string {
	w.events++
	text, _ := json.Marshal(map[string]any{ // maps, strings and numbers only
		"version": "0", "id": fmt.Sprintf("e-%d", w.events), "source": source, "detail-type": detailType, "account": r.account, "region": r.region,
		"time": at.Format(time.RFC3339), "resources": []string{r.arn}, "detail": detail,
	})
	return string(text)
}

// A poison is what no judge can make anything of, and what must be heard of it, by the events' ids.
type poison struct {
	told   map[string]int  // so many messages at least that it is unreadable; what has no id shares one
	logged map[string]bool // a line of log
}

// poisoned mixes in what no judge can make anything of.
func (w *world) poisoned(out *wave, n int, ids func(body string) string) {
	out.poison = poison{map[string]int{}, map[string]bool{}}
	stranger := &resource{arn: "arn:aws:ec2:us-east-1:" + foreign + ":instance/i-0123456789abcdef0", typ: types[0].name, account: foreign, region: "us-east-1"}
	for range n {
		like := out.bodies[w.IntN(len(out.bodies))]
		body := ""
		switch w.IntN(5) {
		case 0:
			body = fmt.Sprintf("\x01 garbage %d", w.Uint64())
			out.poison.told[ids(body)]++
		case 1:
			body = like.body[:1+w.IntN(len(like.body)-1)]
			out.poison.told[ids(body)]++
		case 2:
			body = w.envelope("aws.config", "Config Configuration Item Change", stranger, like.at, map[string]any{"messageType": "ConfigurationItemChangeNotification"})
			out.poison.told[ids(body)]++
		case 3:
			body = w.envelope("aws.elsewhere", "Nobody Knows", stranger, like.at, map[string]any{})
			out.poison.logged[ids(body)] = true
		default:
			body = w.event(stranger, like.at) // of an account that is not ours: nothing is to be heard of it
		}
		out.add(like.at, body)
	}
}

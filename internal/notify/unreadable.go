package notify

import (
	"encoding/json"
	"fmt"
)

// Unreadable is the message about an event that is not as AWS documents it: nobody judged it, and a person must look. It holds nothing of the event's body.
func Unreadable(event, source, account, region string, cause error) Message {
	if event == "" {
		event = "without an id"
	}
	email := fmt.Sprintf("An event could not be read, so nothing was judged or changed because of it.\n\nEvent: %s\nSource: %s\nAccount: %s\nRegion: %s\nWhat is wrong: %v\n\n"+
		"What to do: look the event up by its id where it came from, and judge the resource by hand. If AWS has changed the form of this event, update Tagwarden.\n",
		orNone(event), orNone(source), orNone(account), orNone(region), cause)
	body, err := json.Marshal(map[string]string{
		"id": event, "outcome": "unreadable", "source": source, "account": account, "region": region, "reason": cause.Error(),
	})
	if err != nil {
		body = []byte(`{"outcome":"unreadable"}`) // strings only: cannot happen
	}
	attributes := map[string]string{"severity": "medium", "outcome": "unreadable"}
	for name, value := range map[string]string{"account": account, "region": region} {
		if value != "" {
			attributes[name] = value
		}
	}
	return Message{
		ID: event, Subject: "Tagwarden: an event could not be read", Email: email, JSON: string(body), Default: "Tagwarden: an event could not be read", Attributes: attributes,
	}
}

func orNone(value string) string {
	if value == "" {
		return "(not told)"
	}
	return value
}

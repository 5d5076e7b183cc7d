package notify

import (
	"encoding/json"
	"fmt"
)

// maxShown is how many code points of a text of unknown origin a message about an unreadable event shows.
const maxShown = 500

// Unreadable is the message about an event that is not as AWS documents it: nobody judged it, and a person must look. It holds nothing of the event's body.
func Unreadable(event, source, account, region string, cause error) Message {
	shown := func(s string) string {
		if s == "" {
			return "(not told)"
		}
		s, _ = cut(clean(s), maxShown)
		return s
	}
	reason := shown(cause.Error())
	email := fmt.Sprintf("An event could not be read, so nothing was judged or changed because of it.\n\nEvent: %s\nSource: %s\nAccount: %s\nRegion: %s\nWhat is wrong: %s\n\n"+
		"What to do: look the event up by its id where it came from, and judge the resource by hand. If AWS has changed the form of this event, update Tagwarden.\n",
		shown(event), shown(source), shown(account), shown(region), reason)
	body, err := json.Marshal(map[string]any{
		"version": Version, "event": shown(event), "outcome": unreadable, "severity": "medium", "source": shown(source), "account": shown(account), "region": shown(region),
		"reason": reason,
	})
	if err != nil {
		body = []byte(`{"outcome":"unreadable"}`) // strings and a number only: cannot happen
	}
	return Message{
		ID: shown(event), Subject: "Tagwarden: an event could not be read", Email: email, JSON: string(body), Default: "Tagwarden: an event could not be read",
		Attributes: map[string]string{"severity": "medium", "outcome": unreadable, "account": shown(account), "region": shown(region)},
	}
}

// unreadable is the outcome of an event that nobody could judge.
const unreadable = "unreadable"

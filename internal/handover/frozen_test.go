package handover

import (
	"testing"

	"github.com/tagwarden/tagwarden/internal/frozen"
)

func messagesV1() map[string]Handover {
	return map[string]Handover{
		"least":  {Entry: "tw-1", Revision: 1},
		"plain":  sample(),
		"urgent": with(func(h *Handover) { h.Urgent, h.Source = true, "guardduty" }),
		"clock":  with(func(h *Handover) { h.EventTime, h.Source = sample().EventTime.AddDate(0, 0, 1), "clock" }),
	}
}

// Hand-overs that wait in the queue while a release comes are read by it.
func TestFrozenV1(t *testing.T) {
	encode := func(h Handover) ([]byte, error) {
		body, err := h.Encode()
		return []byte(body), err
	}
	frozen.Each(t, "testdata/v1", messagesV1(), encode, func(data []byte) (Handover, error) { return Decode(string(data)) })
	frozen.Whole(t, messagesV1())
}

// Both versions put a message into the same group, or two of them would work on one resource at once while a release is on its way.
func TestFrozenGroups(t *testing.T) {
	want := map[string]string{
		"least": "-/-/-/normal tw-1/1", "plain": "111122223333/eu-west-1/ec2/normal tw-abcdefghij0123456789/2",
		"urgent": "111122223333/eu-west-1/ec2/urgent tw-abcdefghij0123456789/2", "clock": "111122223333/eu-west-1/ec2/normal tw-abcdefghij0123456789/2",
	}
	for name, h := range messagesV1() {
		if got := h.Group() + " " + h.Dedup(); got != want[name] {
			t.Errorf("%s: got %s, want %s", name, got, want[name])
		}
	}
}

package members

import "time"

// How often the directory is read anew, and what a failure does.
const (
	Refresh  = 6 * time.Hour
	Again    = 15 * time.Minute // after a failure
	Patience = 24 * time.Hour   // for how long failures are not spoken of
	// FirstPatience is the same before the directory was ever read: until then every account is unknown.
	FirstPatience = time.Hour
)

// A Walk is how far a refresh of the directory came: it goes on from turn to turn, because an organization of thousands of accounts takes longer than a function may run.
type Walk struct {
	Version  int64     `json:"version"`
	Due      time.Time `json:"due,omitzero"`      // when the next one begins; zero: at once
	Began    time.Time `json:"began,omitzero"`    // of the one that is on its way
	Todo     []Step    `json:"todo,omitempty"`    // what is left of it, the next last
	Finished time.Time `json:"finished,omitzero"` // when the last whole one ended
	Failing  time.Time `json:"failing,omitzero"`  // when it began to fail; zero where it does not
	Told     bool      `json:"told,omitempty"`    // people were told that it fails
	Tags     bool      `json:"tags,omitempty"`    // the one that began last reads the accounts' tags, too
}

// A Step is one parent whose accounts are to be listed.
type Step struct {
	Path  []string `json:"path"`            // the ids above, the root first; the parent itself is the last
	Token string   `json:"token,omitempty"` // of the next page of its accounts; "" for the first
}

// Begins tells whether the next one is to begin now. A policy that asks for tags of which the last one read none does not wait for them: until then it knows none.
func (w Walk) Begins(tags bool, now time.Time) bool {
	return len(w.Todo) == 0 && (!now.Before(w.Due) || tags && !w.Tags && w.Failing.IsZero())
}

// Overdue tells whether people are to hear by now that the directory cannot be read.
func (w Walk) Overdue(now time.Time) bool {
	patience := Patience
	if w.Finished.IsZero() {
		patience = FirstPatience
	}
	return !w.Failing.IsZero() && !w.Told && now.Sub(w.Failing) >= patience
}

// Failed is the walk after a failure: it begins anew in a while. What was found stays.
func (w Walk) Failed(now time.Time) Walk {
	if w.Failing.IsZero() {
		w.Failing = now
	}
	w.Todo, w.Began, w.Due = nil, time.Time{}, now.Add(Again)
	return w
}

// Done is the walk after its last step.
func (w Walk) Done(now time.Time) Walk {
	w.Due, w.Finished, w.Failing, w.Told, w.Began, w.Todo = w.Began.Add(Refresh), now, time.Time{}, false, time.Time{}, nil
	return w
}

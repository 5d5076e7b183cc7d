package emulator

import (
	"net/http"
	"regexp"
	"slices"
)

// An answer is what the front gives in the emulator's place. A request is told by its service and operation, or, in REST, by its service, method and path.
type answer struct {
	service   string // as the signature names it
	operation string
	method    string
	path      *regexp.Regexp // of the escaped path
	serve     func(f *Front, w http.ResponseWriter, r *http.Request)
}

// answers are all of them, the first that fits counts.
var answers = slices.Concat(
	ec2Answers,
	eksAnswers,
	lambdaAnswers,
	cloudtrailAnswers,
	ecrAnswers,
	secretAnswers,
	iamAnswers,
	kmsAnswers,
	guarddutyAnswers,
	threatListAnswers,
	hubAnswers,
)

// answerTo is the answer that a request gets from the front; nil where the emulator answers.
func answerTo(r *http.Request) *answer {
	c := callOf(r)
	for i := range answers {
		a := &answers[i]
		if a.service != c.Service {
			continue
		}
		if a.operation != "" && a.operation == c.Operation || a.path != nil && a.method == r.Method && a.path.MatchString(r.URL.EscapedPath()) {
			return a
		}
	}
	return nil
}

// kept gives what the front keeps under a key, or the zero value. The front's state is held by key, so that each answer's file owns its part.
func kept[T any](f *Front, key string) T {
	value, _ := f.state.Load(key)
	got, _ := value.(T)
	return got
}

// keep puts something under a key.
func keep[T any](f *Front, key string, value T) { f.state.Store(key, value) }
